#!/usr/bin/env bash
# What the gateway needs from the system (Debian, Ubuntu): installed when missing.
set -euo pipefail

needed=(
	kamailio kamailio-sqlite-modules kamailio-tls-modules kamailio-utils-modules kamailio-websocket-modules
	rtpengine-daemon espeak-ng sox libsox-fmt-mp3 openssl ca-certificates
)

missing=()
for package in "${needed[@]}"; do
	dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0
if [ "$(id -u)" -ne 0 ]; then
	echo "missing; as root: apt-get update && apt-get install ${missing[*]}" >&2
	exit 1
fi
export DEBIAN_FRONTEND=noninteractive

# Debian starts both daemons with settings of its own as soon as they are installed; ours are started by the launcher.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
	printf '#!/bin/sh\nexit 101\n' >"$policy"
	chmod 755 "$policy"
	trap 'rm -f "$policy"' EXIT
fi
ls /var/lib/apt/lists/*_Packages* >/dev/null 2>&1 || apt-get update -qq
apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null ||
	{ apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null; }
