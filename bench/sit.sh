#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Guest instructions per packet (tests/guest/run) of a home agent's end of a tunnel, ours and the
# kernel's `sit` in turn in the same place:
#
#   source > tap in  box  out ---- eth  far
#
#   encap  IPv6 packets to the host arrive, they leave in IPv4
#   decap  such packets from the host arrive; their source is checked, and they leave without
#
# The cost is that of everything between box's first sight of a frame and far's, which throws it away
# at once because its address is not that of the frame: the neighbour is an entry with an address
# that nobody has. What arriving costs is measured by frames that box itself throws away like that,
# and subtracted. A tap, because its frames have as much room before them as those of network cards;
# a veth's have none, and an end that grows a packet first copies it.
#
# Either end does what it has to: sit finds the tunnel by its addresses and sends what is inside
# through the kernel's forwarding; ours finds it too, checks that the inner source is bound to this
# tunnel, counts, and asks bpf_fib_lookup for the way.
set -euo pipefail

OURS=10.9.0.1 AGENT=10.9.0.2
HOST=2001:db8:1::5 CORRESPONDENT=2001:db8:2::9
IN=02:00:00:00:00:01 NOBODY=02:00:00:00:00:99
N=nm4bench
BUILD=build
WORK=$(mktemp -d)

in_ns() { local n=$1; shift; ip netns exec "$N-$n" "$@"; }
fail() { echo "bench/sit: $*" >&2; exit 1; }
figure() { echo "bench sit.$1 $2 $3"; }
difference() { awk "BEGIN { printf \"%.0f\", $1 - $2 }"; }
ratio() { awk "BEGIN { printf \"%.3f\", $1 / $2 }"; }

lay_out() {
	local n
	for n in box far; do
		ip netns add "$N-$n"
		in_ns $n sysctl -qw net.ipv6.conf.{all,default}.accept_dad=0
	done
	in_ns far sysctl -qw net.ipv6.conf.all.disable_ipv6=1
	in_ns box sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
	ip -n $N-box link set lo up
	ip -n $N-box tuntap add in mode tap
	ip link add out netns $N-box type veth peer name eth netns $N-far
	ip -n $N-box link set in address $IN up
	ip -n $N-box link set out up
	ip -n $N-far link set eth up
	ip -n $N-box addr add $OURS/24 dev out
	ip -n $N-box neigh add $AGENT dev out lladdr $NOBODY nud permanent
	ip -n $N-box addr add 2001:db8:2::1/64 dev out
	ip -n $N-box neigh add $CORRESPONDENT dev out lladdr $NOBODY nud permanent
}

received() {
	in_ns far cat /sys/class/net/eth/statistics/rx_packets
}

# MAC KIND: sets COST to the instructions of one arriving; returns whether all came to far.
arrive() {
	local before n
	before=$(received)
	read -r n COST <<<"$(in_ns box $BUILD/bench/bench_source in "$1" "$2")"
	[ -n "$COST" ] || fail "no packets were sent"
	[ $(($(received) - before)) -ge "$n" ]
}

# What arriving alone costs, while nothing of either end is there.
arriving() {
	! arrive $NOBODY plain || fail "frames to nobody were forwarded"
	PLAIN=$COST
	! arrive $NOBODY tunnelled || fail "frames to nobody were forwarded"
	TUNNELLED=$COST
}

# Sets ENCAP and DECAP.
cost_of_encap() {
	arrive $IN plain || fail "packets were lost on their way into the tunnel"
	ENCAP=$(difference "$COST" "$PLAIN")
}
cost_of_decap() {
	arrive $IN tunnelled || fail "packets were lost on their way out of the tunnel"
	DECAP=$(difference "$COST" "$TUNNELLED")
}

ask() { # a command of by_hand
	local r
	echo "$@" >&"$ASK"
	read -r r <&"$ANSWER"
	[[ $r == *ok ]] || fail "by_hand: $*: $r"
}

ours() {
	mkfifo "$WORK/ask" "$WORK/answer"
	ip netns exec $N-box $BUILD/tests/bpf/by_hand 1500 16 out 2001:db8:1:: 2001:db8:2::1 \
		<"$WORK/ask" >"$WORK/answer" &
	exec {ASK}>"$WORK/ask" {ANSWER}<"$WORK/answer"
	ask tunnel $OURS $AGENT
	ask address $HOST 128 $OURS $AGENT
	ask attach in upstream
	cost_of_encap
	ask attach in core
	cost_of_decap
	exec {ASK}>&- {ANSWER}<&-
	wait
}

sits() {
	ip -n $N-box link add tunnel type sit local $OURS remote $AGENT ttl 64
	ip -n $N-box link set tunnel up
	ip -n $N-box -6 route add $HOST/128 dev tunnel
	cost_of_encap
	cost_of_decap
}

trap 'rm -rf "$WORK"' EXIT
lay_out
arriving
ours
OUR_ENCAP=$ENCAP OUR_DECAP=$DECAP
sits
echo "Guest instructions per packet of 104 octets at one end of a tunnel, on Linux $(uname -r):"
figure encap.ours "$OUR_ENCAP" instructions
figure encap.sit "$ENCAP" instructions
figure encap.ratio "$(ratio "$OUR_ENCAP" "$ENCAP")" ratio
figure decap.ours "$OUR_DECAP" instructions
figure decap.sit "$DECAP" instructions
figure decap.ratio "$(ratio "$OUR_DECAP" "$DECAP")" ratio
echo "Arriving: $PLAIN and $TUNNELLED, not counted."
