"""VOI-2: the gateway hosts' template opens what docs/gateway.md says, and gives hosts no more rights than they need."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from infrastructure.packaging import gateway

ROOT = Path(__file__).resolve().parents[3]
Rule = dict[str, Any]
Open = set[tuple[str, int, int]]
OUTSIDE = {"PhoneNetwork", "TrunkNetworks", "PlatformNetwork"}
INSTANCES = {"HostA", "HostB", "HostC", "HostD"}


@pytest.fixture(scope="module", name="template")
def _template() -> dict[str, Any]:
    return gateway.template()


def _of_type(template: dict[str, Any], kind: str) -> dict[str, dict[str, Any]]:
    return {name: each["Properties"] for name, each in template["Resources"].items() if each["Type"] == kind}


def _ports(rules: list[Rule], *, source: str, kind: str) -> Open:
    return {
        (rule["IpProtocol"], rule["FromPort"], rule["ToPort"]) for rule in rules if rule.get(kind) == {"Ref": source}
    }


def _group(template: dict[str, Any], name: str) -> list[Rule]:
    return template["Resources"][name]["Properties"]["SecurityGroupIngress"]


def _documented(text: str, who: str) -> Open:
    """Return the ports of the table's rows whose second cell names `who`."""
    section = text.partition("\n## Ports\n")[2].partition("\n## ")[0]
    found: Open = set()
    for ports, whom in re.findall(r"^\| ([^|]+) \| ([^|]+) \|", section, re.M):
        if who not in whom:
            continue
        for first, last in re.findall(r"(\d{2,5})(?:–(\d{2,5}))?", ports):
            for protocol in re.findall(r"\b(?:udp|tcp)\b", ports):
                found.add((protocol, int(first), int(last or first)))
    return found


@pytest.fixture(scope="module", name="guide")
def _guide() -> str:
    return (ROOT / "docs" / "gateway.md").read_text()


IMPORT_ALL = """
import importlib, pkgutil, infrastructure.voice, infrastructure.supervision
for package in (infrastructure.voice, infrastructure.supervision):
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if module.name not in ("infrastructure.voice.__main__", "infrastructure.voice.gateway.laptop"):
            importlib.import_module(module.name)
            print(module.name)
"""


def test_what_a_host_gets_is_all_that_it_runs(tmp_path: Path) -> None:
    for path in gateway.CODE:
        copy = shutil.copytree if (ROOT / path).is_dir() else shutil.copy
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        copy(ROOT / path, tmp_path / path)
    host = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert host.returncode == 0, host.stderr
    assert {"infrastructure.voice.gateway.supervisor", "infrastructure.voice.gateway.cloud"} <= set(host.stdout.split())


def test_phones_reach_the_documented_ports(template: dict[str, Any], guide: str) -> None:
    direct = _ports(_group(template, "HostGroup"), source="PhoneNetwork", kind="CidrIp")
    balanced = _ports(_group(template, "BalancerGroup"), source="PhoneNetwork", kind="CidrIp")
    assert balanced == {("tcp", 5061, 5061), ("tcp", 5067, 5067)}
    assert direct == _documented(guide, "phones")
    assert direct | balanced == _documented(guide, "phones") | _documented(guide, "browsers")


def test_trunks_reach_the_documented_ports(template: dict[str, Any], guide: str) -> None:
    found = _ports(_group(template, "HostGroup"), source="TrunkNetworks", kind="SourcePrefixListId")
    assert found == _documented(guide, "trunks")


def test_the_platform_reaches_rest_through_tls_alone(template: dict[str, Any], guide: str) -> None:
    assert _documented(guide, "platform") == {("tcp", 9070, 9070)}
    assert _ports(_group(template, "BalancerGroup"), source="PlatformNetwork", kind="CidrIp") == {("tcp", 443, 443)}
    through = _ports(_group(template, "HostGroup"), source="BalancerGroup", kind="SourceSecurityGroupId")
    assert through == {("tcp", port, port) for port in (5061, 5067, 9070)}
    listener = template["Resources"]["RestListener"]["Properties"]
    assert listener["Protocol"] == "TLS"


def test_nodes_ports_are_open_among_the_hosts_alone(template: dict[str, Any]) -> None:
    among = list(_of_type(template, "AWS::EC2::SecurityGroupIngress").values())
    assert all(rule["SourceSecurityGroupId"] == rule["GroupId"] == {"Ref": "HostGroup"} for rule in among)
    firewall = (ROOT / "infrastructure" / "voice" / "gateway" / "host" / "zhiyin-gateway.nft").read_text()
    expected: Open = set()
    for protocol, ports in re.findall(r"ip saddr @hosts (udp|tcp) dport (?:\{ )?([\d, -]+)", firewall):
        for first, last in re.findall(r"(\d+)-(\d+)", ports):
            expected.add((protocol, int(first), int(last)))
    found = {(rule["IpProtocol"], rule["FromPort"], rule["ToPort"]) for rule in among}
    assert found == expected | {("udp", 5060, 5060), ("udp", 30000, 34999)}, "edges and relays of the other hosts too"


def test_nobody_else_comes_in(template: dict[str, Any]) -> None:
    rules = [rule for name in ("BalancerGroup", "HostGroup") for rule in _group(template, name)]
    for rule in rules:
        if "Fn::If" in rule:  # administrators, if there are any
            assert rule["Fn::If"][1]["SourceSecurityGroupId"] == {"Ref": "AdministratorGroup"}
            continue
        source = rule.get("CidrIp") or rule.get("SourcePrefixListId") or rule.get("SourceSecurityGroupId")
        assert source["Ref"] in OUTSIDE | {"BalancerGroup"}, rule


def _statements(template: dict[str, Any]) -> list[dict[str, Any]]:
    policies = template["Resources"]["HostRole"]["Properties"]["Policies"]
    listed = [each for policy in policies for each in policy["PolicyDocument"]["Statement"]]
    return [each["Fn::If"][1] if "Fn::If" in each else each for each in listed]


def test_rights_have_no_wildcards(template: dict[str, Any]) -> None:
    statements = {each["Sid"]: each for each in _statements(template)}
    actions = {name: each["Action"] for name, each in statements.items()}
    assert actions == {
        "Settings": "ssm:GetParameter",
        "SettingsKey": "kms:Decrypt",
        "Code": "s3:GetObject",
        "Logs": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Speech": "polly:SynthesizeSpeech",
        "Ready": "cloudformation:SignalResource",
    }
    starred = {name for name, each in statements.items() if "*" in json.dumps(each["Resource"])}
    assert starred == {"Logs", "Speech"}
    assert statements["Logs"]["Resource"]["Fn::Sub"].endswith(":log-group:${Logs}:log-stream:*")
    assert statements["Settings"]["Resource"]["Fn::Sub"].endswith(":parameter/${App}/${Stage}/gateway")


def test_instances_want_a_metadata_token_and_encrypt_their_disks(template: dict[str, Any]) -> None:
    instances = _of_type(template, "AWS::EC2::Instance")
    assert instances.keys() == INSTANCES
    for instance in instances.values():
        assert instance["MetadataOptions"]["HttpTokens"] == "required"
        assert all(each["Ebs"]["Encrypted"] is True for each in instance["BlockDeviceMappings"])
        assert instance["ImageId"] == {"Ref": "Image"}
    assert template["Parameters"]["Image"]["Default"].startswith("/aws/service/debian/release/12/")


def test_user_data_names_where_the_secrets_are_and_holds_none(template: dict[str, Any]) -> None:
    texts = set()
    for name, instance in _of_type(template, "AWS::EC2::Instance").items():
        text, values = instance["UserData"]["Fn::Base64"]["Fn::Sub"]
        texts.add(text)
        assert values["Host"] == name, "the host tells of itself that it is ready"
    assert len(texts) == 1
    (text,) = texts
    used = set(re.findall(r"\$\{([^}]+)\}", text))
    known = {*template["Parameters"], "AWS::Region", "AWS::StackId", "AWS::URLSuffix", "Host", "Hosts", "Logs"}
    assert used <= known
    assert not re.search(r"get-parameter|secret_|password|token", text)


def test_each_host_waits_for_the_one_before(template: dict[str, Any]) -> None:
    for before, host in zip("ABC", "BCD", strict=True):
        assert f"Host{before}" in template["Resources"][f"Host{host}"]["DependsOn"]


def test_connections_stay_at_their_host_and_keep_their_address(template: dict[str, Any]) -> None:
    for name in ("SipsTargets", "WebSocketTargets"):
        properties = template["Resources"][name]["Properties"]
        attributes = {each["Key"]: each["Value"] for each in properties["TargetGroupAttributes"]}
        assert properties["Protocol"] == "TCP", "the edge itself speaks TLS"
        assert (attributes["stickiness.type"], attributes["preserve_client_ip.enabled"]) == ("source_ip", "true")


def test_every_target_group_has_both_alarms(template: dict[str, Any]) -> None:
    watched = {
        (each["Dimensions"][1]["Value"]["Fn::GetAtt"][0], each["MetricName"])
        for each in _of_type(template, "AWS::CloudWatch::Alarm").values()
    }
    groups = _of_type(template, "AWS::ElasticLoadBalancingV2::TargetGroup")
    assert watched == {(name, metric) for name in groups for metric in ("UnHealthyHostCount", "HealthyHostCount")}


def test_every_parameter_is_documented(template: dict[str, Any], guide: str) -> None:
    section = guide.partition("\n## On AWS\n")[2].partition("\n## ")[0]
    missing = {name for name in template["Parameters"] if f"`{name}`" not in section}
    assert not missing


def test_what_cloudformation_gets_is_short_enough_and_without_anchors(tmp_path: Path) -> None:
    written = gateway.write(tmp_path)
    assert json.loads(written.read_text())["Resources"].keys() >= INSTANCES
