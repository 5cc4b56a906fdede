# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# Sourced by tests of the data plane on the wire: machines are network namespaces, "$N-NAME" each, and
# what a test starts in them is in PIDS. All of it goes at the end.
WORK=$(mktemp -d)
PIDS=()
MACHINES=()

finish() {
	[ ! -s "$WORK/iperf.pid" ] || kill "$(tr -d '\0' <"$WORK/iperf.pid")" 2>/dev/null || true
	for p in "${PIDS[@]}"; do kill "$p" 2>/dev/null || true; done
	wait 2>/dev/null || true
	for n in "${MACHINES[@]}"; do ip netns del "$N-$n" 2>/dev/null || true; done
	rm -rf "$WORK"
}
trap finish EXIT
in_ns() { local n=$1; shift; ip netns exec "$N-$n" "$@"; }
fail() { echo "FAIL: $*" >&2; exit 1; }
shown() { echo "ok: $1"; }

link() { # machine interface machine interface
	ip link add "$2" netns "$N-$1" type veth peer name "$4" netns "$N-$3"
	ip -n "$N-$1" link set "$2" up
	ip -n "$N-$3" link set "$4" up
}

machines() {
	MACHINES=("$@")
	for n in "$@"; do
		ip netns add "$N-$n"
		in_ns "$n" sysctl -qw net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.all.accept_dad=0 \
			net.ipv6.conf.default.accept_ra=0
		ip -n "$N-$n" link set lo up
	done
}
