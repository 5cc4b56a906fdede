#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# An access router with a host behind PPPoE on the wire, maps filled by hand. The host's end of the
# session is a BPF program, so this runs on kernels without PPP:
#
#   mn ---- ar ==== IPv4 core ==== ha ---- cn        tunnel 10.9.0.1 - 10.9.0.2
#
# usage: ppp.sh BY_HAND PPP_HOST [HOW-MUCH: options of iperf3 that limit each transfer]
set -euo pipefail
BY_HAND=$1 PPP_HOST=$2 HOW_MUCH=(${3:--t 2})
N=nm4ppp$$
MAC=02:00:00:00:00:01 ROUTER_MAC=02:4e:4d:34:00:02 SESSION=7
. "$(dirname "$0")/wire.sh"

machines mn ar ha cn
in_ns ar sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.default.disable_ipv6=1
in_ns ha sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
link mn host ar port
link ar core ha core
link ha home cn eth

ip -n $N-ar addr add 10.9.0.1/24 dev core
ip -n $N-ha addr add 10.9.0.2/24 dev core
ip -n $N-ar link set port promisc on
ip -n $N-mn link set host down
ip -n $N-mn link set host address $MAC gso_max_segs 1 # PPP takes no super-packets, either
ip -n $N-mn link set host up
ip -n $N-mn addr add 2001:db8:1::5/128 dev host
ip -n $N-mn -6 neigh add fe80::1 dev host lladdr $ROUTER_MAC nud permanent
ip -n $N-mn -6 route add default via fe80::1 dev host mtu 1480 # as the RA would have it
in_ns mn tc qdisc add dev host clsact
in_ns mn tc filter add dev host egress bpf da obj "$PPP_HOST" sec tc/send
in_ns mn tc filter add dev host ingress bpf da obj "$PPP_HOST" sec tc/receive
ip -n $N-ha addr add 2001:db8:1::1/64 dev home
ip -n $N-cn addr add 2001:db8:1::9/64 dev eth
ip -n $N-cn -6 route add default via 2001:db8:1::1
ip -n $N-cn -6 neigh add 2001:db8:1::5 dev eth \
	lladdr "$(in_ns ha cat /sys/class/net/home/address)" nud permanent
in_ns cn iperf3 -s -D -I "$WORK/iperf.pid" >/dev/null

mkfifo "$WORK/ar" "$WORK/ha" "$WORK/ar.out" "$WORK/ha.out"
ip netns exec $N-ar "$BY_HAND" 1500 16 $ROUTER_MAC <"$WORK/ar" >"$WORK/ar.out" & PIDS+=($!)
exec {AR_IN}>"$WORK/ar" {AR_OUT}<"$WORK/ar.out"
ip netns exec $N-ha "$BY_HAND" 1500 16 home 2001:db8:1:: 2001:db8:1::1 \
	<"$WORK/ha" >"$WORK/ha.out" & PIDS+=($!)
exec {HA_IN}>"$WORK/ha" {HA_OUT}<"$WORK/ha.out"
ar() { local r; echo "$@" >&$AR_IN; read -r r <&$AR_OUT; [[ $r == *ok ]] || fail "ar: $*: $r"; ANSWER=$r; }
ha() { local r; echo "$@" >&$HA_IN; read -r r <&$HA_OUT; [[ $r == *ok ]] || fail "ha: $*: $r"; ANSWER=$r; }
ar attach core core
ar attach port ppp
ar tunnel 10.9.0.1 10.9.0.2 router
ar address 2001:db8:1::5 128 10.9.0.1 10.9.0.2 port $MAC $SESSION
ha attach core core
ha attach home home
ha tunnel 10.9.0.2 10.9.0.1
ha address 2001:db8:1::5 128 10.9.0.2 10.9.0.1

in_ns mn ping -6 -q -c 3 -i 0.01 -W 2 2001:db8:1::9 >/dev/null || fail "no echo"
for size in 1 11 1432; do # the last one fills the tunnel
	in_ns cn ping -6 -q -c 1 -s $size -W 2 2001:db8:1::5 >/dev/null || fail "no echo of $size"
done
shown ping_goes_through_session_and_tunnel

transfer() { # further iperf3 options; says octets received and retransmissions
	in_ns mn timeout 60 iperf3 -6 -c 2001:db8:1::9 "${HOW_MUCH[@]}" -J "$@" |
		awk '/"sum_received"/ { sum = 1 } sum && /"bytes"/ { printf "%d", $2; exit }'
}
up=$(transfer) down=$(transfer -R)
[ "$up" -gt 1000000 ] || fail "TCP up: $up octets"
[ "$down" -gt 1000000 ] || fail "TCP down: $down octets"
echo "tcp: $up octets up, $down down"
ar counters 10.9.0.1 10.9.0.2
read -r _ _ n b _ <<<"$ANSWER"
[ $((b / n)) -gt 1500 ] || fail "no super-packets came: $((b / n)) octets each"
ar drops
[ "$ANSWER" = ok ] || fail "drops at the access router: $ANSWER"
shown super_packets_become_frames_of_the_session

in_ns cn ping -6 -q -c 1 -M do -s 1452 -W 1 2001:db8:1::5 >/dev/null 2>&1 || true
in_ns cn ip -6 route get 2001:db8:1::5 | grep -q 'mtu 1480' || fail "no Packet Too Big at the correspondent"
ip -n $N-mn -6 route change default via fe80::1 dev host
in_ns mn ping -6 -q -c 1 -M do -s 1444 -W 1 2001:db8:1::9 >/dev/null 2>&1 || true
in_ns mn ip -6 route get 2001:db8:1::9 | grep -q 'mtu 1480' || fail "no Packet Too Big at the host"
shown packet_too_big_reaches_both_ends
