"""Promises of the template that no deploy would complain about, but an administrator would."""

import json
import re
from typing import Any

import pytest

from infrastructure.packaging import functions
from infrastructure.packaging.api import PROBLEMS, content_security_policy

Template = dict[str, Any]
WITHOUT_A_RESOURCE = {"Traces", "Streams"}
"""Statements whose actions AWS knows for `*` only."""


def of_type(template: Template, kind: str) -> dict[str, Template]:
    """Return the properties of the template's resources of one type by logical id."""
    return {name: each["Properties"] for name, each in template["Resources"].items() if each["Type"] == kind}


def row_of(logical: str) -> functions.Function:
    """Return the row of functions.yaml behind a logical id."""
    return next(row for row in functions.table() if row.logical == logical)


def statements(template: Template, logical: str) -> list[Template]:
    """Return the policy statements of a function's role."""
    role = template["Resources"][logical]["Properties"]["Role"]["Fn::GetAtt"][0]
    policies = template["Resources"][role]["Properties"]["Policies"]
    return [statement for policy in policies for statement in policy["PolicyDocument"]["Statement"]]


def test_pages_may_connect_only_to_what_is_configured(template: Template) -> None:
    headers = template["Resources"]["WebHeaders"]["Properties"]["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
    text, names = headers["ContentSecurityPolicy"]["ContentSecurityPolicy"]["Fn::Sub"]
    rule = next(one for one in text.split("; ") if one.startswith("connect-src")).split()
    assert {"'self'", "wss://${PublicHost}", "${BrowserPhoneOrigins}"} < set(rule)
    assert not {"wss:", "ws:", "https:", "*"} & set(rule)
    assert set(names) == {"PublicHost"}
    allowed = template["Parameters"]["BrowserPhoneOrigins"]["AllowedPattern"]
    for given in ("", "wss://voice.example.com:5067", "wss://a.example wss://b.example:443"):
        assert re.fullmatch(allowed, given), given
    for given in ("wss:", "ws://voice.example.com", "*", "wss://a.example; script-src *"):
        assert not re.fullmatch(allowed, given), given


@pytest.mark.parametrize(
    ("phones", "rule"),
    [
        ("", "connect-src 'self' ws://socket https://storage https://*.twilio.com wss://*.twilio.com;"),
        ("ws://e:5066", "connect-src 'self' ws://socket ws://e:5066 https://storage https://*.twilio.com"),
    ],
)
def test_a_policy_is_whole_with_and_without_an_edge(phones: str, rule: str) -> None:
    assert rule in content_security_policy("https://storage", "ws://socket", phones)


def test_functions_of_the_code_are_those_of_the_table(template: Template) -> None:
    assert functions.of(template) == {row.logical for row in functions.table()}


def test_function_may_only_touch_what_it_names(template: Template) -> None:
    for logical in functions.of(template):
        for statement in statements(template, logical):
            assert all("*" not in action for action in statement["Action"]), logical
            if statement["Resource"] == "*":
                assert statement["Sid"] in WITHOUT_A_RESOURCE, (logical, statement)


def test_every_function_has_a_role_and_logs_of_its_own(template: Template) -> None:
    made = of_type(template, "AWS::Serverless::Function")
    assert len({json.dumps(each["Role"]) for each in made.values()}) == len(made)
    groups = of_type(template, "AWS::Logs::LogGroup")
    for each in made.values():
        assert "RetentionInDays" in groups[each["LoggingConfig"]["LogGroup"]["Ref"]]


def test_queue_hides_a_message_six_times_as_long_as_its_function_may_run(template: Template) -> None:
    queues = of_type(template, "AWS::SQS::Queue")
    for logical in functions.of(template):
        row = row_of(logical)
        if "source" in row.events:
            queue = queues[f"{functions.camel(row.events['source'])}Queue"]
            assert queue["VisibilityTimeout"] >= 6 * row.timeout, logical


def test_every_queue_gives_up_and_every_dead_letter_is_alarmed(template: Template) -> None:
    queues = of_type(template, "AWS::SQS::Queue")
    dead = {name for name in queues if name.endswith("DeadQueue")}
    for name in queues.keys() - dead:
        assert queues[name]["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0] in dead
    alarmed = {
        dimension["Value"]["Fn::GetAtt"][0]
        for alarm in of_type(template, "AWS::CloudWatch::Alarm").values()
        for dimension in alarm["Dimensions"]
        if dimension["Name"] == "QueueName"
    }
    assert alarmed == dead


def test_alarms_can_reach_somebody(template: Template) -> None:
    """CloudWatch publishes to an encrypted topic only if the key's policy lets it, which AWS's own keys do not."""
    (topic,) = of_type(template, "AWS::SNS::Topic").values()
    assert "KmsMasterKeyId" not in topic


@pytest.mark.parametrize("metric", ["Errors", "Throttles"])
def test_every_function_is_alarmed(metric: str, template: Template) -> None:
    alarmed = {
        alarm["Dimensions"][0]["Value"]["Ref"]
        for alarm in of_type(template, "AWS::CloudWatch::Alarm").values()
        if alarm["MetricName"] == metric
    }
    assert alarmed == functions.of(template)


def test_every_table_is_recoverable_and_encrypted_and_survives_the_stack(template: Template) -> None:
    for name, each in template["Resources"].items():
        if each["Type"] == "AWS::DynamoDB::Table":
            assert each["DeletionPolicy"] == each["UpdateReplacePolicy"] == "Retain", name
            assert each["Properties"]["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}, name
            assert each["Properties"]["SSESpecification"] == {"SSEEnabled": True}, name
            assert each["Properties"]["BillingMode"] == "PAY_PER_REQUEST", name


def test_no_bucket_is_public_or_reached_without_tls(template: Template) -> None:
    policies = of_type(template, "AWS::S3::BucketPolicy").values()
    over_tls = {
        policy["Bucket"]["Ref"]
        for policy in policies
        for statement in policy["PolicyDocument"]["Statement"]
        if statement.get("Sid") == "OverTlsOnly" and statement["Effect"] == "Deny"
    }
    buckets = of_type(template, "AWS::S3::Bucket")
    assert over_tls == set(buckets)
    for name, bucket in buckets.items():
        assert all(bucket["PublicAccessBlockConfiguration"].values()), name
        assert len(bucket["PublicAccessBlockConfiguration"]) == 4, name


def test_voice_paths_have_a_function_of_their_own(template: Template) -> None:
    paths: dict[str, Template] = template["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]["paths"]
    for path, methods in paths.items():
        wanted = "${VoiceHandler.Arn}" if path.startswith("/voice/") else "${APIHandler.Arn}"
        for operation in methods.values():
            uri = operation["x-amazon-apigateway-integration"].get("uri", {}).get("Fn::Sub", wanted)
            assert wanted in uri, path


def test_streams_and_queues_report_single_failures(template: Template) -> None:
    for logical, function in of_type(template, "AWS::Serverless::Function").items():
        for event in function.get("Events", {}).values():
            if event["Type"] in {"SQS", "DynamoDB"}:
                assert event["Properties"]["FunctionResponseTypes"] == ["ReportBatchItemFailures"], logical
            if event["Type"] == "DynamoDB":
                assert event["Properties"]["BisectBatchOnFunctionError"] is True, logical
                assert event["Properties"]["DestinationConfig"]["OnFailure"]["Type"] == "SQS", logical


def test_refusals_of_the_api_itself_are_problems(template: Template) -> None:
    responses = template["Resources"]["RestAPI"]["Properties"]["DefinitionBody"][
        "x-amazon-apigateway-gateway-responses"
    ]
    assert responses.keys() == PROBLEMS.keys()
    for response in responses.values():
        body = json.loads(response["responseTemplates"]["application/json"])
        assert {"type", "code", "title", "correlation_id"} <= body.keys()


def test_nothing_names_a_partition_or_a_public_domain_of_aws(template: Template) -> None:
    text = json.dumps(template)
    assert "arn:aws:" not in text.replace("arn:aws:acm:us-east-1:000000000000:certificate/none", "")
    assert "amazonaws.com" not in text.replace('.amazonaws.com"', '"')
