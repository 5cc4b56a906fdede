#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Our data plane at one end of a tunnel, its maps filled by hand, and the kernel's `sit` at the other:
#
#   mn ---- an ==== sit       our access node; the home agent, and all beyond it, is a sit device
#           cn ---- ha ==== sit     our home agent; the access node, and its host, is a sit device
#
# Each side pings the other; nothing but our data plane knows a way between them.
# usage: tests/guest/sit.sh BY_HAND
set -euo pipefail
BY_HAND=$1
N=nm4sit$$
WORK=$(mktemp -d)
HOST=2001:db8:1::5 BEYOND=2001:db8:2::9
OURS=10.9.0.1 SITS=10.9.0.2
MAC=02:00:00:00:00:01 ROUTER=fe80::ff:fe00:434 ROUTER_MAC=02:00:5e:00:04:34
PINGS=20

finish() {
	local n
	exec {IN}>&- || true
	wait 2>/dev/null || true
	for n in mn cn an ha sit; do ip netns del "$N-$n" 2>/dev/null || true; done
	rm -rf "$WORK"
}
trap finish EXIT
in_ns() { local n=$1; shift; ip netns exec "$N-$n" "$@"; }
fail() { echo "FAIL: $*" >&2; exit 1; }

node() {
	ip netns add "$N-$1"
	in_ns "$1" sysctl -qw net.ipv6.conf.{all,default}.accept_dad=0 net.ipv6.conf.default.accept_ra=0
	ip -n "$N-$1" link set lo up
}
link() { # namespace interface namespace interface
	ip link add "$2" netns "$N-$1" type veth peer name "$4" netns "$N-$3"
	ip -n "$N-$1" link set "$2" up
	ip -n "$N-$3" link set "$4" up
}

# The end of the tunnel that is the kernel's: ADDRESS is there, everything else is behind our end.
sit_end() { # our node, ADDRESS
	node sit
	link "$1" core sit core
	ip -n "$N-$1" addr add $OURS/24 dev core
	ip -n "$N-sit" addr add $SITS/24 dev core
	ip -n "$N-sit" link add tunnel type sit local $SITS remote $OURS ttl 64
	ip -n "$N-sit" link set tunnel up
	ip -n "$N-sit" addr add "$2/128" dev lo
	ip -n "$N-sit" -6 route add default dev tunnel src "$2"
}

ask() { # a command of by_hand
	local r
	echo "$@" >&"$IN"
	read -r r <&"$OUT"
	[[ $r == *ok ]] || fail "by_hand: $*: $r"
}

plane() { # NODE, further arguments of by_hand
	local n=$1
	shift
	mkfifo "$WORK/$n.in" "$WORK/$n.out"
	ip netns exec "$N-$n" "$BY_HAND" 1500 16 "$@" <"$WORK/$n.in" >"$WORK/$n.out" &
	exec {IN}>"$WORK/$n.in" {OUT}<"$WORK/$n.out"
}

ping_both_ways() { # NAMESPACE ADDRESS, and the same of the other side
	in_ns "$1" ping -q -c $PINGS -i 0.01 -W 5 "$4" || fail "$1 does not reach $3"
	in_ns "$3" ping -q -c $PINGS -i 0.01 -W 5 -s 1400 "$2" || fail "$3 does not reach $1"
}

our_access_node() {
	node mn
	node an
	link mn host an port
	in_ns an sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.port.disable_ipv6=1
	ip -n $N-mn link set host address $MAC mtu 1480
	ip -n $N-an link set port promisc on
	ip -n $N-mn addr add $HOST/128 dev host
	ip -n $N-mn -6 neigh add $ROUTER dev host lladdr $ROUTER_MAC nud permanent
	ip -n $N-mn -6 route add default via $ROUTER dev host
	sit_end an $BEYOND
	plane an
	ask attach core core
	ask attach port access
	ask tunnel $OURS $SITS port $MAC $ROUTER
	ping_both_ways mn $HOST sit $BEYOND
	exec {IN}>&-
	wait
	ip netns del $N-sit
	echo "ok: our access node and sit"
}

our_home_agent() {
	node cn
	node ha
	link cn eth ha home
	in_ns ha sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
	ip -n $N-ha addr add 2001:db8:2::1/64 dev home
	ip -n $N-cn addr add $BEYOND/64 dev eth
	ip -n $N-cn -6 route add default via 2001:db8:2::1
	sit_end ha $HOST
	plane ha home 2001:db8:1:: 2001:db8:2::1
	ask attach core core
	ask attach home upstream
	ask tunnel $OURS $SITS
	ask address $HOST 128 $OURS $SITS
	ping_both_ways cn $BEYOND sit $HOST
	echo "ok: our home agent and sit"
}

our_access_node
our_home_agent
