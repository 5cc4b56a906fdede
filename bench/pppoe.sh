#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# TCP of a host that dials in by PPPoE, in the lab (lab/topology.sh -r), whose kernel here has PPP:
#
#   ours    mn pppd ---- ar1 ==== core ==== ha ---- cn             our access router and its tunnel
#   kernel  p-mn pppd ---- pppd p-an ---- p-core ---- p-ha ---- p-cn   the kernel's own PPPoE, and
#                                                                  as many plain routers
#
# up is from the host, down to it. All ends and routers share one processor, whose clock counts
# instructions (tests/guest/run): what arrives in a second says what an octet costs on all its way.
set -euo pipefail

lab="lab/topology.sh -r"
state=/run/netmip4-lab/nm-
SECONDS_MAX=20
ROUNDS=3
RATIOS=()
CLIENT="noip +ipv6 noauth noccp nodetach lcp-echo-interval 0"

fail() { echo "bench/pppoe: $*" >&2; exit 1; }
figure() { echo "bench pppoe.tcp.$1 $2 $3"; }
ratio() { awk "BEGIN { printf \"%.3f\", $1 / $2 }"; }

wait_until() { # COMMAND...
	local end=$((SECONDS + SECONDS_MAX))
	until "$@" >/dev/null 2>&1; do
		[ $SECONDS -lt $end ] || fail "still not: $*"
		sleep 0.05
	done
}

has_address() { # NODE global|link
	[ -n "$($lab enter "$1" ip -6 addr show dev ppp0 scope "$2" -tentative)" ]
}

mac() { # NODE INTERFACE
	$lab enter "$1" ip link show dev "$2" | sed -n 's|.*link/ether \([^ ]*\).*|\1|p'
}

# pppd of NODE in the background.
dial() { # NODE arguments...
	$lab enter "$1" pppd plugin pppoe.so "${@:2}" $CLIENT </dev/null >"/run/$1.pppd" 2>&1 &
}

ours() {
	sed -i 's/addressing: .*/addressing: pppoe/' $state/ar1.yaml
	$lab start ha ar1
	$lab plug mn ar1
	dial mn nic-eth0 user host@lab.example password not-secret-at-all
	wait_until has_address mn global
}

# The plain chain of the lab, its access link by PPPoE: both ends know their session beforehand.
kernels() {
	dial p-an nic-acc0 pppoe-sess "1:$(mac p-mn eth0)"
	dial p-mn nic-eth0 pppoe-sess "1:$(mac p-an acc0)"
	wait_until has_address p-an link
	wait_until has_address p-mn link
	$lab enter p-mn ip addr del 2001:db8:10::10/64 dev eth0
	$lab enter p-an ip addr del 2001:db8:10::1/64 dev acc0
	$lab enter p-mn ip addr add 2001:db8:10::10/128 dev ppp0
	$lab enter p-mn ip -6 route replace default dev ppp0
	$lab enter p-an ip -6 route add 2001:db8:10::10/128 dev ppp0
}

# Prints the Mbit/s that arrive.
rate() { # HOST SERVER ADDRESS up|down
	local options=(-t 1 -O 0.3 -f m) result
	[ "$4" = up ] || options+=(-R)
	rm -f /run/iperf3.pid
	$lab enter "$2" iperf3 -s -1 -D -B "$3" -I /run/iperf3.pid
	wait_until test -s /run/iperf3.pid
	result=$($lab enter "$1" iperf3 -c "$3" "${options[@]}" |
		sed -n 's/.* \([0-9.]*\) Mbits\/sec .*receiver/\1/p')
	[ -n "$result" ] || fail "no TCP between $1 and $2"
	echo "$result"
}

# Of the rounds; both take turns, so that neither is always the first.
compare() { # up|down
	local rates=() kernel=() i
	for ((i = 0; i < ROUNDS; i++)); do
		rates+=("$(rate mn cn 2001:db8:2::10 "$1")")
		kernel+=("$(rate p-mn p-cn 2001:db8:13::10 "$1")")
	done
	OURS=$(median "${rates[@]}") KERNEL=$(median "${kernel[@]}")
}
median() { printf '%s\n' "$@" | sort -n | sed -n "$((($# + 1) / 2))p"; }

trap '$lab down >/dev/null 2>&1' EXIT
$lab up
kernels
ours
echo "TCP through PPPoE: our router and tunnel, the kernel's and plain routers, on Linux $(uname -r):"
for way in up down; do
	compare $way
	figure $way.ours "$OURS" Mbit/s
	figure $way.kernel "$KERNEL" Mbit/s
	RATIOS+=("$(ratio "$OURS" "$KERNEL")")
	figure $way.ratio "${RATIOS[-1]}" ratio
done
figure ratio "$(printf '%s\n' "${RATIOS[@]}" | sort -n | head -n 1)" ratio
