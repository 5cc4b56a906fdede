/* SPDX-License-Identifier: Apache-2.0 */
/* Home addresses: how pools of them are written, and what is assigned to one host for good. */
#include "config/reader.h"

#include <arpa/inet.h>
#include <stdlib.h>

#define PREFIX_MIN 16 /* 2^48 hosts: a shorter one is a slip of the pen */

/* Identifiers that no host may have: that of the subnet's routers (RFC 4291 2.6.1) and those of
 * other anycast addresses (RFC 5453). */
#define ANYCAST_FIRST UINT64_C(0xfdffffffffffff80)
#define ANYCAST_LAST  UINT64_C(0xfdffffffffffffff)

static bool is_reserved(uint64_t identifier)
{
	return identifier == 0 || (identifier >= ANYCAST_FIRST && identifier <= ANYCAST_LAST);
}

static bool holds_no_address(uint64_t first, uint64_t last)
{
	if (first == 0 && last > 0)
		first = 1;
	return is_reserved(first) && is_reserved(last) &&
	       last - first <= ANYCAST_LAST - ANYCAST_FIRST;
}

/* A pool is one of three kinds; the kinds' keys all begin here. */
static struct ha_pool_config *begin(struct context *x, yaml_node_t *n, void *into,
				    enum ha_pool_kind kind)
{
	struct ha_pool_config *p = into;

	if (!in6_is_unspecified(&p->first))
		mistake(x, node_line(n),
			"this pool already has its addresses; write one of prefixes, shared and "
			"addresses");
	p->kind = kind;
	return p;
}

static bool parse_prefix(const char *s, struct in6_addr *ret, uint64_t *ret_length)
{
	char address[INET6_ADDRSTRLEN];

	return split_prefix(s, address, sizeof(address), ret_length) && *ret_length <= 128 &&
	       inet_pton(AF_INET6, address, ret) == 1 && is_global6(ret);
}

void read_pool_prefixes(struct context *x, const struct key *k, yaml_node_t *n, void *into)
{
	struct ha_pool_config *p = begin(x, n, into, HA_POOL_PREFIXES);
	const char *s = scalar(x, n, "a prefix that is cut into /64s");
	struct in6_addr first;
	uint64_t length, count;

	if (!s)
		return;
	if (!parse_prefix(s, &first, &length) || length < PREFIX_MIN || length > 64)
		goto wrong;
	count = UINT64_C(1) << (64 - length);
	if (in6_prefix(&first) & (count - 1) || in6_identifier(&first))
		goto wrong;
	p->first = first;
	p->size = count;
	return;
wrong:
	mistake(x, node_line(n),
		"\"%s\" cannot be cut into /64s; write a global prefix of length %d to 64 with "
		"nothing behind it, such as 2001:db8:100::/40",
		s, PREFIX_MIN);
}

void read_pool_shared(struct context *x, const struct key *k, yaml_node_t *n, void *into)
{
	struct ha_pool_config *p = begin(x, n, into, HA_POOL_SHARED);

	read_prefix(x, k, n, &p->first);
}

/* FIRST-LAST or PREFIX/65 to /128, in one /64. */
static bool parse_range(const char *s, struct in6_addr *ret_first, struct in6_addr *ret_last)
{
	const char *dash = strchr(s, '-');
	char text[INET6_ADDRSTRLEN];
	uint64_t length, rest;

	if (parse_prefix(s, ret_first, &length)) {
		if (length < 65)
			return false;
		rest = (UINT64_C(1) << (128 - length)) - 1;
		*ret_last = *ret_first;
		ret_last->s6_addr32[2] |= htonl((uint32_t)(rest >> 32));
		ret_last->s6_addr32[3] |= htonl((uint32_t)rest);
		return (in6_identifier(ret_first) & rest) == 0;
	}
	if (!dash || (size_t)(dash - s) >= sizeof(text))
		return false;
	snprintf(text, sizeof(text), "%.*s", (int)(dash - s), s);
	return inet_pton(AF_INET6, text, ret_first) == 1 &&
	       inet_pton(AF_INET6, dash + 1, ret_last) == 1 && is_global6(ret_first) &&
	       memcmp(ret_first, ret_last, sizeof(*ret_first)) <= 0;
}

void read_pool_addresses(struct context *x, const struct key *k, yaml_node_t *n, void *into)
{
	struct ha_pool_config *p = begin(x, n, into, HA_POOL_ADDRESSES);
	const char *s = scalar(x, n, "a range of addresses");
	struct in6_addr first, last;

	if (!s)
		return;
	if (!parse_range(s, &first, &last)) {
		mistake(x, node_line(n),
			"\"%s\" is not a range of addresses; write FIRST-LAST such as "
			"2001:db8:2::1000-2001:db8:2::1fff, or a prefix of length 65 to 128",
			s);
		return;
	}
	if (in6_prefix(&first) != in6_prefix(&last)) {
		mistake(x, node_line(n), "\"%s\" lies in more than one /64; write a pool for each",
			s);
		return;
	}
	if (in6_identifier(&last) - in6_identifier(&first) == UINT64_MAX) {
		mistake(x, node_line(n), "\"%s\" is a whole /64; write it as shared: PREFIX/64", s);
		return;
	}
	if (holds_no_address(in6_identifier(&first), in6_identifier(&last))) {
		mistake(x, node_line(n),
			"\"%s\" holds reserved addresses only (RFC 4291 2.6.1, RFC 5453); write a "
			"range of others",
			s);
		return;
	}
	p->first = first;
	p->size = in6_identifier(&last) - in6_identifier(&first) + 1;
}

void read_pool_entry(struct context *x, const struct key *k, yaml_node_t *n, void *into)
{
	size_t before = x->mistakes->n + x->mistakes->more;
	struct ha_pool_config *p = into;
	unsigned identifiers;

	*p = (struct ha_pool_config){ .valid = VALID_DEFAULT, .preferred = PREFERRED_DEFAULT };
	read_mapping(x, k->keys, n, p);
	if (p->preferred > p->valid && !config_line(x->config, &p->preferred))
		p->preferred = p->valid;
	if (x->mistakes->n + x->mistakes->more > before)
		return;
	if (in6_is_unspecified(&p->first))
		mistake(x, node_line(n),
			"this pool has no addresses; write prefixes, shared or addresses");
	identifiers = config_line(x->config, &p->identifiers);
	if (identifiers && p->kind != HA_POOL_SHARED)
		mistake(x, identifiers,
			"identifiers are chosen in shared: pools only; remove this key");
}

void read_static_address(struct context *x, const struct key *k, yaml_node_t *n, void *into)
{
	const char *s = scalar(x, n, "an IPv6 address");
	struct in6_addr a;

	if (!s)
		return;
	if (inet_pton(AF_INET6, s, &a) != 1 || !is_global6(&a) || is_reserved(in6_identifier(&a))) {
		mistake(x, node_line(n),
			"\"%s\" cannot be a host's home address; write a global IPv6 address whose "
			"last 64 bits are not reserved, such as 2001:db8:2::7",
			s);
		return;
	}
	*(struct in6_addr *)into = a;
}

void read_statics(struct context *x, const struct key *k, yaml_node_t *n, void *into)
{
	struct config *c = x->config;
	yaml_node_item_t *items;
	size_t entries;

	if (n->type != YAML_SEQUENCE_NODE) {
		mistake(x, node_line(n),
			"this is not a list; write one assignment a line: "
			"- {nai: name@example.net, address: 2001:db8:2::7}");
		return;
	}
	items = n->data.sequence.items.start;
	entries = (size_t)(n->data.sequence.items.top - items);
	if (entries > CONFIG_STATICS_MAX) {
		mistake(x, node_line(n), "there are %zu entries; write 0 to %d", entries,
			CONFIG_STATICS_MAX);
		return;
	}
	c->statics = calloc(entries ? entries : 1, sizeof(*c->statics));
	if (!c->statics) {
		mistake(x, node_line(n), "cannot be read: out of memory");
		return;
	}
	note_line(x, &c->statics, node_line(n));
	for (size_t i = 0; i < entries; i++) {
		yaml_node_t *item = yaml_document_get_node(x->document, items[i]);
		char name[24];

		snprintf(name, sizeof(name), "[%zu]", i);
		size_t length = path_enter(x, name);
		note_line(x, &c->statics[i], node_line(item));
		read_mapping(x, config_static_schema, item, &c->statics[i]);
		path_leave(x, length);
	}
	c->n_statics = entries;
}
