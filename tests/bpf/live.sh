#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The data plane on the wire, its maps filled by hand:
#
#   mn ---- an ==== IPv4 core ==== ha ---- cn        tunnel 10.9.1.5 - 10.9.0.2 over core
#   mn ----------- plain IPv6 ---- ha ---- cn        the same machines, routed, to compare with
#
# usage: live.sh BY_HAND [HOW-MUCH: options of iperf3 that limit each transfer]
set -euo pipefail
BY_HAND=$1 HOW_MUCH=(${2:--t 2})
N=nm4live$$
MAC=02:00:00:00:00:01 ROUTER=fe80::ff:fe00:434 ROUTER_MAC=02:00:5e:00:04:34
. "$(dirname "$0")/wire.sh"

machines mn an ha cn
in_ns an sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 net.ipv4.conf.lo.accept_local=1
in_ns ha sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 net.ipv4.conf.lo.accept_local=1
link mn host an port
link an core ha core
link ha home cn eth
link an plain ha plain
link mn plain an mnplain

# the tunnelled path
in_ns an sysctl -qw net.ipv6.conf.port.disable_ipv6=1
ip -n $N-an addr add 10.9.0.1/24 dev core
ip -n $N-ha addr add 10.9.0.2/24 dev core
ip -n $N-an route add local 10.9.1.0/24 dev lo
ip -n $N-ha route add 10.9.1.0/24 via 10.9.0.1
ip -n $N-mn link set host down
ip -n $N-mn link set host address $MAC
ip -n $N-an link set port promisc on
ip -n $N-mn link set host up
ip -n $N-mn link set host mtu 1480 # as the MTU option of the home agent's RA would have it
ip -n $N-mn addr add 2001:db8:1::5/128 dev host
ip -n $N-mn -6 neigh add $ROUTER dev host lladdr $ROUTER_MAC nud permanent
ip -n $N-mn -6 route add default via $ROUTER dev host
ip -n $N-ha addr add 2001:db8:1::1/64 dev home
ip -n $N-cn addr add 2001:db8:1::9/64 dev eth
ip -n $N-cn -6 route add default via 2001:db8:1::1
# the host is not on the home link: in the daemon the home agent answers for it there
ip -n $N-cn -6 neigh add 2001:db8:1::5 dev eth lladdr "$(in_ns ha cat /sys/class/net/home/address)" nud permanent

# the plain path
ip -n $N-mn addr add 2001:db8:2::5/64 dev plain
ip -n $N-an addr add 2001:db8:2::1/64 dev mnplain
ip -n $N-an addr add 2001:db8:3::1/64 dev plain
ip -n $N-ha addr add 2001:db8:3::2/64 dev plain
ip -n $N-an -6 route add 2001:db8:4::/64 via 2001:db8:3::2
ip -n $N-ha -6 route add 2001:db8:2::/64 via 2001:db8:3::1
ip -n $N-ha addr add 2001:db8:4::1/64 dev home
ip -n $N-cn addr add 2001:db8:4::9/64 dev eth
ip -n $N-cn -6 route add 2001:db8:2::/64 via 2001:db8:4::1
ip -n $N-mn -6 route add 2001:db8:4::/64 via 2001:db8:2::1
in_ns cn iperf3 -s -D -I "$WORK/iperf.pid" >/dev/null

planes() { # core MTU that the nodes are configured with
	mkfifo "$WORK/an.$1" "$WORK/ha.$1" "$WORK/an.out.$1" "$WORK/ha.out.$1"
	ip netns exec $N-an "$BY_HAND" "$1" 16 <"$WORK/an.$1" >"$WORK/an.out.$1" & PIDS+=($!)
	exec {AN_IN}>"$WORK/an.$1" {AN_OUT}<"$WORK/an.out.$1"
	ip netns exec $N-ha "$BY_HAND" "$1" 16 home 2001:db8:1:: 2001:db8:1::1 \
		<"$WORK/ha.$1" >"$WORK/ha.out.$1" & PIDS+=($!)
	exec {HA_IN}>"$WORK/ha.$1" {HA_OUT}<"$WORK/ha.out.$1"
	an attach core core
	an attach port access
	an tunnel 10.9.1.5 10.9.0.2 port $MAC $ROUTER
	ha attach core core
	ha attach home home
	ha tunnel 10.9.0.2 10.9.1.5
	ha address 2001:db8:1::5 128 10.9.0.2 10.9.1.5
}
an() { local r; echo "$@" >&$AN_IN; read -r r <&$AN_OUT; [[ $r == *ok ]] || fail "an: $*: $r"; ANSWER=$r; }
ha() { local r; echo "$@" >&$HA_IN; read -r r <&$HA_OUT; [[ $r == *ok ]] || fail "ha: $*: $r"; ANSWER=$r; }
planes_end() {
	exec {AN_IN}>&- {AN_OUT}<&- {HA_IN}>&- {HA_OUT}<&-
	wait "${PIDS[@]}"
	PIDS=()
}
gbits() { # address, further iperf3 options
	local to=$1; shift
	in_ns mn iperf3 -6 -c "$to" "${HOW_MUCH[@]}" -J "$@" |
		awk '/"sum_received"/ { sum = 1 } sum && /"bits_per_second"/ { printf "%.2f", $2 / 1e9; exit }'
}
counters() { # fields: from the host packets, bytes; to the host packets, bytes
	an counters 10.9.1.5 10.9.0.2
	read -r UP_N UP_B DOWN_N DOWN_B _ <<<"$ANSWER"
}

planes 1500
in_ns mn ping -6 -q -c 3 -i 0.01 -W 2 2001:db8:1::9 >/dev/null || fail "no echo through the tunnel"
in_ns ha ping -6 -q -c 3 -i 0.01 -W 2 2001:db8:1::5 >/dev/null || fail "the home agent's kernel does not reach the host"
shown ping_goes_through_the_tunnel

for direction in up down; do
	option=(); [ $direction = up ] || option=(-R)
	counters; n0=$UP_N b0=$UP_B m0=$DOWN_N c0=$DOWN_B
	t=$(gbits 2001:db8:1::9 "${option[@]}")
	counters
	p=$(gbits 2001:db8:4::9 "${option[@]}")
	if [ $direction = up ]; then mean=$(((UP_B - b0) / (UP_N - n0))); else mean=$(((DOWN_B - c0) / (DOWN_N - m0))); fi
	echo "tcp $direction: tunnel $t Gbit/s, plain $p Gbit/s; $mean octets a packet in the tunnel"
	[ "$mean" -gt 4000 ] || fail "super-packets did not stay whole"
done
shown tcp_super_packets_stay_whole

ip -n $N-mn link set host mtu 1500
ip -n $N-mn -6 route flush cache
in_ns mn ping -6 -q -c 3 -i 0.2 -M do -s 1452 -W 1 2001:db8:1::9 >"$WORK/ping" 2>&1 || true
in_ns mn ip -6 route get 2001:db8:1::9 | grep -q 'mtu 1480' || fail "no Packet Too Big with MTU 1480 at the host"
in_ns cn ping -6 -q -c 3 -i 0.2 -M do -s 1452 -W 1 2001:db8:1::5 >"$WORK/ping" 2>&1 || true
in_ns cn ip -6 route get 2001:db8:1::5 | grep -q 'mtu 1480' || fail "no Packet Too Big with MTU 1480 at the correspondent"
in_ns ha ping -6 -q -c 3 -i 0.2 -M do -s 1452 -W 1 2001:db8:1::5 >"$WORK/ping" 2>&1 || true
in_ns ha ip -6 route get 2001:db8:1::5 | grep -q 'mtu 1480' || fail "no Packet Too Big with MTU 1480 at the home agent's kernel"
t=$(gbits 2001:db8:1::9) u=$(gbits 2001:db8:1::9 -R)
echo "tcp with a host MTU of 1500: up $t down $u Gbit/s"
shown packet_too_big_reaches_host_correspondent_and_kernel
an drops; echo "drops at the access node: $ANSWER"
ha drops; echo "drops at the home agent: $ANSWER"
planes_end

for m in an ha; do ip -n $N-$m link set core mtu 1280; done
for m in mn ha cn; do ip -n $N-$m -6 route flush cache; done
ip -n $N-mn link set host mtu 1280
planes 1280
in_ns mn ping -6 -q -c 3 -i 0.05 -s 1232 -W 2 2001:db8:1::9 >/dev/null || fail "no echo of 1280 octets over a core of 1280"
t=$(gbits 2001:db8:1::9) u=$(gbits 2001:db8:1::9 -R)
echo "tcp over a core of 1280: up $t down $u Gbit/s"
shown a_core_of_1280_carries_packets_of_1280_in_fragments
an drops; echo "drops at the access node: $ANSWER"
ha drops; echo "drops at the home agent: $ANSWER"
planes_end
for i in "an core" "an port" "ha core" "ha home"; do
	set -- $i
	[ -z "$(tc -n $N-$1 filter show dev $2 ingress)$(tc -n $N-$1 filter show dev $2 egress)" ] || fail "programs left at $i"
done
shown programs_are_detached_at_the_end
