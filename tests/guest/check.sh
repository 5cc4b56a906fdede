#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What `tests/check guest` runs on Debian 12's own kernel (tests/guest/run), as TAP: the packet tests
# of tests/bpf, the lab with its daemons, and our tunnel against the kernel's `sit`.
set -uo pipefail

lab=lab/topology.sh
state=/run/netmip4-lab/nm-
correspondent=2001:db8:2::10
seconds=60             # of the guest's time, until what is waited for must have happened
cases=0 failures=0
log=$(mktemp)

# case NAME COMMAND...: its output is shown only if it fails
case_of() {
	local name=$1 result=ok
	shift
	"$@" >"$log" 2>&1 || result='not ok'
	echo "$result $((++cases)) - $name"
	[ "$result" = ok ] || {
		((++failures))
		sed 's/^/# /' "$log"
	}
}

# A program that speaks TAP itself: its cases are ours.
packet_tests() { # PROGRAM
	local status=0
	echo "# $1"
	CMOCKA_MESSAGE_OUTPUT=TAP "build/tests/bpf/$1" || status=$?
	case_of "$1 comes to its end" test $status = 0
}

wait_until() { # COMMAND...
	local end=$((SECONDS + seconds))
	until "$@" >/dev/null 2>&1; do
		[ $SECONDS -lt $end ] || return 1
		sleep 0.05
	done
}

host_address() { # the global one that the host has configured, its DAD over
	ip -n nm-mn -6 addr show dev eth0 scope global -tentative | sed -n 's|.*inet6 \([^/]*\)/.*|\1|p'
}

has_address() {
	[[ $(host_address) == 2001:db8:1:* ]]
}

attaches() {
	$lab start ha an1 && $lab plug mn an1 && wait_until has_address
}

# Of the /64 that an access router has announced to the host.
routed_address() {
	host_address | grep '^2001:db8:1[0-9a-f][0-9a-f]:'
}

moves_to_router() {
	sed -i 's/addressing: .*/addressing: slaac/' $state/ar1.yaml
	$lab start ar1 && $lab plug mn ar1 && wait_until routed_address
}

pings() { # NAMESPACE ADDRESS [SOURCE]
	$lab enter "$1" ping -q -c 5 -i 0.1 -W 5 ${3:+-I "$3"} "$2"
}

shows() { # NODE WHAT TEXT
	build/netmip4 --socket "$state/$1.sock" show "$2" | tee -a "$log" | grep -qF "$3"
}

leaves_nothing() {
	local left
	$lab stop an1 ar1 ha
	left=$(for n in an1 ar1 ha; do
		$lab enter $n tc filter show dev core0 ingress
		$lab enter $n ip -o link show type veth | grep nmre
	done)
	[ -z "$left" ] || { echo "$left"; false; }
}

daemons() {
	local address
	case_of "the lab is laid out" $lab up
	case_of "a stock host attaches and configures an address of the home link" attaches
	address=$(host_address)
	case_of "the host reaches the correspondent" pings mn $correspondent
	case_of "the correspondent reaches the host" pings cn "${address:-::}"
	case_of "the home agent has the host's binding and address" shows ha bindings "${address:-none}"
	case_of "the access node serves the host" shows an1 attachments 020000000001@lab.example
	case_of "at an access router it gets a prefix of its own" moves_to_router
	case_of "and reaches the correspondent" pings mn $correspondent "$(routed_address)"
	case_of "the daemons end and take their programs with them" leaves_nothing
	[ $failures = 0 ] || sed 's/^/# /' $state/*.log
	$lab down
}

programs=$(cd build/tests/bpf && ls -d bpf_*)
echo "1..$((9 + 3 + $(wc -w <<<"$programs")))"
daemons
case_of "on the wire, maps filled by hand" tests/bpf/live.sh build/tests/bpf/by_hand "-n 8M"
case_of "the same, for a host behind PPPoE" tests/bpf/ppp.sh build/tests/bpf/by_hand build/tests/bpf/ppp_host.bpf.o "-n 2M"
case_of "pings against the kernel's sit" tests/guest/sit.sh build/tests/bpf/by_hand
for p in $programs; do
	packet_tests "$p"
done
[ $failures = 0 ]
