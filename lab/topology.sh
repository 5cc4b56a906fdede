#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# A small world in network namespaces. Only the programs in an1, an2, ar1, ar2 and ha are ours; the host
# `mn` is a stock kernel with nothing installed, and `core` speaks no IPv6 at all.
#
#                  switch                                                  home link
#                 +--------+ acc0 +-----+ core0                        2001:db8:1::/64
#  +----+ eth0    | br-an1 |------| an1 |------+          core0 +----+ home0    eth0 +----+
#  | mn |---------|        |      +-----+   +------+      +-----| ha |---------------| hl |
#  +----+ plugged | br-an2 |------| an2 |---| core |------+     +----+               +----+
#         into    | br-ar1 |------| ar1 |---|      |              | up0         eth0 +----+
#         one of  | br-ar2 |------| ar2 |---|      |              +------------------| cn |
#         the four+--------+ acc0 +-----+   +------+              2001:db8:2::/64    +----+
#                                     core0    IPv4
#
#   an1 10.0.1.1, care-of addresses 10.1.0.0/24       ha 192.0.2.1, 2001:db8:1::1, 2001:db8:2::1
#   an2 10.0.2.1, care-of addresses 10.2.0.0/24       hl 2001:db8:1::10, cn 2001:db8:2::10
#   ar1 10.0.11.1, which is its care-of address       home addresses of hosts at ar1 and ar2: of
#   ar2 10.0.12.1, likewise                           2001:db8:3::/64, or a /64 of 2001:db8:100::/40
#
# usage: topology.sh [option...] command
#   up            lay it out (no daemon yet, nobody plugged in)     start NAME...  start daemons
#   down          stop what was started, remove everything          stop NAME...   stop daemons
#   plug HOST AT  connect a host's cable to an1, an2, ar1 or ar2    unplug HOST    pull it out
#   move HOST AT  the same without the host losing its carrier      host NAME N    one more host
#   try           daemons up, host plugged into an1, and what to try
#   enter NAME [command...]                                         run in a namespace
# options: -p PREFIX of the namespaces (nm-)  -m MTU of the core's links (1500)
#   -n MTU  a narrow hop of that MTU in the middle of the core
#   -r      also a chain p-mn, p-an, p-core, p-ha, p-cn of plain IPv6 routers, to compare with
# environment: NETMIP4_BUILD (build), NETMIP4_LAB_STATE (/run/netmip4-lab)
set -eu

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
self=$here/$(basename "${BASH_SOURCE[0]}")
build=${NETMIP4_BUILD:-build}
case $build in /*) ;; *) build=$(dirname "$here")/$build ;; esac
prefix=nm- mtu=1500 narrow='' plain=''

die() {
	echo "lab: $*" >&2
	exit 1
}

node() { # a namespace: name, then "4" (no IPv6 at all) or "6"
	ip netns add "$prefix$1"
	ip -n "$prefix$1" link set lo up
	if [ "$2" = 4 ]; then
		set_sysctl "$1" net.ipv6.conf.{all,default}.disable_ipv6=1
	fi
}

enter() {
	local name=$1
	shift
	nsenter --net="/run/netns/$prefix$name" -- "$@"
}

set_sysctl() {
	local name=$1
	shift
	enter "$name" sysctl -qw "$@"
}

# cable A IF-OF-A B IF-OF-B: a veth pair, up at both ends
cable() {
	ip link add "$2" netns "$prefix$1" type veth peer name "$4" netns "$prefix$3"
	ip -n "$prefix$1" link set "$2" up
	ip -n "$prefix$3" link set "$4" up
}

address() { # NAME IF ADDRESS...
	local name=$1 interface=$2 a
	shift 2
	for a; do
		case $a in
		*:*) ip -n "$prefix$name" addr add "$a" dev "$interface" nodad ;;
		*) ip -n "$prefix$name" addr add "$a" dev "$interface" ;;
		esac
	done
}

route() {
	local name=$1
	shift
	ip -n "$prefix$name" route add "$@"
}

# A host is a namespace with one interface, whose other end is a port of the switch. It starts with
# its cable pulled out.
host() { # NAME NUMBER, which is the end of its MAC
	node "$1" 6
	ip link add eth0 netns "$prefix$1" address "$(printf 02:00:00:00:00:%02x "$2")" \
		type veth peer name "$1" netns "${prefix}switch"
	ip -n "$prefix$1" link set eth0 up
}

access() { # NAME NUMBER: an access node or an access router, and its bridge
	node "$1" 4
	ip -n "${prefix}switch" link add "br-$1" type bridge mcast_snooping 0 stp_state 0
	ip -n "${prefix}switch" link set "br-$1" up
	cable "$1" acc0 switch "$1"
	ip -n "${prefix}switch" link set "$1" master "br-$1"
	cable "$1" core0 core "$1"
	address "$1" core0 "10.0.$2.1/24"
	address core "$1" "10.0.$2.254/24"
	route "$1" default via "10.0.$2.254"
}

access_node() { # NAME NUMBER
	access "$1" "$2"
	route core "10.$2.0.0/24" via "10.0.$2.1"
}

set_mtu() { # MTU, then pairs NAME IF
	local n=$1
	shift
	while [ $# -gt 0 ]; do
		ip -n "$prefix$1" link set "$2" mtu "$n"
		shift 2
	done
}

core_to_ha() {
	local last=core
	if [ -n "$narrow" ]; then
		last=core2
		node core2 4
		set_sysctl core2 net.ipv4.ip_forward=1
		cable core core2 core2 core
		set_mtu "$narrow" core core2 core2 core
		address core core2 10.0.3.1/24
		address core2 core 10.0.3.2/24
		route core 192.0.2.0/24 via 10.0.3.2
		route core2 10.0.0.0/8 via 10.0.3.1
	fi
	cable ha core0 "$last" ha
	set_mtu "$mtu" an1 core0 core an1 an2 core0 core an2 ar1 core0 core ar1 ar2 core0 core ar2 \
		ha core0 "$last" ha
	set_sysctl ha net.ipv6.conf.core0.disable_ipv6=1
	address ha core0 192.0.2.1/24
	address "$last" ha 192.0.2.254/24
	route ha default via 192.0.2.254
}

home_and_beyond() {
	local name
	for name in ha hl cn; do # their addresses are given, so nobody needs to wait for DAD
		set_sysctl "$name" net.ipv6.conf.{all,default}.accept_dad=0
	done
	set_sysctl ha net.ipv6.conf.all.forwarding=1
	cable ha home0 hl eth0
	address ha home0 2001:db8:1::1/64
	address hl eth0 2001:db8:1::10/64
	# What lies on no link and nobody has: otherwise it would go back to where it came from.
	route ha 2001:db8:3::/64 dev home0
	route ha 2001:db8:100::/40 dev home0
	cable ha up0 cn eth0
	address ha up0 2001:db8:2::1/64
	address cn eth0 2001:db8:2::10/64
	route cn default via 2001:db8:2::1
}

# The same hops without tunnels: what the throughput is compared with.
plain_chain() {
	local name
	for name in p-mn p-an p-core p-ha p-cn; do
		node "$name" 6
		set_sysctl "$name" net.ipv6.conf.{all,default}.{accept_dad=0,forwarding=1,accept_ra=0}
	done
	ip -n "${prefix}switch" link add br-plain type bridge mcast_snooping 0 stp_state 0
	ip -n "${prefix}switch" link set br-plain up
	cable p-mn eth0 switch p-mn
	cable p-an acc0 switch p-an
	ip -n "${prefix}switch" link set p-mn master br-plain
	ip -n "${prefix}switch" link set p-an master br-plain
	cable p-an core0 p-core an
	cable p-core ha p-ha core0
	cable p-ha up0 p-cn eth0
	address p-mn eth0 2001:db8:10::10/64
	address p-an acc0 2001:db8:10::1/64
	address p-an core0 2001:db8:11::1/64
	address p-core an 2001:db8:11::2/64
	address p-core ha 2001:db8:12::1/64
	address p-ha core0 2001:db8:12::2/64
	address p-ha up0 2001:db8:13::1/64
	address p-cn eth0 2001:db8:13::10/64
	route p-mn default via 2001:db8:10::1
	route p-an default via 2001:db8:11::2
	route p-core default via 2001:db8:12::2
	route p-core 2001:db8:10::/64 via 2001:db8:11::1
	route p-ha default via 2001:db8:12::1
	route p-cn default via 2001:db8:13::1
}

configure() { # NAME TEMPLATE [NUMBER]
	sed -e "s|@DIR@|$state|g" -e "s|@NAME@|$1|g" -e "s|@N@|${3:-0}|g" "$here/$2" >"$state/$1.yaml"
}

up() {
	[ ! -e "$state" ] || die "$state exists: the lab is up; take it down first: $self down"
	mkdir -p "$state"
	trap '[ $? = 0 ] || down' EXIT
	(umask 077 && cp "$here"/{keys,users} "$state")
	mkdir "$state/bpf" # of this lab alone, whatever /sys shows
	mount -t bpf bpf "$state/bpf"
	configure ha ha.yaml
	configure an1 an.yaml 1
	configure an2 an.yaml 2
	configure ar1 ar.yaml 11
	configure ar2 ar.yaml 12
	node switch 4
	node core 4
	set_sysctl core net.ipv4.ip_forward=1
	access_node an1 1
	access_node an2 2
	access ar1 11
	access ar2 12
	node ha 6
	node hl 6
	node cn 6
	home_and_beyond
	core_to_ha
	[ -z "$plain" ] || plain_chain
	host mn 1
}

down() {
	local pid name
	for name in an1 an2 ar1 ar2 ha; do # the home agent last: it hears their goodbyes
		stop "$name"
	done
	ip netns list | awk '{ print $1 }' | while read -r name; do
		case $name in "$prefix"*) ip netns del "$name" ;; esac
	done
	umount "$state/bpf" 2>/dev/null || true
	rm -rf "$state"
}

move() { # HOST AT
	ip -n "${prefix}switch" link set "$1" master "br-$2"
}

plug() { # HOST AT
	unplug "$1"
	move "$1" "$2"
	ip -n "${prefix}switch" link set "$1" up
}

unplug() {
	ip -n "${prefix}switch" link set "$1" down
}

answers() {
	"$build/netmip4" --socket "$state/$1.sock" show version >/dev/null 2>&1
}

start() {
	local pid end
	: >>"$state/$1.log"
	setsid nsenter --net="/run/netns/$prefix$1" -- \
		"$build/netmip4d" -c "$state/$1.yaml" 2>>"$state/$1.log" </dev/null >&2 &
	pid=$!
	echo "$pid" >"$state/$1.pid"
	for ((end = SECONDS + 10; SECONDS < end;)); do
		answers "$1" && return
		runs "$pid" || break
		sleep 0.025
	done
	cat "$state/$1.log" >&2
	die "netmip4d of $1 did not start"
}

runs() { # PID; a zombie does not
	local line
	{ read -r line <"/proc/$1/stat"; } 2>/dev/null && [[ $line != *") Z "* ]]
}

stop() {
	local pid end
	[ -e "$state/$1.pid" ] || return 0
	pid=$(cat "$state/$1.pid")
	rm -f "$state/$1.pid"
	kill "$pid" 2>/dev/null || return 0
	for ((end = SECONDS + 10; SECONDS < end;)); do
		runs "$pid" || return 0
		sleep 0.02
	done
	kill -9 "$pid"
}

try() {
	start ha
	start an1
	start an2
	start ar1
	start ar2
	plug mn an1
	cat <<-EOF
	The lab is up. The host mn is plugged into an1 and gets its address in about two seconds.

	  $self enter mn ip -6 addr show dev eth0         the host's address
	  $self enter mn ping 2001:db8:2::10              to the correspondent beyond the home agent
	  $self move mn an2                               carry it over: the ping goes on
	  $self plug mn an1                               back again

	At an access router a host asks for its address by DHCPv6 (one that dials in by PPPoE: make demo).

	  $self host mn2 2                                one more host
	  $self plug mn2 ar1
	  $self enter mn2 dhclient -6 -d -lf $state/mn2.leases -pf $state/mn2.pid eth0      (-r releases it)
	  $build/netmip4 --socket $state/ar1.sock show leases
	  $self move mn2 ar2                              it keeps this address, too:
	  $self enter mn2 ping 2001:db8:2::10             its first packet there says that it has moved
	  $build/netmip4 --socket $state/ar2.sock show attachments

	  $build/netmip4 --socket $state/ha.sock show bindings
	  $build/netmip4 --socket $state/an1.sock show attachments
	  $self enter core tcpdump -ni any                what the IPv4 core sees of it
	  tail -f $state/*.log                            what the daemons say

	make lab-down takes it down.
	EOF
}

while getopts p:m:n:r option; do
	case $option in
	p) prefix=$OPTARG ;;
	m) mtu=$OPTARG ;;
	n) narrow=$OPTARG ;;
	r) plain=yes ;;
	*) die "unknown option (see the top of $self)" ;;
	esac
done
shift $((OPTIND - 1))
state=${NETMIP4_LAB_STATE:-/run/netmip4-lab}/$prefix

command=${1:-}
[ $# -eq 0 ] || shift
case $command in
up | down | try) "$command" ;;
host | enter | plug | move | unplug) "$command" "$@" ;;
start | stop) for name; do "$command" "$name"; done ;;
*) die "usage: $self [-p prefix] [-m mtu] [-n mtu] [-r] command (see its top)" ;;
esac
