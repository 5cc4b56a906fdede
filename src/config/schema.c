/* SPDX-License-Identifier: Apache-2.0 */
/* Every key of the configuration (docs/operations.md lists them for people). */
#include "config/reader.h"

#define AT(type, field) .offset = offsetof(type, field), .size = sizeof(((type *)0)->field)
#define SECONDS         .read = read_duration, .unit = NSEC_PER_SEC
#define MILLISECONDS    .read = read_duration, .unit = NSEC_PER_MSEC
#define NUMBER          .read = read_number
#define FLAG            .read = read_bool
#define LIST(type, field, n_field)                                                                 \
	.read = read_list, .offset = offsetof(type, field), .size = sizeof(((type *)0)->field[0]), \
	.count = offsetof(type, n_field)

/* A pool is two fields that lie together. */
#define POOL_SIZE (sizeof(struct in_addr) + sizeof(uint32_t))
_Static_assert(offsetof(struct config_access_node, pool_size) ==
		       offsetof(struct config_access_node, pool) + sizeof(struct in_addr),
	       "a pool is kept and compared as one");
_Static_assert(offsetof(struct ha_config, home4_size) ==
		       offsetof(struct ha_config, home4_first) + sizeof(struct in_addr),
	       "a pool is kept and compared as one");

/* What a pool of home addresses is made of is compared as one, too. */
#define POOL_EXTENT .size = offsetof(struct ha_pool_config, realm)
_Static_assert(offsetof(struct ha_pool_config, realm) ==
		       sizeof(enum ha_pool_kind) + sizeof(enum ha_pool_identifiers) +
			       sizeof(struct in6_addr) + sizeof(uint64_t),
	       "nothing in between that could differ");

/* Octets and how many, likewise. */
#define DUID_SIZE    (AR_DUID_MAX + sizeof(uint8_t))
#define DOMAINS_SIZE (AR_DOMAINS_MAX + sizeof(size_t))
_Static_assert(offsetof(struct ar_config, duid_length) ==
			       offsetof(struct ar_config, duid) + AR_DUID_MAX &&
		       offsetof(struct ar_config, domains_length) ==
			       offsetof(struct ar_config, domains) + AR_DOMAINS_MAX,
	       "nothing in between");

#define BINDINGS_MAX 4000000 /* of 112 octets each in the data plane's maps */

static const struct key interface_entry = { .read = read_interface };
static const struct key address6_entry = { .read = read_address6 };

/* clang-format off */
static const struct key prefix_keys[] = {
	{ .name = "prefix", .read = read_prefix, AT(struct ha_prefix, prefix), .flags = KEY_REQUIRED },
	{ .name = "valid", SECONDS, AT(struct ha_prefix, valid), .min = 1, .max = UINT32_MAX - 1,
	  .flags = KEY_INFINITE | KEY_LIVE },
	{ .name = "preferred", SECONDS, AT(struct ha_prefix, preferred), .max = UINT32_MAX - 1,
	  .flags = KEY_INFINITE | KEY_LIVE },
	{ 0 },
};

/* The lifetimes of an entry that leaves them out. */
static void read_prefix_entry(struct context *x, const struct key *k, yaml_node_t *n, void *into)
{
	struct ha_prefix *p = into;

	*p = (struct ha_prefix){ .valid = VALID_DEFAULT, .preferred = PREFERRED_DEFAULT };
	read_mapping(x, k->keys, n, p);
	if (p->preferred > p->valid && !config_line(x->config, &p->preferred))
		p->preferred = p->valid;
}

static const struct key prefix_entry = { .read = read_prefix_entry, .keys = prefix_keys };

/* In the order of the enumerations. */
static const char *const identifiers_words[] = { "random", "stable", "sequential", NULL };
static const char *const dereg_fhae_words[] = { "optional", "required", NULL };
static const char *const sync_words[] = { "interval", "batch", "none", NULL };

static const struct key pool_keys[] = {
	{ .name = "prefixes", .read = read_pool_prefixes, POOL_EXTENT },
	{ .name = "shared", .read = read_pool_shared, POOL_EXTENT },
	{ .name = "addresses", .read = read_pool_addresses, POOL_EXTENT },
	{ .name = "identifiers", .read = read_word, AT(struct ha_pool_config, identifiers),
	  .words = identifiers_words },
	{ .name = "realm", .read = read_realm, AT(struct ha_pool_config, realm) },
	{ .name = "valid", SECONDS, AT(struct ha_pool_config, valid), .min = 1,
	  .max = UINT32_MAX - 1, .flags = KEY_INFINITE },
	{ .name = "preferred", SECONDS, AT(struct ha_pool_config, preferred), .max = UINT32_MAX - 1,
	  .flags = KEY_INFINITE },
	{ 0 },
};
static const struct key pool_entry = { .read = read_pool_entry, .keys = pool_keys };

const struct key config_static_schema[] = {
	{ .name = "nai", .read = read_nai, AT(struct ha_static, nai), .flags = KEY_REQUIRED },
	{ .name = "address", .read = read_static_address, AT(struct ha_static, address),
	  .flags = KEY_REQUIRED },
	{ .name = "unique", FLAG, AT(struct ha_static, unique) },
	{ 0 },
};

static const struct key home_link_keys[] = {
	{ .name = "interface", .read = read_interface, AT(struct config_home_agent, home),
	  .flags = KEY_REQUIRED },
	/* req: HA-46 */
	{ .name = "prefixes", LIST(struct config_home_agent, role.prefixes, role.n_prefixes),
	  .min = 1, .max = ND_PREFIXES_MAX, .entry = &prefix_entry, .flags = KEY_LIVE },
	{ .name = "advertise", FLAG, AT(struct config_home_agent, role.advertise) },
	{ 0 },
};

static const struct key ra_interval_keys[] = { /* RFC 4861 6.2.1 */
	{ .name = "min", SECONDS, AT(struct config_home_agent, role.ra_min), .min = 3, .max = 1350,
	  .flags = KEY_REQUIRED | KEY_LIVE },
	{ .name = "max", SECONDS, AT(struct config_home_agent, role.ra_max), .min = 4, .max = 1800,
	  .flags = KEY_REQUIRED | KEY_LIVE },
	{ 0 },
};

static const struct key router_keys[] = {
	{ .name = "mac", .read = read_mac, AT(struct config_home_agent, role.router_mac) },
	{ .name = "address", .read = read_address6, AT(struct config_home_agent, role.router_address) },
	{ .name = "lifetime", SECONDS, AT(struct config_home_agent, role.router_lifetime), .max = 9000,
	  .flags = KEY_LIVE },
	{ .name = "ra-interval", .read = read_section, .keys = ra_interval_keys },
	/* req: HA-17 */
	{ .name = "managed", FLAG, AT(struct config_home_agent, role.managed), .flags = KEY_LIVE },
	{ .name = "other", FLAG, AT(struct config_home_agent, role.other), .flags = KEY_LIVE },
	{ .name = "autonomous", FLAG, AT(struct config_home_agent, role.autonomous), .flags = KEY_LIVE },
	{ .name = "hop-limit", NUMBER, AT(struct config_home_agent, role.hop_limit), .max = 255,
	  .flags = KEY_LIVE },
	{ .name = "mtu", NUMBER, AT(struct config_home_agent, role.link_mtu), .min = 1280,
	  .max = 65515, .flags = KEY_LIVE },
	{ .name = "dns", LIST(struct config_home_agent, role.rdnss, role.n_rdnss),
	  .max = ND_RDNSS_MAX, .entry = &address6_entry, .flags = KEY_LIVE },
	{ 0 },
};

static const struct key home_agent_keys[] = {
	{ .name = "address", .read = read_address4, AT(struct config_home_agent, role.address),
	  .flags = KEY_REQUIRED },
	{ .name = "core-interface", LIST(struct config_home_agent, core, n_core),
	  .min = 1, .max = CONFIG_INTERFACES_MAX, .entry = &interface_entry, .flags = KEY_REQUIRED },
	{ .name = "home-link", .read = read_section, .keys = home_link_keys, .flags = KEY_REQUIRED },
	{ .name = "upstream", LIST(struct config_home_agent, upstream, n_upstream),
	  .max = CONFIG_INTERFACES_MAX, .entry = &interface_entry },
	{ .name = "lifetime-max", SECONDS, AT(struct config_home_agent, role.lifetime_max),
	  .min = 5, .max = 65534, .flags = KEY_LIVE },
	{ .name = "timestamp-tolerance", SECONDS, AT(struct config_home_agent, role.timestamp_tolerance),
	  .min = 1, .max = 3600, .flags = KEY_LIVE },
	{ .name = "tunnelling", FLAG, AT(struct config_home_agent, role.tunnelling),
	  .flags = KEY_LIVE },
	{ .name = "strict-reserved", FLAG, AT(struct config_home_agent, role.strict_reserved),
	  .flags = KEY_LIVE },
	{ .name = "per-node-authentication", FLAG, AT(struct config_home_agent, role.per_node_auth),
	  .flags = KEY_LIVE },
	{ .name = "deregistration-fhae", .read = read_word,
	  AT(struct config_home_agent, role.dereg_fhae), .words = dereg_fhae_words, .flags = KEY_LIVE },
	{ .name = "pools", LIST(struct config_home_agent, role.pools, role.n_pools),
	  .min = 1, .max = HA_POOLS_MAX, .entry = &pool_entry, .flags = KEY_LIVE },
	{ .name = "assignments", .read = read_statics }, /* live: config_keep compares them itself */
	{ .name = "ipv4-pool", .read = read_pool,
	  .offset = offsetof(struct config_home_agent, role.home4_first), .size = POOL_SIZE },
	{ .name = "router", .read = read_section, .keys = router_keys },
	{ .name = "bindings-max", NUMBER, AT(struct config_home_agent, role.bindings_max),
	  .min = 1, .max = BINDINGS_MAX },
	{ .name = "addresses-max", NUMBER, AT(struct config_home_agent, role.addresses_max),
	  .min = 1, .max = 4 * BINDINGS_MAX },
	{ .name = "addresses-per-host", NUMBER, AT(struct config_home_agent, role.addresses_per_host),
	  .min = 1, .max = 256 },
	{ .name = "probes-max", NUMBER, AT(struct config_home_agent, role.probes_max), .min = 1,
	  .max = 100, .flags = KEY_LIVE },
	{ .name = "retransmit", MILLISECONDS, AT(struct config_home_agent, role.retransmit),
	  .min = 100, .max = 10000, .flags = KEY_LIVE },
	{ .name = "nd-per-second", NUMBER, AT(struct config_home_agent, role.nd_per_second), .min = 1,
	  .max = 1000000 },
	{ .name = "derived-keys-max", NUMBER, AT(struct config_home_agent, role.sa_cache), .min = 1,
	  .max = BINDINGS_MAX, .flags = KEY_LIVE },
	{ 0 },
};

/* Rows of access nodes and access routers alike, whose structures begin with what they share. */
_Static_assert(offsetof(struct config_access_node, access) == 0 &&
		       offsetof(struct config_access_router, access) == 0,
	       "one row is of both");

#define PORT_KEYS \
	{ .name = "interface", .read = read_interface, AT(struct config_port, interface), \
	  .flags = KEY_REQUIRED }, \
	{ .name = "realm", .read = read_realm, AT(struct config_port, role.realm) }, \
	{ .name = "nai", .read = read_nai, AT(struct config_port, role.nai) }, \
	/* req: AN-16 */ \
	{ .name = "eager", FLAG, AT(struct config_port, role.eager) }, \
	{ .name = "attachments-max", NUMBER, AT(struct config_port, role.attachments_max), .min = 1, \
	  .max = 65535 }

#define ACCESS_KEYS(port_entry) \
	{ .name = "home-agent", .read = read_address4, AT(struct config_access, role.home_agent), \
	  .flags = KEY_REQUIRED }, \
	{ .name = "core-interface", LIST(struct config_access, core, n_core), \
	  .min = 1, .max = CONFIG_INTERFACES_MAX, .entry = &interface_entry, .flags = KEY_REQUIRED }, \
	{ .name = "ports", LIST(struct config_access, ports, n_ports), \
	  .min = 1, .max = ACCESS_PORTS_MAX, .entry = &(port_entry), .flags = KEY_REQUIRED }, \
	{ .name = "identities", LIST(struct config_access, role.identities, role.n_identities), \
	  .max = ACCESS_IDENTITIES_MAX, .entry = &identity_entry, .flags = KEY_LIVE }, \
	{ .name = "lifetime", SECONDS, AT(struct config_access, role.lifetime), .min = 5, \
	  .max = 65534, .flags = KEY_LIVE }, \
	{ .name = "detach-delay", SECONDS, AT(struct config_access, role.detach_delay), \
	  .max = 3600, .flags = KEY_LIVE }, \
	{ .name = "hold-down", SECONDS, AT(struct config_access, role.hold_down), .max = 3600, \
	  .flags = KEY_LIVE }, \
	{ .name = "back-off", SECONDS, AT(struct config_access, role.back_off), .min = 1, \
	  .max = 3600, .flags = KEY_LIVE }, \
	{ .name = "attachments-max", NUMBER, AT(struct config_access, role.attachments_max), \
	  .min = 1, .max = 1000000 }, \
	{ .name = "buffer", NUMBER, AT(struct config_access, role.buffer_bytes), .min = 16384, \
	  .max = 1u << 30 }, \
	{ .name = "derived-keys-max", NUMBER, AT(struct config_access, role.sa_cache), .min = 1, \
	  .max = 1000000, .flags = KEY_LIVE }

static const char *const addressing_words[] = { "dhcpv6", "slaac", "pppoe", NULL };
static const char *const auth_words[] = { "pap", "chap", "eap", NULL };
static const char *const sharing_words[] = { "unique", "shared", NULL };
static const char *const iid_words[] = { "assign", "accept-peer", NULL };
static const char *const identity_words[] = { "mac", "duid", NULL };
static const char *const trigger_words[] = { "request", "solicit", NULL };

static const struct key node_port_keys[] = { PORT_KEYS, { 0 } };
static const struct key router_port_keys[] = {
	PORT_KEYS,
	{ .name = "addressing", .read = read_word, AT(struct config_port, router.addressing),
	  .words = addressing_words },
	{ .name = "identity", .read = read_word, AT(struct config_port, router.identity),
	  .words = identity_words },
	{ 0 },
};

static void read_port_entry(struct context *x, const struct key *k, yaml_node_t *n, void *into)
{
	*(struct config_port *)into = (struct config_port){ .role = { .attachments_max = 256 } };
	read_mapping(x, k->keys, n, into);
}

static const struct key node_port_entry = { .read = read_port_entry, .keys = node_port_keys };
static const struct key router_port_entry = { .read = read_port_entry, .keys = router_port_keys };

static const struct key identity_keys[] = {
	{ .name = "mac", .read = read_mac, AT(struct access_identity, mac), .flags = KEY_REQUIRED },
	{ .name = "nai", .read = read_nai, AT(struct access_identity, nai), .flags = KEY_REQUIRED },
	{ 0 },
};
static const struct key identity_entry = { .read = read_section, .keys = identity_keys };

static const struct key node_care_of_keys[] = {
	{ .name = "pool", .read = read_pool, .offset = offsetof(struct config_access_node, pool),
	  .size = POOL_SIZE, .flags = KEY_REQUIRED },
	{ 0 },
};

static const struct key access_node_keys[] = {
	ACCESS_KEYS(node_port_entry),
	{ .name = "care-of", .read = read_section, .keys = node_care_of_keys, .flags = KEY_REQUIRED },
	{ 0 },
};

static const struct key router_care_of_keys[] = {
	{ .name = "address", .read = read_address4, AT(struct config_access_router, role.care_of),
	  .flags = KEY_REQUIRED },
	{ 0 },
};

static const struct key first_hop_interval_keys[] = { /* RFC 4861 6.2.1 */
	{ .name = "min", SECONDS, AT(struct config_access_router, role.ra_min), .min = 3, .max = 1350,
	  .flags = KEY_REQUIRED | KEY_LIVE },
	{ .name = "max", SECONDS, AT(struct config_access_router, role.ra_max), .min = 4, .max = 1800,
	  .flags = KEY_REQUIRED | KEY_LIVE },
	{ 0 },
};

static const struct key first_hop_keys[] = {
	{ .name = "mac", .read = read_mac, AT(struct config_access_router, role.router_mac) },
	{ .name = "address", .read = read_address6, AT(struct config_access_router, role.router_address) },
	{ .name = "lifetime", SECONDS, AT(struct config_access_router, role.router_lifetime), .max = 9000,
	  .flags = KEY_LIVE },
	{ .name = "ra-interval", .read = read_section, .keys = first_hop_interval_keys },
	{ .name = "other", FLAG, AT(struct config_access_router, role.other), .flags = KEY_LIVE },
	{ .name = "hop-limit", NUMBER, AT(struct config_access_router, role.hop_limit), .max = 255,
	  .flags = KEY_LIVE },
	{ .name = "mtu", NUMBER, AT(struct config_access_router, role.link_mtu), .min = 1280,
	  .max = 65515, .flags = KEY_LIVE },
	{ .name = "dns", LIST(struct config_access_router, role.dns, role.n_dns), .max = AR_DNS_MAX,
	  .entry = &address6_entry, .flags = KEY_LIVE },
	{ .name = "search", .read = read_domains, .flags = KEY_LIVE,
	  .offset = offsetof(struct config_access_router, role.domains), .size = DOMAINS_SIZE },
	{ .name = "valid", SECONDS, AT(struct config_access_router, role.valid), .min = 1,
	  .max = UINT32_MAX - 1, .flags = KEY_INFINITE | KEY_LIVE },
	{ .name = "preferred", SECONDS, AT(struct config_access_router, role.preferred),
	  .max = UINT32_MAX - 1, .flags = KEY_INFINITE | KEY_LIVE },
	{ 0 },
};

static const struct key dhcp6_keys[] = {
	{ .name = "trigger", .read = read_word, AT(struct config_access_router, role.trigger),
	  .words = trigger_words, .flags = KEY_LIVE },
	{ .name = "rapid-commit", FLAG, AT(struct config_access_router, role.rapid_commit),
	  .flags = KEY_LIVE },
	{ .name = "duid", .read = read_duid, .offset = offsetof(struct config_access_router, role.duid),
	  .size = DUID_SIZE },
	{ .name = "placeholder", .read = read_prefix, AT(struct config_access_router, role.placeholder),
	  .flags = KEY_LIVE },
	{ .name = "unconfirmed-max", NUMBER, AT(struct config_access_router, role.unconfirmed_max),
	  .min = 1, .max = 65535, .flags = KEY_LIVE },
	{ 0 },
};

static const struct key realm_keys[] = {
	{ .name = "realm", .read = read_realm, AT(struct ar_realm, name), .flags = KEY_REQUIRED },
	{ .name = "prefix", .read = read_word, AT(struct ar_realm, shared), .words = sharing_words },
	{ .name = "iid-policy", .read = read_word, AT(struct ar_realm, iid_policy),
	  .words = iid_words },
	{ 0 },
};
static const struct key realm_entry = { .read = read_section, .keys = realm_keys };

static const struct key pppoe_keys[] = {
	{ .name = "authentication", .read = read_word, AT(struct config_access_router, role.pppoe.auth),
	  .words = auth_words },
	{ .name = "users", .read = read_path, AT(struct config_access_router, users),
	  .flags = KEY_LIVE },
	{ .name = "ac-name", .read = read_label, AT(struct config_access_router, role.pppoe.name) },
	{ .name = "service-name", .read = read_label,
	  AT(struct config_access_router, role.pppoe.service) },
	{ .name = "sessions-per-mac", NUMBER,
	  AT(struct config_access_router, role.pppoe.sessions_per_mac), .min = 1, .max = 65534 },
	{ .name = "echo-interval", SECONDS, AT(struct config_access_router, role.pppoe.echo_interval),
	  .min = 1, .max = 3600 },
	{ .name = "echo-failures", NUMBER, AT(struct config_access_router, role.pppoe.echo_failures),
	  .min = 1, .max = 100 },
	{ .name = "realms", LIST(struct config_access_router, role.pppoe.realms, role.pppoe.n_realms),
	  .max = AR_REALMS_MAX, .entry = &realm_entry },
	{ 0 },
};

static const struct key access_router_keys[] = {
	ACCESS_KEYS(router_port_entry),
	{ .name = "care-of", .read = read_section, .keys = router_care_of_keys, .flags = KEY_REQUIRED },
	{ .name = "router", .read = read_section, .keys = first_hop_keys },
	{ .name = "dhcp6", .read = read_section, .keys = dhcp6_keys },
	{ .name = "pppoe", .read = read_section, .keys = pppoe_keys },
	{ 0 },
};

static const struct key extension_keys[] = {
	{ .name = "home-address-request", .read = read_extension, AT(struct config, numbers.hoa_request) },
	{ .name = "home-address", .read = read_extension, AT(struct config, numbers.hoa) },
	{ 0 },
};

static const struct key data_plane_keys[] = {
	{ .name = "punts-per-second", NUMBER, AT(struct config, punts_per_second), .min = 1,
	  .max = 1000000 },
	{ .name = "pins", .read = read_path, AT(struct config, pins) },
	{ 0 },
};

static const struct key store_keys[] = {
	{ .name = "path", .read = read_path, AT(struct config, store) },
	{ .name = "sync", .read = read_word, AT(struct config, store_sync), .words = sync_words },
	{ .name = "interval", MILLISECONDS, AT(struct config, store_interval), .min = 10, .max = 10000 },
	{ 0 },
};

static void read_home_agent(struct context *x, const struct key *k, yaml_node_t *n, void *into)
{
	x->config->has_home_agent = true;
	read_mapping(x, k->keys, n, into);
}

static void read_access_node(struct context *x, const struct key *k, yaml_node_t *n, void *into)
{
	x->config->has_access_node = true;
	read_mapping(x, k->keys, n, into);
}

static void read_access_router(struct context *x, const struct key *k, yaml_node_t *n, void *into)
{
	x->config->has_access_router = true;
	read_mapping(x, k->keys, n, into);
}

const struct key config_schema[] = {
	{ .name = "control", .read = read_path, AT(struct config, control) },
	{ .name = "keys", .read = read_path, AT(struct config, keys), .flags = KEY_REQUIRED | KEY_LIVE },
	{ .name = "extensions", .read = read_section, .keys = extension_keys },
	{ .name = "data-plane", .read = read_section, .keys = data_plane_keys },
	{ .name = "store", .read = read_section, .keys = store_keys },
	{ .name = "home-agent", .read = read_home_agent, AT(struct config, home_agent),
	  .keys = home_agent_keys },
	{ .name = "access-node", .read = read_access_node, AT(struct config, access_node),
	  .keys = access_node_keys },
	{ .name = "access-router", .read = read_access_router, AT(struct config, access_router),
	  .keys = access_router_keys },
	{ 0 },
};

static const struct key user_keys[] = {
	{ .name = "name", .read = read_label, AT(struct user_config, name), .flags = KEY_REQUIRED },
	{ .name = "secret", .read = read_user_secret, AT(struct user_config, secret),
	  .flags = KEY_REQUIRED },
	{ 0 },
};

const struct key config_users_schema[] = {
	{ .name = "users", .read = read_users, AT(struct config, users), .keys = user_keys,
	  .flags = KEY_REQUIRED },
	{ 0 },
};

const struct key config_keys_schema[] = {
	{ .name = "nai", .read = read_sa_nai },
	{ .name = "realm", .read = read_sa_realm, .size = ACCESS_REALM_MAX + 1 },
	{ .name = "node", .read = read_sa_node },
	{ .name = "spi", NUMBER, AT(struct sa_config, spi), .min = SPI_MIN, .max = UINT32_MAX,
	  .flags = KEY_REQUIRED },
	{ .name = "algorithm", .read = read_sa_algorithm, AT(struct sa_config, algorithm),
	  .flags = KEY_REQUIRED },
	{ .name = "key", .read = read_sa_key, AT(struct sa_config, key), .flags = KEY_REQUIRED },
	{ 0 },
};
/* clang-format on */
