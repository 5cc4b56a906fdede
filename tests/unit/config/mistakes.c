/* SPDX-License-Identifier: Apache-2.0 */
/* Every kind of mistake is found, with its line and with what to write instead. */
#include "files.h"

struct wrong {
	const char *config, *keys; /* keys NULL: GOOD_KEYS */
	const char *file;          /* in which it is found */
	unsigned line;
	const char *says; /* part of the message, the key's path first where there is one */
};

#define HA(more)  GOOD_HA more
#define AN(more)  GOOD_AN more
#define AR(more)  GOOD_AR more
#define CONFIG    "netmip4d.yaml"
#define LABEL     "a2345678901234567890123456789012345678901234567890"
#define LONG_NAME LABEL "." LABEL
#define KEY       "key: 00112233445566778899aabbccddeeff"

/* clang-format off */
static const struct wrong wrongs[] = {
	/* documents */
	{ "", NULL, CONFIG, 1, "the file is empty" },
	{ "keys: [a\nhome-agent: b\n", NULL, CONFIG, 2, "this is not YAML" },
	{ "keys: keys\n\tx: 1\n", NULL, CONFIG, 2, "this is not YAML" },
	{ HA("---\nkeys: keys\n"), NULL, CONFIG, 9, "a second document begins here" },
	{ "- keys\n", NULL, CONFIG, 1, "write keys" },
	/* keys */
	{ HA("colour: red\n"), NULL, CONFIG, 8, "there is no key \"colour\"; write one of: control" },
	{ HA("contorl: /x\n"), NULL, CONFIG, 8, "did you mean \"control\"?" },
	{ HA("  lifetime: 10m\n"), NULL, CONFIG, 8, "home-agent: there is no key \"lifetime\"; did you mean \"lifetime-max\"?" },
	{ HA("  address: 192.0.2.2\n"), NULL, CONFIG, 8, "home-agent: \"address\" stands here a second time" },
	{ HA("  [a, b]: c\n"), NULL, CONFIG, 8, "write the name of a key" },
	{ "keys: keys\nhome-agent:\n  address: 192.0.2.1\n  core-interface: c\n", NULL, CONFIG, 3, "home-agent: \"home-link\" is missing" },
	{ "keys: keys\n", NULL, CONFIG, 1, "there is no role; write home-agent:, access-node: or access-router:" },
	/* shapes */
	{ HA("  router: fe80::1\n"), NULL, CONFIG, 8, "home-agent.router: a single value or a list stands here" },
	{ HA("  lifetime-max: {a: b}\n"), NULL, CONFIG, 8, "home-agent.lifetime-max: a mapping stands here; write a duration" },
	{ HA("  lifetime-max: [1, 2]\n"), NULL, CONFIG, 8, "home-agent.lifetime-max: a list stands here" },
	{ HA("  lifetime-max:\n"), NULL, CONFIG, 8, "home-agent.lifetime-max: there is no value; write a duration" },
	{ HA("  router: {dns: [fe80::1, fe80::2, fe80::3, fe80::4]}\n"), NULL, CONFIG, 8, "home-agent.router.dns: there are 4 entries; write 0 to 3" },
	/* values */
	{ HA("  bindings-max: many\n"), NULL, CONFIG, 8, "home-agent.bindings-max: \"many\" does not fit; write a number from 1 to" },
	{ HA("  probes-max: 1000\n"), NULL, CONFIG, 8, "write a number from 1 to 100" },
	{ HA("  probes-max: 99999999999999999999999\n"), NULL, CONFIG, 8, "write a number from 1 to 100" },
	{ HA("  lifetime-max: soon\n"), NULL, CONFIG, 8, "\"soon\" is not a duration; write a number and one of ms, s, m, h, d" },
	{ HA("  lifetime-max: 10 minutes\n"), NULL, CONFIG, 8, "\"10 minutes\" is not a duration" },
	{ HA("  lifetime-max: 2d\n"), NULL, CONFIG, 8, "\"2d\" does not fit; write from 5s to 65534s" },
	{ HA("  lifetime-max: 5500ms\n"), NULL, CONFIG, 8, "\"5500ms\" does not fit; write from 5s to 65534s in whole seconds" },
	{ HA("  lifetime-max: infinite\n"), NULL, CONFIG, 8, "is not a duration" },
	{ HA("  tunnelling: maybe\n"), NULL, CONFIG, 8, "\"maybe\" is neither; write true or false" },
	{ HA("  upstream: averyveryverylongname\n"), NULL, CONFIG, 8, "cannot be the name of an interface" },
	{ HA("  upstream: [up0, a/b]\n"), NULL, CONFIG, 8, "home-agent.upstream[1]: \"a/b\" cannot be the name" },
	{ HA("  router: {mac: 01:00:5e:00:00:01}\n"), NULL, CONFIG, 8, "is not the link-layer address of one machine" },
	{ HA("  router: {mac: 2:0:0:0:0:1}\n"), NULL, CONFIG, 8, "is not the link-layer address" },
	{ HA("  router: {address: 192.0.2.1}\n"), NULL, CONFIG, 8, "home-agent.router.address: \"192.0.2.1\" is not an IPv6 address" },
	{ "keys: keys\nhome-agent:\n  address: 224.0.0.1\n  core-interface: c\n  home-link: {interface: h, prefixes: [{prefix: 2001:db8::/64}]}\n", NULL, CONFIG, 3, "home-agent.address: \"224.0.0.1\" is not an IPv4 address of one machine" },
	{ "keys: keys\nhome-agent:\n  address: 192.0.2.1\n  core-interface: c\n  home-link: {interface: h, prefixes: [{prefix: 2001:db8::/48}]}\n", NULL, CONFIG, 5, "home-agent.home-link.prefixes[0].prefix: \"2001:db8::/48\" is not a prefix that hosts can configure addresses from; write a /64" },
	{ "keys: keys\nhome-agent:\n  address: 192.0.2.1\n  core-interface: c\n  home-link: {interface: h, prefixes: [{prefix: 2001:db8::1/64}]}\n", NULL, CONFIG, 5, "nothing behind the first 64 bits" },
	{ "keys: keys\nhome-agent:\n  address: 192.0.2.1\n  core-interface: c\n  home-link: {interface: h, prefixes: []}\n", NULL, CONFIG, 5, "there are 0 entries; write 1 to 8" },
	{ "keys: keys\naccess-node:\n  home-agent: 192.0.2.1\n  core-interface: c\n  care-of: {pool: 198.51.100.1/24}\n  ports: [{interface: a, realm: lab.example}]\n", NULL, CONFIG, 5, "access-node.care-of.pool: \"198.51.100.1/24\" is not a pool" },
	{ "keys: keys\naccess-node:\n  home-agent: 192.0.2.1\n  core-interface: c\n  care-of: {pool: 10.0.0.0/8}\n  ports: [{interface: a, realm: lab.example}]\n", NULL, CONFIG, 5, "more than 1048576 addresses" },
	{ "keys: keys\naccess-node:\n  home-agent: 192.0.2.1\n  core-interface: c\n  care-of: {pool: 10.0.0.9-10.0.0.1}\n  ports: [{interface: a, realm: lab.example}]\n", NULL, CONFIG, 5, "is not a pool" },
	{ AN("  identities: [{mac: 02:00:00:00:00:01, nai: a b@lab.example}]\n"), NULL, CONFIG, 9, "\"a b@lab.example\" is not a network access identifier" },
	{ AN("    - {interface: acc1, realm: \"@lab.example\"}\n"), NULL, CONFIG, 9, "is not a realm; write a domain name without \"@\"" },
	/* extension numbers */
	{ HA("extensions: {home-address: 131}\n"), NULL, CONFIG, 8, "extensions.home-address: extension type 131 has another meaning" },
	{ HA("extensions: {home-address: {send: 255, accept: [255, 32]}}\n"), NULL, CONFIG, 8, "extensions.home-address.accept[1]: extension type 32 has another meaning" },
	{ HA("extensions: {home-address: 256}\n"), NULL, CONFIG, 8, "write a number from 1 to 255" },
	{ HA("extensions: {home-address: 127}\n"), NULL, CONFIG, 8, "home-address and home-address-request have a number in common" },
	/* relations */
	{ HA("  bindings-max: 10\n  addresses-max: 9\n"), NULL, CONFIG, 9, "home-agent.addresses-max: 9 is less than one address for each of 10 bindings" },
	{ HA("  router:\n    ra-interval:\n      min: 8s\n      max: 10s\n"), NULL, CONFIG, 10, "home-agent.router.ra-interval: min 8s is more than three quarters of max 10s; write at most 7s" },
	{ HA("  router: {lifetime: 30s}\n"), NULL, CONFIG, 8, "home-agent.router.lifetime: 30s is shorter than the longest pause" },
	{ HA("  router: {address: 2001:db8::1}\n"), NULL, CONFIG, 8, "home-agent.router.address: hosts only accept advertisements from a link-local address" },
	{ "keys: keys\nhome-agent:\n  address: 192.0.2.1\n  core-interface: c\n  home-link:\n    interface: h\n    prefixes:\n      - {prefix: 2001:db8::/64}\n      - {prefix: 2001:db8::/64}\n", NULL, CONFIG, 9, "this prefix stands on line 8 already" },
	{ "keys: keys\nhome-agent:\n  address: 192.0.2.1\n  core-interface: c\n  home-link:\n    interface: h\n    prefixes:\n      - {prefix: 2001:db8::/64, valid: 1h, preferred: 2h}\n", NULL, CONFIG, 8, "the preferred lifetime is longer than the valid one" },
	{ "keys: keys\naccess-node:\n  home-agent: 198.51.100.7\n  core-interface: c\n  care-of: {pool: 198.51.100.0/24}\n  ports: [{interface: a, realm: lab.example}]\n", NULL, CONFIG, 5, "access-node.care-of.pool: the home agent's address lies inside the pool" },
	{ HA("access-node:\n  home-agent: 192.0.2.1\n  core-interface: core0\n  care-of: {pool: 198.51.100.0/24}\n  ports: [{interface: acc0, realm: lab.example}]\n"), NULL, CONFIG, 9, "access-node.home-agent: this is the home agent of this very process" },
	{ AN("    - {interface: acc0, realm: lab.example}\n"), NULL, CONFIG, 9, "access-node.ports: \"acc0\" is access-node.ports on line 7 already" },
	{ AN("    - {interface: core0, realm: lab.example}\n"), NULL, CONFIG, 9, "access-node.ports: \"core0\" is access-node.core-interface on line 4 already" },
	{ HA("  upstream: core0\n"), NULL, CONFIG, 8, "home-agent.upstream: \"core0\" is home-agent.core-interface on line 4 already" },
	{ HA("  upstream: [up0, home0]\n"), NULL, CONFIG, 8, "home-agent.upstream: \"home0\" is home-agent.home-link.interface on line 6 already" },
	{ AN("    - {interface: acc1}\n"), NULL, CONFIG, 9, "access-node.ports[1]: hosts of this port have no name; write realm:" },
	{ AN("    - {interface: acc1, realm: other.example}\n"), NULL, CONFIG, 9, "there is no key for the realm \"other.example\"" },
	{ AN("    - {interface: acc1, nai: x@other.example}\n"), NULL, CONFIG, 9, "there is no key for \"x@other.example\"" },
	{ AN("  identities:\n    - {mac: 02:00:00:00:00:01, nai: a@lab.example}\n    - {mac: 02:00:00:00:00:01, nai: b@lab.example}\n"), NULL, CONFIG, 11, "access-node.identities[1]: this mac stands on line 10 already" },
	/* pools of home addresses */
	{ HA("  pools:\n    - {prefixes: 2001:db8:100::/65}\n"), NULL, CONFIG, 9, "home-agent.pools[0].prefixes: \"2001:db8:100::/65\" cannot be cut into /64s; write a global prefix of length 16 to 64" },
	{ HA("  pools:\n    - {prefixes: 2000::/15}\n"), NULL, CONFIG, 9, "home-agent.pools[0].prefixes: \"2000::/15\" cannot be cut" },
	{ HA("  pools:\n    - {prefixes: 2001:db8:100:1::/40}\n"), NULL, CONFIG, 9, "home-agent.pools[0].prefixes: \"2001:db8:100:1::/40\" cannot be cut" },
	{ HA("  pools:\n    - {prefixes: 2001:db8:100::1/64}\n"), NULL, CONFIG, 9, "home-agent.pools[0].prefixes: \"2001:db8:100::1/64\" cannot be cut" },
	{ HA("  pools:\n    - {prefixes: fe80::/64}\n"), NULL, CONFIG, 9, "home-agent.pools[0].prefixes: \"fe80::/64\" cannot be cut" },
	{ HA("  pools:\n    - {prefixes: 192.0.2.0/24}\n"), NULL, CONFIG, 9, "home-agent.pools[0].prefixes: \"192.0.2.0/24\" cannot be cut" },
	{ HA("  pools:\n    - {prefixes: [a, b]}\n"), NULL, CONFIG, 9, "home-agent.pools[0].prefixes: a list stands here; write a prefix that is cut into /64s" },
	{ HA("  pools:\n    - {shared: 2001:db8:2::/63}\n"), NULL, CONFIG, 9, "home-agent.pools[0].shared: \"2001:db8:2::/63\" is not a prefix that hosts can configure addresses from; write a /64" },
	{ HA("  pools:\n    - {shared: \"::/64\"}\n"), NULL, CONFIG, 9, "home-agent.pools[0].shared: \"::/64\" is not a global /64" },
	{ HA("  pools:\n    - {addresses: 2001:db8:2::9}\n"), NULL, CONFIG, 9, "home-agent.pools[0].addresses: \"2001:db8:2::9\" is not a range of addresses; write FIRST-LAST" },
	{ HA("  pools:\n    - {addresses: 2001:db8:2::9-2001:db8:2::8}\n"), NULL, CONFIG, 9, "home-agent.pools[0].addresses: \"2001:db8:2::9-2001:db8:2::8\" is not a range" },
	{ HA("  pools:\n    - {addresses: 2001:db8:2::/64}\n"), NULL, CONFIG, 9, "home-agent.pools[0].addresses: \"2001:db8:2::/64\" is not a range of addresses; write FIRST-LAST such as 2001:db8:2::1000-2001:db8:2::1fff, or a prefix of length 65 to 128" },
	{ HA("  pools:\n    - {addresses: 2001:db8:2::1/120}\n"), NULL, CONFIG, 9, "home-agent.pools[0].addresses: \"2001:db8:2::1/120\" is not a range" },
	{ HA("  pools:\n    - {addresses: fe80::1-fe80::9}\n"), NULL, CONFIG, 9, "home-agent.pools[0].addresses: \"fe80::1-fe80::9\" is not a range" },
	{ HA("  pools:\n    - {addresses: 2001:db8:2::1-2001:db8:2:1::1}\n"), NULL, CONFIG, 9, "home-agent.pools[0].addresses: \"2001:db8:2::1-2001:db8:2:1::1\" lies in more than one /64; write a pool for each" },
	{ HA("  pools:\n    - {addresses: \"2001:db8:2::-2001:db8:2:0:ffff:ffff:ffff:ffff\"}\n"), NULL, CONFIG, 9, "home-agent.pools[0].addresses: \"2001:db8:2::-2001:db8:2:0:ffff:ffff:ffff:ffff\" is a whole /64; write it as shared:" },
	{ HA("  pools:\n    - {addresses: \"2001:db8:2::/128\"}\n"), NULL, CONFIG, 9, "home-agent.pools[0].addresses: \"2001:db8:2::/128\" holds reserved addresses only" },
	{ HA("  pools:\n    - {addresses: 2001:db8:2:0:fdff:ffff:ffff:ff80/121}\n"), NULL, CONFIG, 9, "home-agent.pools[0].addresses: \"2001:db8:2:0:fdff:ffff:ffff:ff80/121\" holds reserved addresses only" },
	{ HA("  pools:\n    - {addresses: 2001:db8:2:0:fdff:ffff:ffff:ff90-2001:db8:2:0:fdff:ffff:ffff:ff91}\n"), NULL, CONFIG, 9, "home-agent.pools[0].addresses: \"2001:db8:2:0:fdff:ffff:ffff:ff90-2001:db8:2:0:fdff:ffff:ffff:ff91\" holds reserved" },
	{ HA("  pools:\n    - {realm: lab.example}\n"), NULL, CONFIG, 9, "home-agent.pools[0]: this pool has no addresses; write prefixes, shared or addresses" },
	{ HA("  pools:\n    - {shared: 2001:db8:2::/64, prefixes: 2001:db8:100::/40}\n"), NULL, CONFIG, 9, "home-agent.pools[0].prefixes: this pool already has its addresses; write one of prefixes, shared and addresses" },
	{ HA("  pools:\n    - {addresses: 2001:db8:2::1-2001:db8:2::9, shared: 2001:db8:2::/64}\n"), NULL, CONFIG, 9, "home-agent.pools[0].shared: this pool already has its addresses" },
	{ HA("  pools:\n    - {shared: 2001:db8:2::/64, addresses: 2001:db8:2::1-2001:db8:2::9}\n"), NULL, CONFIG, 9, "home-agent.pools[0].addresses: this pool already has its addresses" },
	{ HA("  pools:\n    - {shared: 2001:db8:2::/64, identifiers: odd}\n"), NULL, CONFIG, 9, "home-agent.pools[0].identifiers: \"odd\" is none of the words for this; write random, stable or sequential" },
	{ HA("  pools:\n    - {shared: 2001:db8:2::/64, identifiers: [random]}\n"), NULL, CONFIG, 9, "home-agent.pools[0].identifiers: a list stands here; write random, stable or sequential" },
	{ HA("  pools:\n    - {prefixes: 2001:db8:100::/40, identifiers: random}\n"), NULL, CONFIG, 9, "home-agent.pools[0]: identifiers are chosen in shared: pools only; remove this key" },
	{ HA("  pools:\n    - {shared: 2001:db8:2::/64, realm: \"@x\"}\n"), NULL, CONFIG, 9, "home-agent.pools[0].realm: \"@x\" is not a realm" },
	{ HA("  pools:\n    - {shared: 2001:db8:2::/64, valid: 0s}\n"), NULL, CONFIG, 9, "home-agent.pools[0].valid: \"0s\" does not fit; write from 1s" },
	{ HA("  pools:\n    - {shared: 2001:db8:2::/64, preferred: soon}\n"), NULL, CONFIG, 9, "home-agent.pools[0].preferred: \"soon\" is not a duration; write a number and one of ms, s, m, h, d, such as 30s, or infinite" },
	{ HA("  pools:\n    - {shared: 2001:db8:2::/64, valid: 1h, preferred: 2h}\n"), NULL, CONFIG, 9, "home-agent.pools[0]: the preferred lifetime is longer than the valid one; write preferred: at most 3600s" },
	{ HA("  pools: []\n"), NULL, CONFIG, 8, "home-agent.pools: there are 0 entries; write 1 to 16" },
	{ HA("  pools:\n    - {prefixes: 2001:db8:100::/40}\n    - {shared: 2001:db8:1ff:ffff::/64}\n"), NULL, CONFIG, 10, "home-agent.pools[1]: the pool on line 9 has some of these addresses already; write each in one pool" },
	{ HA("  pools:\n    - {prefixes: 2001:db8:100::/40}\n    - {prefixes: 2001:db8:180::/41}\n"), NULL, CONFIG, 10, "home-agent.pools[1]: the pool on line 9 has some of these addresses already; write each in one pool" },
	{ HA("  pools:\n    - {shared: 2001:db8:2::/64}\n    - {addresses: 2001:db8:2::ff00/120}\n"), NULL, CONFIG, 10, "home-agent.pools[1]: the pool on line 9 has some of these addresses already; write each in one pool" },
	{ HA("  pools:\n    - {addresses: 2001:db8:2::1-2001:db8:2::9}\n    - {addresses: 2001:db8:2::9-2001:db8:2::99}\n"), NULL, CONFIG, 10, "home-agent.pools[1]: the pool on line 9 has some of these addresses already; write each in one pool" },
	{ HA("  pools:\n    - {prefixes: 2001:db8:100::/40}\n    - {addresses: 2001:db8:100::7/128}\n"), NULL, CONFIG, 10, "home-agent.pools[1]: the pool on line 9 has some of these addresses already; write each in one pool" },
	{ HA("  pools:\n    - {prefixes: 2001:db8::/32}\n"), NULL, CONFIG, 9, "home-agent.pools[0]: the home link's prefix on line 7 lies in it, which cannot be one host's alone; write prefixes that lie on no link" },
	{ "keys: keys\nhome-agent:\n  address: 192.0.2.1\n  core-interface: c\n  home-link: {interface: h}\n", NULL, CONFIG, 5, "home-agent: there is nothing that hosts could get addresses from; write home-link.prefixes for those at access nodes, pools for those at access routers" },
	{ "keys: keys\nhome-agent:\n  address: 192.0.2.1\n  core-interface: c\n  home-link: {interface: h}\n  pools: [{prefixes: 2001:db8:100::/40}]\n", NULL, CONFIG, 5, "home-agent: the home link has no prefix for hosts at access nodes; write home-link.prefixes, or tunnelling: false" },
	{ HA("  ipv4-pool: 10.0.0.1/8\n"), NULL, CONFIG, 8, "home-agent.ipv4-pool: \"10.0.0.1/8\" is not a pool of addresses" },
	{ HA("  ipv4-pool: 192.0.2.0/24\n"), NULL, CONFIG, 8, "home-agent.ipv4-pool: the home agent's own address lies inside the pool" },
	/* assignments */
	{ HA("  assignments: {nai: a@lab.example, address: 2001:db8:2::7}\n"), NULL, CONFIG, 8, "home-agent.assignments: this is not a list; write one assignment a line: - {nai: name@example.net, address: 2001:db8:2::7}" },
	{ HA("  assignments: none\n"), NULL, CONFIG, 8, "home-agent.assignments: this is not a list" },
	{ HA("  assignments:\n    - {address: 2001:db8:2::7}\n"), NULL, CONFIG, 9, "home-agent.assignments[0]: \"nai\" is missing" },
	{ HA("  assignments:\n    - {nai: a@lab.example}\n"), NULL, CONFIG, 9, "home-agent.assignments[0]: \"address\" is missing" },
	{ HA("  assignments:\n    - {nai: a b, address: 2001:db8:2::7}\n"), NULL, CONFIG, 9, "home-agent.assignments[0].nai: \"a b\" is not a network access identifier" },
	{ HA("  assignments:\n    - {nai: a@lab.example, address: 2001:db8:2::7, unique: 64}\n"), NULL, CONFIG, 9, "home-agent.assignments[0].unique: \"64\" is neither; write true or false" },
	{ HA("  assignments:\n    - {nai: a@lab.example, address: \"2001:db8:2::\"}\n"), NULL, CONFIG, 9, "home-agent.assignments[0].address: \"2001:db8:2::\" cannot be a host's home address; write a global IPv6 address" },
	{ HA("  assignments:\n    - {nai: a@lab.example, address: \"2001:db8:2:0:fdff:ffff:ffff:ff80\"}\n"), NULL, CONFIG, 9, "home-agent.assignments[0].address: \"2001:db8:2:0:fdff:ffff:ffff:ff80\" cannot be a host's home address; write a global IPv6 address" },
	{ HA("  assignments:\n    - {nai: a@lab.example, address: \"2001:db8:2:0:fdff:ffff:ffff:ffff\"}\n"), NULL, CONFIG, 9, "home-agent.assignments[0].address: \"2001:db8:2:0:fdff:ffff:ffff:ffff\" cannot be a host's home address; write a global IPv6 address" },
	{ HA("  assignments:\n    - {nai: a@lab.example, address: \"fe80::7\"}\n"), NULL, CONFIG, 9, "home-agent.assignments[0].address: \"fe80::7\" cannot be a host's home address; write a global IPv6 address" },
	{ HA("  assignments:\n    - {nai: a@lab.example, address: \"ff05::7\"}\n"), NULL, CONFIG, 9, "home-agent.assignments[0].address: \"ff05::7\" cannot be a host's home address; write a global IPv6 address" },
	{ HA("  assignments:\n    - {nai: a@lab.example, address: \"::7\"}\n"), NULL, CONFIG, 9, "home-agent.assignments[0].address: \"::7\" cannot be a host's home address; write a global IPv6 address" },
	{ HA("  assignments:\n    - {nai: a@lab.example, address: \"2001:db8:2::7/64\"}\n"), NULL, CONFIG, 9, "home-agent.assignments[0].address: \"2001:db8:2::7/64\" cannot be a host's home address; write a global IPv6 address" },
	{ HA("  assignments:\n    - {nai: a@lab.example, address: 2001:db8:2::7}\n    - {nai: b@lab.example, address: 2001:db8:2::8}\n    - {nai: a@lab.example, address: 2001:db8:2::9}\n"), NULL, CONFIG, 11, "home-agent.assignments: this nai has an address on line 9 already" },
	{ HA("  assignments:\n    - {nai: a@lab.example, address: 2001:db8:2::7}\n    - {nai: b@lab.example, address: 2001:db8:2::7}\n"), NULL, CONFIG, 10, "home-agent.assignments: this address is assigned on line 9 already" },
	{ HA("  assignments:\n    - {nai: a@lab.example, address: 2001:db8:2::7, unique: true}\n    - {nai: b@lab.example, address: 2001:db8:2::8}\n"), NULL, CONFIG, 10, "home-agent.assignments: its /64 is that of the address on line 9, and one of the two is unique" },
	{ HA("  assignments:\n    - {nai: a@lab.example, address: 2001:db8:2::7}\n    - {nai: b@lab.example, address: 2001:db8:2::8, unique: true}\n"), NULL, CONFIG, 10, "home-agent.assignments: its /64 is that of the address on line 9, and one of the two is unique" },
	{ HA("  pools: [{shared: 2001:db8:2::/64}]\n  assignments:\n    - {nai: a@lab.example, address: 2001:db8:2::7, unique: true}\n"), NULL, CONFIG, 10, "home-agent.assignments: its /64 is shared with the pool on line 8, so it cannot be unique" },
	{ HA("  pools: [{addresses: 2001:db8:2::8/128}]\n  assignments:\n    - {nai: a@lab.example, address: 2001:db8:2::7, unique: true}\n"), NULL, CONFIG, 10, "home-agent.assignments: its /64 is shared with the pool on line 8, so it cannot be unique" },
	{ HA("  pools: [{prefixes: 2001:db8:100::/40}]\n  assignments:\n    - {nai: a@lab.example, address: 2001:db8:100::7}\n"), NULL, CONFIG, 10, "home-agent.assignments: it lies in the pool of prefixes on line 8, which gives out whole /64s; write unique: true" },
	{ HA("  assignments:\n    - {nai: a@lab.example, address: 2001:db8:1::7, unique: true}\n"), NULL, CONFIG, 9, "home-agent.assignments: its /64 is the home link's on line 7, so it cannot be unique" },
	/* access routers */
	{ GOOD_AR, GOOD_KEYS, CONFIG, 3, "access-router.home-agent: there is no key between this access router and its home agent; write one with node: 192.0.2.1 in" },
	{ AR("  care-of: {pool: 10.0.0.0/24}\n"), AR_KEYS, CONFIG, 9, "access-router: \"care-of\" stands here a second time" },
	{ AR("  trigger: solicit\n"), AR_KEYS, CONFIG, 9, "access-router: there is no key \"trigger\"" },
	{ AR("    - {interface: acc1, realm: lab.example, addressing: ppp}\n"), AR_KEYS, CONFIG, 9, "access-router.ports[1].addressing: \"ppp\" is none of the words for this; write dhcpv6, slaac or pppoe" },
	{ AR("    - {interface: acc1, realm: lab.example, identity: name}\n"), AR_KEYS, CONFIG, 9, "access-router.ports[1].identity: \"name\" is none of the words for this; write mac or duid" },
	{ AR("    - {interface: acc1, realm: lab.example, addressing: slaac, identity: duid}\n"), AR_KEYS, CONFIG, 9, "access-router.ports[1].identity: hosts say no DUID with addressing: slaac; write mac, or dhcpv6 there" },
	{ AR("    - {interface: acc1, nai: a@lab.example, identity: duid}\n"), AR_KEYS, CONFIG, 9, "access-router.ports[1].identity: with nai: all hosts of this port have one name; remove one of the two" },
	{ AR("  router: {preferred: 0s}\n"), AR_KEYS, CONFIG, 9, "access-router.router.preferred: hosts would not use an address that is deprecated at once; write from 1s" },
	{ AR("    - {interface: acc1}\n"), AR_KEYS, CONFIG, 9, "access-router.ports[1]: hosts of this port have no name; write realm:" },
	{ AR("    - {interface: acc1, realm: other.example}\n"), AR_KEYS, CONFIG, 9, "access-router.ports[1]: there is no key for the realm \"other.example\"" },
	{ AR("    - {interface: core0, realm: lab.example}\n"), AR_KEYS, CONFIG, 9, "access-router.ports: \"core0\" is access-router.core-interface on line 4 already" },
	{ AR("  identities:\n    - {mac: 02:00:00:00:00:01, nai: a@nowhere}\n"), AR_KEYS, CONFIG, 10, "access-router.identities[0]: there is no key for \"a@nowhere\"" },
	{ AR("access-node:\n  home-agent: 192.0.2.1\n  core-interface: core0\n  care-of: {pool: 198.51.101.0/24}\n  ports: [{interface: acc0, realm: lab.example}]\n"), AR_KEYS, CONFIG, 7, "access-router.ports: \"acc0\" is access-node.ports on line 13 already" },
	{ HA("access-router:\n  home-agent: 192.0.2.1\n  core-interface: core0\n  care-of: {address: 198.51.100.1}\n  ports: [{interface: acc0, realm: lab.example}]\n"), AR_KEYS, CONFIG, 9, "access-router.home-agent: this is the home agent of this very process" },
	{ AR("  router: {ra-interval: {min: 8s, max: 10s}}\n"), AR_KEYS, CONFIG, 9, "access-router.router.ra-interval: min 8s is more than three quarters of max 10s; write at most 7s" },
	{ AR("  router: {lifetime: 10s}\n"), AR_KEYS, CONFIG, 9, "access-router.router.lifetime: 10s is shorter than the longest pause" },
	{ AR("  router: {address: 2001:db8::1}\n"), AR_KEYS, CONFIG, 9, "access-router.router.address: hosts only accept advertisements from a link-local address" },
	{ AR("  router: {valid: 1h, preferred: 2h}\n"), AR_KEYS, CONFIG, 9, "access-router.router.preferred: the preferred lifetime is longer than the valid one; write preferred: at most 3600s" },
	{ AR("  router: {valid: 1h}\n"), AR_KEYS, CONFIG, 9, "access-router.router.preferred: the preferred lifetime is longer than the valid one" },
	{ AR("  router: {search: a..b}\n"), AR_KEYS, CONFIG, 9, "access-router.router.search: \"a..b\" is not a domain name; write one such as example.net" },
	{ AR("  router: {search: [lab.example, \"-\"]}\n"), AR_KEYS, CONFIG, 9, "access-router.router.search: \"-\" is not a realm" },
	{ AR("  router: {search: [" LONG_NAME ", " LONG_NAME ", " LONG_NAME "]}\n"), AR_KEYS, CONFIG, 9, "access-router.router.search: the names are too long for one option; write fewer" },
	{ AR("  dhcp6: {trigger: renew}\n"), AR_KEYS, CONFIG, 9, "access-router.dhcp6.trigger: \"renew\" is none of the words for this; write request or solicit" },
	{ AR("  dhcp6: {duid: 0003}\n"), AR_KEYS, CONFIG, 9, "access-router.dhcp6.duid: \"0003\" is not a DUID; write from 6 to 260 hexadecimal digits" },
	{ AR("  dhcp6: {duid: 00030001zz}\n"), AR_KEYS, CONFIG, 9, "access-router.dhcp6.duid: \"00030001zz\" is not a DUID" },
	{ AR("  dhcp6: {placeholder: 2001:db8::/48}\n"), AR_KEYS, CONFIG, 9, "access-router.dhcp6.placeholder: \"2001:db8::/48\" is not a prefix" },
	{ AR("  dhcp6: {unconfirmed-max: 0}\n"), AR_KEYS, CONFIG, 9, "access-router.dhcp6.unconfirmed-max: \"0\" does not fit" },
	/* the store, and authentication */
	{ HA("store: {sync: always}\n"), NULL, CONFIG, 8, "store.sync: \"always\" is none of the words for this; write interval, batch or none" },
	{ HA("store: {interval: 9ms}\n"), NULL, CONFIG, 8, "store.interval: \"9ms\" does not fit; write from 10ms to 10000ms in whole milliseconds" },
	{ HA("store: {interval: 11s}\n"), NULL, CONFIG, 8, "store.interval: \"11s\" does not fit" },
	{ HA("store: {path: [a]}\n"), NULL, CONFIG, 8, "store.path: a list stands here; write a path" },
	{ HA("store: /var/lib/x\n"), NULL, CONFIG, 8, "store: a single value or a list stands here; write keys, such as \"path: ...\"" },
	{ HA("  per-node-authentication: maybe\n"), NULL, CONFIG, 8, "home-agent.per-node-authentication: \"maybe\" is neither" },
	{ HA("  deregistration-fhae: true\n"), NULL, CONFIG, 8, "home-agent.deregistration-fhae: \"true\" is none of the words for this; write optional or required" },
	/* the file of keys */
	{ "keys: nowhere\n" , NULL, CONFIG, 1, "No such file or directory; write the path of the file of keys" },
	{ GOOD_HA, "[]\n", CONFIG, 1, "holds no key" },
	{ GOOD_HA, "nai: x\n", "keys", 1, "this is not a list" },
	{ GOOD_HA, "- {spi: 256, algorithm: hmac-md5, " KEY "}\n", "keys", 1, "this association has no peer; write nai, realm or node" },
	{ GOOD_HA, "- {nai: a@b, realm: b, spi: 256, algorithm: hmac-md5, " KEY "}\n", "keys", 1, "already has a peer" },
	{ GOOD_HA, "- {realm: b, spi: 255, algorithm: hmac-md5, " KEY "}\n", "keys", 1, "spi: \"255\" does not fit; write a number from 256" },
	{ GOOD_HA, "- {realm: b, algorithm: hmac-md5, " KEY "}\n", "keys", 1, "\"spi\" is missing" },
	{ GOOD_HA, "- {realm: b, spi: 256, algorithm: md5, " KEY "}\n", "keys", 1, "algorithm: \"md5\" is not an algorithm that we have; write hmac-md5 or hmac-sha256" },
	{ GOOD_HA, "- {node: 224.0.0.1, spi: 256, algorithm: hmac-md5, " KEY "}\n", "keys", 1, "node: \"224.0.0.1\" is not an IPv4 address" },
	{ GOOD_HA, "- realm: b\n  spi: 256\n  algorithm: hmac-md5\n  key: secret\n", "keys", 4, "key: character 1 is not a hexadecimal digit" },
	{ GOOD_HA, "- realm: b\n  spi: 256\n  algorithm: hmac-md5\n  key: 0011\n", "keys", 4, "key: there are 4 hexadecimal digits; write an even number from 32 to 128" },
	{ GOOD_HA, GOOD_KEYS "- {realm: lab.example, spi: 256, algorithm: hmac-md5, " KEY "}\n", "keys", 2, "this peer has SPI 256 on line 1 already" },
};
/* clang-format on */

static bool listed(const struct config_mistakes *m, const struct files *f, const struct wrong *w)
{
	char start[160];

	snprintf(start, sizeof(start), "%s/%s:%u: ", f->folder, w->file, w->line);
	for (size_t i = 0; i < m->n; i++)
		if (strncmp(m->v[i].text, start, strlen(start)) == 0 &&
		    strstr(m->v[i].text + strlen(start), w->says))
			return true;
	return false;
}

static void each_kind_of_mistake_is_found_with_its_line(void **state)
{
	int missing = 0;

	for (size_t i = 0; i < sizeof(wrongs) / sizeof(wrongs[0]); i++) {
		const struct wrong *w = &wrongs[i];
		struct files f = files_new(w->config, w->keys ? w->keys : GOOD_KEYS);
		struct config_mistakes m;
		struct config *c = NULL;
		int err = config_read(f.config, test_env(), &c, &m);

		if (err != -EINVAL || !listed(&m, &f, w)) {
			print_message("case %zu: %s:%u: %s: not among\n", i, w->file, w->line,
				      w->says);
			for (size_t k = 0; k < m.n; k++)
				print_message("    %s\n", m.v[k].text);
			missing++;
		}
		config_mistakes_done(&m);
		config_free(c);
		files_remove(&f);
	}
	assert_int_equal(missing, 0);
}

static void one_mistake_is_told_once(void **state)
{
	struct files f = files_new(GOOD_HA "  lifetime-max: soon\n", GOOD_KEYS);
	struct config_mistakes m;
	struct config *c = NULL;

	assert_int_equal(config_read(f.config, test_env(), &c, &m), -EINVAL);
	assert_int_equal(m.n, 1);
	config_mistakes_done(&m);
	files_remove(&f);
}

static void twenty_mistakes_are_listed_in_the_order_of_their_lines(void **state)
{
	struct files f =
		files_new("keys: keys\n"
			  "colour: red\n" /* 2 */
			  "home-agent:\n"
			  "  address: nine\n" /* 4 */
			  "  core-interface: a/b\n"
			  "  home-link:\n"
			  "    interface: h\n"
			  "    prefixes: [{prefix: x}, {prefix: y}, {prefix: z}]\n" /* 8 */
			  "  lifetime-max: 1\n"
			  "  timestamp-tolerance: x\n"
			  "  tunnelling: x\n"
			  "  strict-reserved: x\n"
			  "  router: {mac: x, address: x, lifetime: x, dns: x, mtu: 5}\n" /* 13 */
			  "  bindings-max: 0\n"
			  "  addresses-max: 0\n"
			  "  addresses-per-host: 0\n"
			  "  probes-max: 0\n"
			  "  retransmit: 1\n"
			  "  nd-per-second: 0\n"
			  "  derived-keys-max: 0\n" /* the twentieth is here */
			  "  unknown: 1\n",
			  GOOD_KEYS "- {}\n");
	struct config_mistakes m;
	struct config *c = NULL;

	assert_int_equal(config_read(f.config, test_env(), &c, &m), -EINVAL);
	assert_int_equal(m.n, CONFIG_MISTAKES_MAX);
	assert_true(m.more > 0);
	for (size_t i = 1; i < m.n; i++)
		assert_true(m.v[i - 1].line <= m.v[i].line || m.v[i].in_keys);
	assert_int_equal(m.v[0].line, 2);
	assert_int_equal(m.v[1].line, 4);
	config_mistakes_done(&m);
	files_remove(&f);
}

static void more_assignments_than_fit_are_refused(void **state)
{
	size_t n = CONFIG_STATICS_MAX + 1, used = 0, size = n * 16 + 1024;
	char *text = malloc(size);
	struct config_mistakes m;
	struct config *c = NULL;

	assert_non_null(text);
	used += (size_t)snprintf(text, size, "%s  assignments:\n", GOOD_HA);
	for (size_t i = 0; i < n; i++)
		used += (size_t)snprintf(text + used, size - used, "  - {}\n");
	struct files f = files_new(text, GOOD_KEYS);
	free(text);
	assert_int_equal(config_read(f.config, test_env(), &c, &m), -EINVAL);
	assert_int_equal(m.n, 1);
	assert_non_null(strstr(m.v[0].text, "there are 100001 entries; write 0 to 100000"));
	config_mistakes_done(&m);
	files_remove(&f);
}

static void keys_that_others_can_read_are_refused(void **state)
{
	static const mode_t modes[] = { 0640, 0604, 0644, 0602, 0610 };

	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		struct files f = files_new(GOOD_HA, GOOD_KEYS);
		struct config_mistakes m;
		struct config *c = NULL;

		chmod(f.keys, modes[i]);
		assert_int_equal(config_read(f.config, test_env(), &c, &m), -EINVAL);
		assert_int_equal(m.n, 1);
		assert_int_equal(m.v[0].line, 1);
		assert_non_null(strstr(m.v[0].text, "chmod 0600"));
		config_mistakes_done(&m);
		files_remove(&f);
	}
}

static void keys_of_another_user_are_refused(void **state)
{
	struct files f = files_new(GOOD_HA, GOOD_KEYS);
	struct config_mistakes m;
	struct config *c = NULL;

	if (geteuid() != 0) { /* only root can give a file away */
		files_remove(&f);
		skip();
	}
	assert_int_equal(chown(f.keys, 65534, 65534), 0);
	assert_int_equal(config_read(f.config, test_env(), &c, &m), -EINVAL);
	assert_int_equal(m.n, 1);
	assert_non_null(strstr(m.v[0].text, "chown root"));
	config_mistakes_done(&m);
	files_remove(&f);
}

static void a_key_is_never_quoted(void **state)
{
	struct files f = files_new(GOOD_HA, "- {realm: b, spi: 256, algorithm: hmac-md5, "
					    "key: 00112233445566778899aabbccddeefz}\n");
	struct config_mistakes m;
	struct config *c = NULL;

	assert_int_equal(config_read(f.config, test_env(), &c, &m), -EINVAL);
	for (size_t i = 0; i < m.n; i++)
		assert_null(strstr(m.v[i].text, "00112233"));
	config_mistakes_done(&m);
	files_remove(&f);
}

static void a_missing_file_is_said(void **state)
{
	struct config_mistakes m;
	struct config *c = NULL;

	assert_int_equal(config_read("/nonexistent/x.yaml", test_env(), &c, &m), -EINVAL);
	assert_int_equal(m.n, 1);
	assert_non_null(strstr(m.v[0].text, "No such file"));
	config_mistakes_done(&m);
}

static const struct test tests[] = {
	TEST(each_kind_of_mistake_is_found_with_its_line, "HA-36 HA-44 HA-46 EXT-12"),
	TEST(one_mistake_is_told_once, ""),
	TEST(twenty_mistakes_are_listed_in_the_order_of_their_lines, ""),
	TEST(more_assignments_than_fit_are_refused, ""),
	TEST(keys_that_others_can_read_are_refused, "SEC-1"),
	TEST(keys_of_another_user_are_refused, "SEC-1"),
	TEST(a_key_is_never_quoted, "SEC-1"),
	TEST(a_missing_file_is_said, ""),
};

int main(void)
{
	return TESTS_RUN("unit/config-mistakes", tests);
}
