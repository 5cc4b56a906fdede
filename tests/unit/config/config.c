/* SPDX-License-Identifier: Apache-2.0 */
/* What is right is read, with its defaults; what cannot change on reload is found. */
#include "files.h"

#include <arpa/inet.h>

static struct config *read_good(const char *text, const char *keys)
{
	struct files f = files_new(text, keys);
	struct config_mistakes m;
	struct config *c = NULL;
	int err = config_read(f.config, test_env(), &c, &m);

	for (size_t i = 0; i < m.n; i++)
		print_message("%s\n", m.v[i].text);
	files_remove(&f);
	assert_int_equal(err, 0);
	assert_int_equal(m.n, 0);
	return c;
}

static void address4(struct in_addr a, const char *expected)
{
	assert_string_equal(inet_ntoa(a), expected);
}

static void a_minimal_home_agent_gets_the_defaults(void **state)
{
	struct config *c = read_good(GOOD_HA, GOOD_KEYS);
	const struct ha_config *h = &c->home_agent.role;

	assert_true(c->has_home_agent);
	assert_false(c->has_access_node);
	assert_string_equal(c->control, "/run/netmip4/netmip4d.sock");
	address4(h->address, "192.0.2.1");
	assert_string_equal(c->home_agent.core[0], "core0");
	assert_int_equal(c->home_agent.n_core, 1);
	assert_int_equal(c->home_agent.n_upstream, 0);
	assert_string_equal(c->home_agent.home, "home0");
	assert_int_equal(h->n_prefixes, 1);
	assert_int_equal(h->prefixes[0].valid, 2592000);
	assert_int_equal(h->prefixes[0].preferred, 604800);
	assert_int_equal(h->timestamp_tolerance, 7);
	assert_true(h->tunnelling);
	assert_true(h->autonomous);
	assert_false(h->managed);
	assert_false(h->per_node_auth);
	assert_true(h->dereg_fhae);
	assert_int_equal(h->n_pools, 0);
	assert_int_equal(h->n_statics, 0);
	assert_int_equal(h->home4_size, 0);
	assert_string_equal(c->store, "/var/lib/netmip4");
	assert_int_equal(c->store_sync, CONFIG_SYNC_INTERVAL);
	assert_int_equal(c->store_interval, 100);
	assert_int_equal(h->numbers.hoa_request.send, 127);
	assert_int_equal(h->numbers.hoa.send, 255);
	assert_int_equal(config_addresses_max(c), 4 * h->bindings_max);
	assert_int_equal(h->n_sas, 1);
	assert_int_equal(h->sas[0].scope, SA_REALM);
	assert_int_equal(h->sas[0].key_length, 16);
	assert_int_equal(h->sas[0].key[15], 0x0f);
	config_free(c);
}

static void everything_of_a_home_agent_is_read(void **state)
{
	struct config *c =
		read_good("control: /tmp/x.sock\n"
			  "keys: keys\n"
			  "extensions:\n"
			  "  home-address-request: {send: 126, accept: [126, 127]}\n"
			  "  home-address: 254\n"
			  "data-plane: {punts-per-second: 50, pins: /bpf/x}\n"
			  "store: {path: /var/lib/x, sync: batch, interval: 2s}\n"
			  "home-agent:\n"
			  "  address: 192.0.2.1\n"
			  "  core-interface: [core0, core1]\n"
			  "  home-link:\n"
			  "    interface: home0\n"
			  "    advertise: yes\n"
			  "    prefixes:\n"
			  "      - prefix: 2001:db8:1::/64\n"
			  "        valid: 1h\n"
			  "      - {prefix: 2001:db8:2::/64, valid: infinite, preferred: 1d}\n"
			  "  upstream: up0\n"
			  "  lifetime-max: 1m30s\n"
			  "  timestamp-tolerance: 3s\n"
			  "  tunnelling: off\n"
			  "  strict-reserved: true\n"
			  "  per-node-authentication: yes\n"
			  "  deregistration-fhae: optional\n"
			  "  ipv4-pool: 10.1.0.0/16\n"
			  "  router:\n"
			  "    mac: 02:00:5e:10:00:01\n"
			  "    address: fe80::2\n"
			  "    lifetime: 30s\n"
			  "    ra-interval: {min: 3s, max: 10s}\n"
			  "    managed: true\n"
			  "    other: true\n"
			  "    autonomous: false\n"
			  "    hop-limit: 32\n"
			  "    mtu: 1400\n"
			  "    dns: [2001:db8::53, 2001:db8::54]\n"
			  "  bindings-max: 10\n"
			  "  addresses-max: 20\n"
			  "  addresses-per-host: 4\n"
			  "  probes-max: 5\n"
			  "  retransmit: 250ms\n"
			  "  nd-per-second: 77\n"
			  "  derived-keys-max: 9\n",
			  GOOD_KEYS);
	const struct ha_config *h = &c->home_agent.role;

	assert_int_equal(c->punts_per_second, 50);
	assert_string_equal(c->pins, "/bpf/x");
	assert_string_equal(c->store, "/var/lib/x");
	assert_int_equal(c->store_sync, CONFIG_SYNC_BATCH);
	assert_int_equal(c->store_interval, 2000);
	assert_int_equal(c->home_agent.n_core, 2);
	assert_string_equal(c->home_agent.core[1], "core1");
	assert_string_equal(c->home_agent.upstream[0], "up0");
	assert_int_equal(h->prefixes[0].valid, 3600);
	assert_int_equal(h->prefixes[0].preferred, 3600);
	assert_int_equal(h->prefixes[1].valid, UINT32_MAX);
	assert_int_equal(h->prefixes[1].preferred, 86400);
	assert_true(h->advertise);
	assert_int_equal(h->lifetime_max, 90);
	assert_int_equal(h->timestamp_tolerance, 3);
	assert_false(h->tunnelling);
	assert_true(h->strict_reserved);
	assert_true(h->per_node_auth);
	assert_false(h->dereg_fhae);
	address4(h->home4_first, "10.1.0.0");
	assert_int_equal(h->home4_size, 65536);
	assert_int_equal(h->router_mac.b[2], 0x5e);
	assert_int_equal(h->router_address.s6_addr[15], 2);
	assert_int_equal(h->router_lifetime, 30);
	assert_int_equal(h->ra_min, 3);
	assert_int_equal(h->ra_max, 10);
	assert_true(h->managed && h->other && !h->autonomous);
	assert_int_equal(h->hop_limit, 32);
	assert_int_equal(h->link_mtu, 1400);
	assert_int_equal(h->n_rdnss, 2);
	assert_int_equal(h->rdnss[1].s6_addr[15], 0x54);
	assert_int_equal(h->bindings_max, 10);
	assert_int_equal(config_addresses_max(c), 20);
	assert_int_equal(h->addresses_per_host, 4);
	assert_int_equal(h->probes_max, 5);
	assert_int_equal(h->retransmit, 250);
	assert_int_equal(h->nd_per_second, 77);
	assert_int_equal(h->sa_cache, 9);
	assert_int_equal(h->numbers.hoa_request.send, 126);
	assert_true(h->numbers.hoa_request.accept[1] == UINT64_C(3) << 62);
	assert_int_equal(h->numbers.hoa.send, 254);
	config_free(c);
}

static void everything_of_an_access_node_is_read(void **state)
{
	struct config *c = read_good("keys: keys\n"
				     "access-node:\n"
				     "  home-agent: 192.0.2.1\n"
				     "  core-interface: core0\n"
				     "  care-of: {pool: 198.51.100.10-198.51.100.19}\n"
				     "  ports:\n"
				     "    - {interface: acc0, realm: lab.example, eager: true}\n"
				     "    - interface: acc1\n"
				     "      nai: plc-7@lab.example\n"
				     "      attachments-max: 1\n"
				     "  identities:\n"
				     "    - {mac: 02:00:00:00:00:07, nai: seven@lab.example}\n"
				     "  lifetime: 5m\n"
				     "  detach-delay: 3s\n"
				     "  hold-down: 1s\n"
				     "  back-off: 4s\n"
				     "  attachments-max: 99\n"
				     "  buffer: 65536\n"
				     "  derived-keys-max: 5\n",
				     GOOD_KEYS);
	const struct config_access *a = &c->access_node.access;

	address4(a->role.home_agent, "192.0.2.1");
	address4(c->access_node.pool, "198.51.100.10");
	assert_int_equal(c->access_node.pool_size, 10);
	assert_int_equal(a->n_ports, 2);
	assert_string_equal(a->ports[0].role.realm, "lab.example");
	assert_true(a->ports[0].role.eager);
	assert_int_equal(a->ports[0].role.attachments_max, 256);
	assert_string_equal(a->ports[1].interface, "acc1");
	assert_string_equal(a->ports[1].role.nai, "plc-7@lab.example");
	assert_int_equal(a->ports[1].role.attachments_max, 1);
	assert_int_equal(a->role.n_identities, 1);
	assert_int_equal(a->role.identities[0].mac.b[5], 7);
	assert_string_equal(a->role.identities[0].nai, "seven@lab.example");
	assert_int_equal(a->role.lifetime, 300);
	assert_int_equal(a->role.detach_delay, 3);
	assert_int_equal(a->role.hold_down, 1);
	assert_int_equal(a->role.back_off, 4);
	assert_int_equal(a->role.attachments_max, 99);
	assert_int_equal(a->role.buffer_bytes, 65536);
	assert_int_equal(a->role.sa_cache, 5);
	config_free(c);
}

static void a_minimal_access_router_gets_the_defaults(void **state)
{
	struct config *c = read_good(GOOD_AR, AR_KEYS);
	const struct ar_config *r = &c->access_router.role;

	assert_true(c->has_access_router);
	assert_false(c->has_access_node || c->has_home_agent);
	address4(r->care_of, "198.51.100.1");
	assert_int_equal(c->access_router.access.ports[0].router.addressing, AR_DHCPV6);
	assert_int_equal(c->access_router.access.ports[0].router.identity, AR_BY_MAC);
	assert_int_equal(c->access_router.access.ports[0].role.attachments_max, 256);
	assert_int_equal(c->access_router.access.role.lifetime, 600);
	assert_int_equal(c->access_router.access.role.n_sas, 2);
	/* the router that hosts of access nodes see (D6) */
	assert_true(mac_equal(r->router_mac, c->home_agent.role.router_mac));
	assert_true(in6_equal(&r->router_address, &c->home_agent.role.router_address));
	assert_int_equal(r->duid_length, 0);
	assert_int_equal(r->trigger, AR_TRIGGER_REQUEST);
	assert_false(r->rapid_commit || r->other);
	assert_int_equal(r->link_mtu, 0);
	assert_int_equal(r->domains_length, 0);
	config_free(c);
}

static void everything_of_an_access_router_is_read(void **state)
{
	static const uint8_t domains[] = "\3lab\7example\0\7example\3net";
	struct config *c =
		read_good("keys: keys\n"
			  "access-router:\n"
			  "  home-agent: 192.0.2.1\n"
			  "  core-interface: [core0, core1]\n"
			  "  care-of: {address: 198.51.100.1}\n"
			  "  ports:\n"
			  "    - {interface: acc0, realm: lab.example, identity: duid}\n"
			  "    - {interface: acc1, realm: lab.example, addressing: slaac}\n"
			  "  detach-delay: 3s\n"
			  "  router:\n"
			  "    mac: 02:00:5e:10:00:01\n"
			  "    address: fe80::2\n"
			  "    lifetime: 30s\n"
			  "    ra-interval: {min: 3s, max: 10s}\n"
			  "    other: true\n"
			  "    hop-limit: 32\n"
			  "    mtu: 1400\n"
			  "    dns: [2001:db8::53, 2001:db8::54]\n"
			  "    search: [lab.example, example.net]\n"
			  "    valid: infinite\n"
			  "    preferred: 1h\n"
			  "  dhcp6:\n"
			  "    trigger: solicit\n"
			  "    rapid-commit: true\n"
			  "    duid: 00030001024E4d340001\n"
			  "    placeholder: 2001:db8:ff::/64\n"
			  "    unconfirmed-max: 7\n",
			  AR_KEYS);
	const struct config_access *a = &c->access_router.access;
	const struct ar_config *r = &c->access_router.role;

	assert_int_equal(a->n_core, 2);
	assert_int_equal(a->ports[0].router.identity, AR_BY_DUID);
	assert_int_equal(a->ports[0].router.addressing, AR_DHCPV6);
	assert_int_equal(a->ports[1].router.addressing, AR_SLAAC);
	assert_int_equal(a->role.detach_delay, 3);
	assert_int_equal(r->router_mac.b[2], 0x5e);
	assert_int_equal(r->router_address.s6_addr[15], 2);
	assert_int_equal(r->router_lifetime, 30);
	assert_int_equal(r->ra_min, 3);
	assert_int_equal(r->ra_max, 10);
	assert_true(r->other && r->rapid_commit);
	assert_int_equal(r->hop_limit, 32);
	assert_int_equal(r->link_mtu, 1400);
	assert_int_equal(r->n_dns, 2);
	assert_int_equal(r->dns[1].s6_addr[15], 0x54);
	assert_int_equal(r->domains_length, sizeof(domains));
	assert_memory_equal(r->domains, domains, sizeof(domains));
	assert_int_equal(r->valid, UINT32_MAX);
	assert_int_equal(r->preferred, 3600);
	assert_int_equal(r->trigger, AR_TRIGGER_SOLICIT);
	assert_int_equal(r->duid_length, 10);
	assert_int_equal(r->duid[4], 0x02);
	assert_int_equal(r->duid[5], 0x4e);
	assert_int_equal(r->placeholder.s6_addr[5], 0xff);
	assert_int_equal(r->unconfirmed_max, 7);
	config_free(c);
}

static void lines_of_values_stay_known(void **state)
{
	struct config *c = read_good(GOOD_HA "  upstream:\n    - up0\n    - up1\n", GOOD_KEYS);

	assert_int_equal(config_line(c, &c->home_agent.role.address), 3);
	assert_int_equal(config_line(c, c->home_agent.core[0]), 4);
	assert_int_equal(config_line(c, c->home_agent.home), 6);
	assert_int_equal(config_line(c, c->home_agent.upstream[1]), 10);
	assert_int_equal(config_line(c, &c->home_agent.role.lifetime_max), 0);
	config_free(c);
}

struct kept {
	char keys[256];
	unsigned line;
};

static void keep(void *ctx, const char *key, unsigned line, bool kept)
{
	struct kept *k = ctx;

	strcat(strcat(strcat(k->keys, kept ? "!" : ""), key), " ");
	k->line = line;
}

static void a_reload_keeps_what_cannot_change(void **state)
{
	struct config *old = read_good(GOOD_HA "  bindings-max: 10\n  upstream: up0\n", GOOD_KEYS);
	struct config *next = read_good("keys: keys\n"
					"home-agent:\n"
					"  address: 192.0.2.2\n"
					"  core-interface: core0\n"
					"  home-link:\n"
					"    interface: home0\n"
					"    prefixes: [{prefix: 2001:db8:1::/64, valid: 1h}]\n"
					"  router: {lifetime: 700s}\n"
					"  upstream: [up0, up1]\n"
					"  bindings-max: 20\n",
					GOOD_KEYS);
	struct kept k = { .line = 0 };

	assert_int_equal(config_keep(next, old, keep, &k), 0);
	assert_string_equal(k.keys, "keys !home-agent.address home-agent.home-link.prefixes "
				    "!home-agent.upstream home-agent.router.lifetime "
				    "!home-agent.bindings-max ");
	assert_int_equal(k.line, 10);
	address4(next->home_agent.role.address, "192.0.2.1");
	assert_int_equal(next->home_agent.n_upstream, 1);
	assert_int_equal(next->home_agent.role.bindings_max, 10);
	/* what can change has changed */
	assert_int_equal(next->home_agent.role.router_lifetime, 700);
	assert_int_equal(next->home_agent.role.prefixes[0].valid, 3600);
	config_free(old);
	config_free(next);
}

static void a_reload_takes_keys_and_identities(void **state)
{
	struct config *old = read_good(GOOD_AN, GOOD_KEYS);
	struct config *next =
		read_good(GOOD_AN "  identities: [{mac: 02:00:00:00:00:01, nai: a@lab.example}]\n"
				  "  lifetime: 20s\n",
			  GOOD_KEYS "- {nai: a@lab.example, spi: 300, algorithm: hmac-md5, "
				    "key: 00112233445566778899aabbccddeeff}\n");
	struct kept k = { .line = 0 };

	assert_int_equal(config_keep(next, old, keep, &k), 0);
	assert_string_equal(k.keys, "keys access-node.identities access-node.lifetime ");
	assert_int_equal(next->access_node.access.role.n_sas, 2);
	assert_int_equal(next->access_node.access.role.n_identities, 1);
	assert_int_equal(next->access_node.access.role.lifetime, 20);
	config_free(old);
	config_free(next);
}

static void a_reload_of_an_access_router_keeps_what_hosts_know_it_by(void **state)
{
	struct config *old = read_good(GOOD_AR, AR_KEYS);
	struct config *next = read_good(GOOD_AR "  router: {mac: 02:00:00:00:00:09, valid: 5h, "
						"dns: 2001:db8::53, search: lab.example}\n"
						"  dhcp6: {duid: 0003000102, trigger: solicit}\n",
					AR_KEYS);
	struct kept k = { .line = 0 };

	assert_int_equal(config_keep(next, old, keep, &k), 0);
	assert_string_equal(k.keys, "keys !access-router.router.mac access-router.router.dns "
				    "access-router.router.search access-router.router.valid "
				    "access-router.dhcp6.trigger !access-router.dhcp6.duid ");
	assert_int_equal(next->access_router.role.router_mac.b[0], 0x02);
	assert_int_equal(next->access_router.role.router_mac.b[1], 0x4e);
	assert_int_equal(next->access_router.role.duid_length, 0);
	assert_int_equal(next->access_router.role.domains_length, 13);
	config_free(old);
	config_free(next);
}

static void a_role_can_neither_come_nor_go_by_reload(void **state)
{
	struct config *old = read_good(GOOD_AN, GOOD_KEYS);
	struct config *next = read_good(GOOD_HA, GOOD_KEYS);
	struct kept k = { .line = 0 };

	assert_int_equal(config_keep(next, old, keep, &k), 0);
	assert_string_equal(k.keys, "!home-agent !access-node keys ");
	assert_false(next->has_home_agent);
	assert_true(next->has_access_node);
	assert_string_equal(next->access_node.access.ports[0].interface, "acc0");
	config_free(old);
	config_free(next);
}

static void address6(const struct in6_addr *a, const char *expected)
{
	char text[INET6_ADDRSTRLEN];

	assert_string_equal(inet_ntop(AF_INET6, a, text, sizeof(text)), expected);
}

static void pool(const struct ha_pool_config *p, enum ha_pool_kind kind, const char *first,
		 uint64_t size)
{
	assert_int_equal(p->kind, kind);
	address6(&p->first, first);
	if (kind != HA_POOL_SHARED)
		assert_true(p->size == size);
}

static void pools_of_each_kind_are_read(void **state)
{
	struct config *c = read_good(
		GOOD_HA "  pools:\n"
			"    - {prefixes: 2001:db8:100::/40, realm: lab.example, valid: infinite}\n"
			"    - {prefixes: 3fff::/16}\n"
			"    - {prefixes: 2001:db8:300:1::/64, valid: 1h}\n"
			"    - {shared: 2001:db8:1::/64}\n" /* on the home link (D11) */
			"    - {shared: 2001:db8:3::/64, identifiers: stable, preferred: 0s}\n"
			"    - {shared: fd00:1::/64, identifiers: sequential}\n"
			"    - {addresses: 2001:db8:4::10-2001:db8:4::1f}\n"
			"    - {addresses: \"2001:db8:5::/65\"}\n"
			"    - {addresses: \"2001:db8:6::7/128\"}\n"
			"    - {addresses: \"2001:db8:6::-2001:db8:6::1\"}\n"
			"    - {addresses: \"2001:db8:6:0:fdff:ffff:ffff:ff00/120\"}\n",
		GOOD_KEYS);
	const struct ha_config *h = &c->home_agent.role;

	assert_int_equal(h->n_pools, 11);
	pool(&h->pools[0], HA_POOL_PREFIXES, "2001:db8:100::", 1 << 24);
	assert_string_equal(h->pools[0].realm, "lab.example");
	assert_int_equal(h->pools[0].valid, UINT32_MAX);
	assert_int_equal(h->pools[0].preferred, 604800);
	pool(&h->pools[1], HA_POOL_PREFIXES, "3fff::", UINT64_C(1) << 48);
	assert_string_equal(h->pools[1].realm, "");
	assert_int_equal(h->pools[1].valid, 2592000);
	pool(&h->pools[2], HA_POOL_PREFIXES, "2001:db8:300:1::", 1);
	assert_int_equal(h->pools[2].valid, 3600);
	assert_int_equal(h->pools[2].preferred, 3600);
	pool(&h->pools[3], HA_POOL_SHARED, "2001:db8:1::", 0);
	assert_int_equal(h->pools[3].identifiers, HA_IDENTIFIERS_RANDOM);
	pool(&h->pools[4], HA_POOL_SHARED, "2001:db8:3::", 0);
	assert_int_equal(h->pools[4].identifiers, HA_IDENTIFIERS_STABLE);
	assert_int_equal(h->pools[4].preferred, 0);
	pool(&h->pools[5], HA_POOL_SHARED, "fd00:1::", 0);
	assert_int_equal(h->pools[5].identifiers, HA_IDENTIFIERS_SEQUENTIAL);
	pool(&h->pools[6], HA_POOL_ADDRESSES, "2001:db8:4::10", 16);
	pool(&h->pools[7], HA_POOL_ADDRESSES, "2001:db8:5::", UINT64_C(1) << 63);
	pool(&h->pools[8], HA_POOL_ADDRESSES, "2001:db8:6::7", 1);
	pool(&h->pools[9], HA_POOL_ADDRESSES, "2001:db8:6::", 2);
	pool(&h->pools[10], HA_POOL_ADDRESSES, "2001:db8:6:0:fdff:ffff:ffff:ff00", 256);
	config_free(c);
}

static void a_home_agent_of_access_routers_needs_no_home_link_prefix(void **state)
{
	struct config *c = read_good("keys: keys\n"
				     "home-agent:\n"
				     "  address: 192.0.2.1\n"
				     "  core-interface: core0\n"
				     "  home-link: {interface: home0}\n"
				     "  tunnelling: false\n"
				     "  pools: {prefixes: 2001:db8:100::/40}\n",
				     GOOD_KEYS);

	assert_int_equal(c->home_agent.role.n_prefixes, 0);
	assert_int_equal(c->home_agent.role.n_pools, 1);
	config_free(c);
}

static void assignments_are_read(void **state)
{
	struct config *c = read_good(
		GOOD_HA "  pools: [{prefixes: 2001:db8:100::/40}, {shared: 2001:db8:2::/64}]\n"
			"  assignments:\n"
			"    - {nai: b@lab.example, address: 2001:db8:2::7}\n"
			"    - {nai: a@lab.example, address: 2001:db8:2::8}\n"
			"    - {nai: c@lab.example, address: 2001:db8:100:7::1, unique: true}\n"
			"    - {nai: d@lab.example, address: 2001:db8:7::1, unique: true}\n"
			"    - {nai: e@lab.example, address: 2001:db8:1::9}\n",
		GOOD_KEYS);
	const struct ha_config *h = &c->home_agent.role;

	assert_int_equal(h->n_statics, 5);
	assert_string_equal(h->statics[0].nai, "b@lab.example");
	address6(&h->statics[0].address, "2001:db8:2::7");
	assert_false(h->statics[0].unique);
	assert_string_equal(h->statics[2].nai, "c@lab.example");
	address6(&h->statics[2].address, "2001:db8:100:7::1");
	assert_true(h->statics[2].unique);
	assert_int_equal(config_line(c, &h->statics[4]), 14);
	config_free(c);
}

static void a_hundred_thousand_assignments_fit(void **state)
{
	size_t used = 0, size = (size_t)CONFIG_STATICS_MAX * 80 + 1024;
	char *text = malloc(size);

	assert_non_null(text);
	used += (size_t)snprintf(text, size, "%s  assignments:\n", GOOD_HA);
	for (unsigned i = 0; i < CONFIG_STATICS_MAX; i++)
		used += (size_t)snprintf(text + used, size - used,
					 "  - {nai: h%u@lab.example, address: 2001:db8:2:%x::1, "
					 "unique: true}\n",
					 i, i & 0xffff);
	/* the identifiers' 65,536 /64s end before: the rest has another prefix */
	for (char *p = strstr(text, "h65536@"); p && (p = strstr(p, "db8:2:")); p++)
		memcpy(p, "db8:3:", 6);
	struct config *c = read_good(text, GOOD_KEYS);
	free(text);
	assert_int_equal(c->home_agent.role.n_statics, CONFIG_STATICS_MAX);
	assert_string_equal(c->home_agent.role.statics[CONFIG_STATICS_MAX - 1].nai,
			    "h99999@lab.example");
	config_free(c);
}

static void a_reload_takes_prefixes_pools_and_assignments(void **state)
{
	struct config *old =
		read_good(GOOD_HA "  pools: [{prefixes: 2001:db8:100::/40}]\n"
				  "  assignments: [{nai: a@lab.example, address: 2001:db8:2::7}]\n",
			  GOOD_KEYS);
	struct config *next =
		read_good("keys: keys\n"
			  "store: {path: /elsewhere, sync: none, interval: 1s}\n"
			  "home-agent:\n"
			  "  address: 192.0.2.1\n"
			  "  core-interface: core0\n"
			  "  home-link:\n"
			  "    interface: home0\n"
			  "    prefixes: [{prefix: 2001:db8:11::/64}, {prefix: 2001:db8:12::/64}]\n"
			  "  per-node-authentication: true\n"
			  "  deregistration-fhae: optional\n"
			  "  ipv4-pool: 10.1.0.0/16\n"
			  "  pools: [{prefixes: 2001:db8:200::/40}]\n"
			  "  assignments: [{nai: a@lab.example, address: 2001:db8:2::8}]\n",
			  GOOD_KEYS);
	struct kept k = { .line = 0 };
	const struct ha_config *h = &next->home_agent.role;

	assert_int_equal(config_keep(next, old, keep, &k), 0);
	assert_string_equal(k.keys, "keys !store.path !store.sync !store.interval "
				    "home-agent.home-link.prefixes "
				    "home-agent.per-node-authentication "
				    "home-agent.deregistration-fhae "
				    "home-agent.pools !home-agent.ipv4-pool "
				    "home-agent.assignments ");
	assert_int_equal(k.line, 13);
	assert_string_equal(next->store, "/var/lib/netmip4");
	assert_int_equal(next->store_interval, 100);
	assert_int_equal(h->home4_size, 0);
	assert_int_equal(h->n_prefixes, 2);
	address6(&h->prefixes[0].prefix, "2001:db8:11::");
	address6(&h->pools[0].first, "2001:db8:200::");
	config_free(old);
	address6(&h->statics[0].address, "2001:db8:2::8");
	config_free(next);
}

static void each_part_of_a_pool_is_seen_to_change(void **state)
{
	static const char *const others[] = {
		"{shared: 2001:db8:2::/64, identifiers: stable}",
		"{shared: 2001:db8:3::/64}",
		"{prefixes: 2001:db8:2::/64}",
		"{shared: 2001:db8:2::/64, realm: lab.example}",
		"{shared: 2001:db8:2::/64, valid: 1h}",
		"{shared: 2001:db8:2::/64, preferred: 1h}",
		"[{shared: 2001:db8:2::/64}, {shared: 2001:db8:3::/64}]",
	};

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		struct config *old =
			read_good(GOOD_HA "  pools: {shared: 2001:db8:2::/64}\n", GOOD_KEYS);
		struct kept k = { .line = 0 };
		char text[512];

		snprintf(text, sizeof(text), "%s  pools: %s\n", GOOD_HA, others[i]);
		struct config *next = read_good(text, GOOD_KEYS);
		assert_int_equal(config_keep(next, old, keep, &k), 0);
		assert_string_equal(k.keys, "keys home-agent.pools ");
		config_free(old);
		config_free(next);
	}
}

static void a_home_agent_that_stays_keeps_its_assignments(void **state)
{
	struct config *old =
		read_good(GOOD_HA "  assignments: [{nai: a@lab.example, address: 2001:db8:2::7}]\n",
			  GOOD_KEYS);
	struct config *next = read_good(GOOD_AN, GOOD_KEYS);
	struct kept k = { .line = 0 };

	assert_int_equal(config_keep(next, old, keep, &k), 0);
	config_free(old);
	assert_true(next->has_home_agent);
	assert_int_equal(next->home_agent.role.n_statics, 1);
	assert_string_equal(next->home_agent.role.statics[0].nai, "a@lab.example");
	config_free(next);
}

static const struct test tests[] = {
	TEST(a_minimal_home_agent_gets_the_defaults, "HA-44 HA-46"),
	TEST(everything_of_a_home_agent_is_read, "EXT-12"),
	TEST(everything_of_an_access_node_is_read, ""),
	TEST(a_minimal_access_router_gets_the_defaults, "AR-21"),
	TEST(everything_of_an_access_router_is_read, ""),
	TEST(a_reload_of_an_access_router_keeps_what_hosts_know_it_by, ""),
	TEST(lines_of_values_stay_known, ""),
	TEST(a_reload_keeps_what_cannot_change, ""),
	TEST(a_reload_takes_keys_and_identities, ""),
	TEST(a_role_can_neither_come_nor_go_by_reload, ""),
	TEST(pools_of_each_kind_are_read, "HA-36"),
	TEST(a_home_agent_of_access_routers_needs_no_home_link_prefix, "HA-36"),
	TEST(assignments_are_read, ""),
	TEST(a_hundred_thousand_assignments_fit, ""),
	TEST(a_reload_takes_prefixes_pools_and_assignments, ""),
	TEST(each_part_of_a_pool_is_seen_to_change, ""),
	TEST(a_home_agent_that_stays_keeps_its_assignments, ""),
};

int main(void)
{
	return TESTS_RUN("unit/config", tests);
}
