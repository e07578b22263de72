#!/usr/bin/env bash
# Makes an instance of template.yaml a gateway host, or updates its code. As root, from the unpacked archive; the
# template has written /etc/zhiyin-gateway/host.json. Returns when the gateway answers.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
folder=/etc/zhiyin-gateway
fact() { python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$folder/host.json" "$1"; }

# Without a firewall of its own: the security groups are one, and they know who comes through the load balancer.
"$here/../voice/gateway/install.sh" --without-settings

# The settings are fetched anew before each start, and the certificate with a reload, by root and outside the service's sandbox.
install -d -m 755 /etc/systemd/system/zhiyin-gateway.service.d
cat >/etc/systemd/system/zhiyin-gateway.service.d/cloud.conf <<UNIT
[Service]
Environment=AWS_DEFAULT_REGION=$(fact region)
ExecStartPre=
ExecStartPre=+/opt/zhiyin-gateway/.venv/bin/python -m infrastructure.voice.gateway.cloud
ExecStartPre=/opt/zhiyin-gateway/.venv/bin/python -m infrastructure.voice.gateway check
ExecReload=
ExecReload=+/opt/zhiyin-gateway/.venv/bin/python -m infrastructure.voice.gateway.cloud
ExecReload=/opt/zhiyin-gateway/.venv/bin/python -m infrastructure.voice.gateway reload
StandardOutput=append:/var/log/zhiyin-gateway.log
UNIT
systemctl daemon-reload
systemctl restart zhiyin-gateway

# A host whose logs cannot be shipped still carries calls.
logs() {
	local agent=/opt/aws/amazon-cloudwatch-agent region architecture package
	region=$(fact region)
	architecture=$(dpkg --print-architecture)
	if [ ! -x "$agent/bin/amazon-cloudwatch-agent-ctl" ]; then
		package=$(mktemp --suffix .deb)
		curl --fail --silent --show-error --retry 3 --output "$package" \
			"https://amazoncloudwatch-agent-$region.s3.$region.$(fact suffix)/debian/$architecture/latest/amazon-cloudwatch-agent.deb" &&
			dpkg --install "$package" >/dev/null
		rm -f "$package"
	fi
	LOG_GROUP=$(fact log_group) python3 "$here/logs.py" >"$agent/etc/zhiyin.json" &&
		"$agent/bin/amazon-cloudwatch-agent-ctl" -a fetch-config -m ec2 -s -c "file:$agent/etc/zhiyin.json" >/dev/null
}
logs || echo 'logs are not shipped' >&2

# Healthy is what the load balancer sees too; the first start compiles a thousand modules.
address=$(python3 -c 'import json; print(json.load(open("/etc/zhiyin-gateway/gateway.json"))["router_host"])')
curl --fail --silent --show-error --output /dev/null --retry 60 --retry-delay 2 --retry-all-errors --retry-max-time 180 \
	"http://$address:9070/health"
