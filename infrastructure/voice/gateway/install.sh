#!/usr/bin/env bash
# Turns a bare Debian 12 host into a gateway. Run as root from a checkout; safe to run again (updates the code).
#   install.sh [--firewall] DOMAIN ADDRESS [PUBLIC_ADDRESS]
#   install.sh --without-settings          (settings come from elsewhere; nothing is started)
# The first run writes /etc/zhiyin-gateway/gateway.json: fill in the platform, the account and the trunks, then start.
set -euo pipefail

firewall=false with_settings=true
while [[ ${1:-} == --* ]]; do
	case $1 in
		--firewall) firewall=true ;;
		--without-settings) with_settings=false ;;
		*) sed -n '2,5s/^# //p' "$0" >&2; exit 2 ;;
	esac
	shift
done
if $with_settings && [ $# -lt 2 ]; then
	sed -n '2,5s/^# //p' "$0" >&2
	exit 2
fi
domain=${1:-} address=${2:-} public=${3:-}
[ "$(id -u)" -eq 0 ] || { echo 'as root' >&2; exit 1; }
here=$(cd "$(dirname "$0")" && pwd)
source=$(cd "$here/../../.." && pwd)
target=/opt/zhiyin-gateway
booted=false # an image that is being built has no running systemd: what is enabled there starts at its first boot
[ ! -d /run/systemd/system ] || booted=true
settings=/etc/zhiyin-gateway/gateway.json

bash "$here/install-system.sh"
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-venv rsync >/dev/null
for service in kamailio rtpengine-daemon ngcp-rtpengine-daemon; do # Debian's own; ours are the launcher's children
	systemctl disable --now "$service" 2>/dev/null || true
done

id zhiyin-gateway >/dev/null 2>&1 ||
	useradd --system --home-dir /var/lib/zhiyin-gateway --shell /usr/sbin/nologin zhiyin-gateway
install -d -m 755 "$target"
rsync -a --delete --exclude .git --exclude .venv --exclude .local --exclude node_modules --exclude __pycache__ \
	"$source/infrastructure" "$source/docs" "$target/"
[ -x "$target/.venv/bin/python" ] || python3 -m venv "$target/.venv"
"$target/.venv/bin/pip" install --quiet --pre -r "$here/requirements.txt"

install -d -m 750 -o root -g zhiyin-gateway "$(dirname "$settings")"
if $with_settings && [ ! -e "$settings" ]; then
	install -m 640 -o root -g zhiyin-gateway /dev/null "$settings"
	DOMAIN=$domain ADDRESS=$address PUBLIC=$public "$target/.venv/bin/python" - >"$settings" <<'PYTHON'
import json
import os
import secrets

nodes = min(64, max(1, os.cpu_count() or 1))
print(json.dumps({
    "home": "/var/lib/zhiyin-gateway",
    "domain": os.environ["DOMAIN"],
    "address": os.environ["ADDRESS"],
    "advertised": os.environ["PUBLIC"],
    "nodes": nodes,
    "node_rtp_ports": min(2000, 10000 // nodes),
    "platform_url": "https://FILL-IN.example",
    "account_sid": "AC" + secrets.token_hex(16),
    "auth_token": secrets.token_hex(32),
    "api_key": "SK" + secrets.token_hex(16),
    "api_secret": secrets.token_hex(32),
    "router_host": os.environ["ADDRESS"],
    "trunks": [],
}, indent=1))
PYTHON
fi

cat >/etc/sysctl.d/60-zhiyin-gateway.conf <<'SYSCTL'
net.core.rmem_max = 8388608
net.core.wmem_max = 8388608
net.ipv4.ip_local_port_range = 40000 60999
SYSCTL
sysctl --quiet --load /etc/sysctl.d/60-zhiyin-gateway.conf || true
if $firewall; then
	apt-get install -y -qq --no-install-recommends nftables >/dev/null
	install -D -m 644 "$here/host/zhiyin-gateway.nft" /etc/nftables.d/zhiyin-gateway.nft
	! $booted || nft -f /etc/nftables.d/zhiyin-gateway.nft
	grep -qs 'nftables.d' /etc/nftables.conf || echo 'include "/etc/nftables.d/*.nft"' >>/etc/nftables.conf
	systemctl enable --quiet nftables
fi
install -m 644 "$here/host/zhiyin-gateway.service" /etc/systemd/system/zhiyin-gateway.service
! $booted || systemctl daemon-reload
systemctl enable --quiet zhiyin-gateway
if ! $with_settings; then
	exit 0
elif grep -q FILL-IN "$settings"; then
	echo "now fill in $settings, then: systemctl start zhiyin-gateway"
elif $booted; then
	systemctl restart zhiyin-gateway
fi
