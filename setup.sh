#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Installs those packages of packages.txt that are missing; says nothing when none is.
set -euo pipefail
cd "$(dirname "$0")"

mapfile -t wanted < <(sed 's/#.*//; s/[[:space:]]*$//; /^$/d' packages.txt)

fail() {
	echo "netmip4: $1" >&2
	exit 1
}

for tool in dpkg-query apt-get; do
	command -v "$tool" >/dev/null ||
		fail "$tool not found: this sets itself up on Debian 12 only. packages.txt lists what it needs."
done

installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "${wanted[@]}" 2>/dev/null |
	sed -n 's/ installed$//p' || true)
mapfile -t missing < <(printf '%s\n' "${wanted[@]}" | grep -vxF -f <(echo "$installed") || true)
[ ${#missing[@]} -gt 0 ] || exit 0

[ "$(id -u)" = 0 ] || fail "these packages are missing and only root can install them: ${missing[*]}"
. /etc/os-release
[ "${ID:-}${VERSION_ID:-}" = debian12 ] ||
	echo "netmip4: packages.txt is made for Debian 12, this is ${PRETTY_NAME:-something else}; trying all the same."

export DEBIAN_FRONTEND=noninteractive
log=$(mktemp /tmp/netmip4-setup.XXXXXX)

# apt-get with what it says in $log, and its progress on one line of the terminal.
quiet_apt() {
	local status=0
	apt-get -q -o DPkg::Lock::Timeout=300 -o APT::Status-Fd=3 "$@" 3>&1 >>"$log" 2>&1 </dev/null |
		while IFS=: read -r _ _ percent _; do
			[ ! -t 1 ] || printf '\r  %3.0f %% ' "$percent" 2>/dev/null || true
		done || status=$?
	[ ! -t 1 ] || printf '\r        \r'
	return $status
}

install() {
	quiet_apt install -y --no-install-recommends "${missing[@]}"
}

echo "netmip4: installing ${#missing[@]} Debian packages: ${missing[*]}"
compgen -G '/var/lib/apt/lists/*_Packages*' >/dev/null || quiet_apt update || true
# Lists that have grown old name files that the mirror no longer has.
if ! install && ! { quiet_apt update && install; }; then
	tail -n 15 "$log" >&2
	fail "apt-get could not install them; all it said is in $log"
fi
rm -f "$log"
echo "netmip4: packages installed in $SECONDS s"
