/* SPDX-License-Identifier: Apache-2.0 */
/* Hosts of access nodes and access routers, for the control socket. */
#include "daemon/show.h"
#include "proto/dhcp6.h"

#define AT_ROUTER 0x40000000u /* in a cursor: the access node's are through */
#define FLAGS     (SHOW_ACCESS | AT_ROUTER)

/* A host of either. */
struct host {
	const char *role;
	struct bytes nai;
	enum access_state state;
	struct tunnel tunnel; /* of an access router: with the host's port and MAC */
	bool has_home, unique;
	struct in6_addr home;
	uint32_t lifetime;
	uint8_t code;
	uint32_t held;
};

static struct host host_of_node(const struct an_attachment_info *a)
{
	return (struct host){ .role = an_role.name,
			      .nai = a->nai,
			      .state = a->state,
			      .tunnel = a->tunnel,
			      .lifetime = a->lifetime,
			      .code = a->code,
			      .held = a->held };
}

static struct host host_of_router(const struct ar_attachment_info *a)
{
	return (struct host){ .role = ar_role.name,
			      .nai = a->nai,
			      .state = a->state,
			      .tunnel = { .local = a->local,
					  .remote = a->remote,
					  .ifindex = a->ifindex,
					  .host = a->host },
			      .has_home = a->has_home,
			      .unique = a->unique,
			      .home = a->home,
			      .lifetime = a->lifetime,
			      .code = a->code,
			      .held = a->held };
}

/* The next one, first of the access node, then of the access router. */
static bool next_host(struct daemon *d, uint32_t *cursor, struct now now, struct host *ret)
{
	uint32_t at = *cursor & ~FLAGS, kept = *cursor & SHOW_ACCESS;
	struct an_attachment_info n;
	struct ar_attachment_info r;

	if (!(*cursor & AT_ROUTER)) {
		if (d->an && an_attachment_next(d->an, &at, now, &n)) {
			*ret = host_of_node(&n);
			*cursor = at | kept;
			return true;
		}
		at = 0;
	}
	if (!d->ar || !ar_attachment_next(d->ar, &at, now, &r))
		return false;
	*ret = host_of_router(&r);
	*cursor = at | kept | AT_ROUTER;
	return true;
}

/* At an access router the data plane counts by the address. */
static void add_counters(struct daemon *d, const struct host *h, json_t *to)
{
	struct address a = { .prefix = h->home, .length = h->unique ? 64 : 128 };
	struct dataplane_counters c = { 0 };

	if (h->role == an_role.name)
		dataplane_tunnel_counters(d->dataplane, &h->tunnel, &c);
	else if (h->has_home)
		dataplane_neighbour_counters(d->dataplane, &a, &c);
	show_counters(to, &c);
}

static json_t *attachment(struct daemon *d, const struct host *h)
{
	const struct tunnel *t = &h->tunnel;
	json_t *o = json_pack("{s:o, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:b, s:i, s:i, s:i}", "nai",
			      show_text_nai(h->nai), "role", h->role, "state",
			      access_state_names[h->state], "interface",
			      machine_interface_name(d, t->ifindex), "mac", show_text_mac(t->host),
			      "care-of", show_text4(t->local), "home-agent", show_text4(t->remote),
			      "home-address", h->has_home ? show_text6(&h->home) : json_null(),
			      "unique", (int)h->unique, "lifetime", (int)h->lifetime, "code",
			      (int)h->code, "held", (int)h->held);
	const char *reason = h->code ? mip4_code_name(h->code) : NULL;

	if (reason)
		json_object_set_new(o, "reason", json_string(reason));
	if (!mac_is_zero(t->router))
		json_object_set_new(o, "router", show_text_mac(t->router));
	add_counters(d, h, o);
	return o;
}

static bool next_attachment(struct daemon *d, uint32_t *cursor, struct now now, json_t **ret)
{
	struct host h;

	if (!next_host(d, cursor, now, &h))
		return false;
	*ret = attachment(d, &h);
	return true;
}

unsigned show_attachments(void *ctx, const struct control_request *q, json_t **ret)
{
	const struct daemon *d = ctx;

	if (!d->an && !d->ar)
		return show_elsewhere("access node or access router", ret);
	return show_list(ctx, q, "attachments", next_attachment, ret);
}

bool show_next_access_tunnel(struct daemon *d, uint32_t *cursor, struct now now, json_t **ret)
{
	struct host h;

	do {
		if (!next_host(d, cursor, now, &h))
			return false;
	} while (h.state != ACCESS_ATTACHED && h.state != ACCESS_LINK_LOST); /* has none */
	*ret = show_tunnel(h.role, h.nai, h.tunnel.local, h.tunnel.remote);
	add_counters(d, &h, *ret);
	return true;
}

static json_t *text_duid(struct bytes duid)
{
	char text[2 * AR_DUID_MAX + 1] = "";

	for (size_t i = 0; i < duid.n && i < AR_DUID_MAX; i++)
		snprintf(text + 2 * i, 3, "%02x", duid.p[i]);
	return json_string(text);
}

static bool next_lease(struct daemon *d, uint32_t *cursor, struct now now, json_t **ret)
{
	struct ar_lease_info l;

	if (!ar_lease_next(d->ar, cursor, now, &l))
		return false;
	*ret = json_pack("{s:o, s:o, s:s, s:o, s:o, s:I, s:o, s:o, s:s}", "nai",
			 show_text_nai(l.nai), "address", show_text6(&l.address), "interface",
			 machine_interface_name(d, l.ifindex), "mac", show_text_mac(l.host), "duid",
			 text_duid(l.duid), "iaid", (json_int_t)l.iaid, "preferred",
			 show_seconds(l.preferred), "valid", show_seconds(l.valid), "state",
			 l.offered ? "offered" : "leased");
	return true;
}

unsigned show_leases(void *ctx, const struct control_request *q, json_t **ret)
{
	const struct daemon *d = ctx;

	if (!d->ar)
		return show_elsewhere("access router", ret);
	return show_list(ctx, q, "leases", next_lease, ret);
}

unsigned show_dhcp6(void *ctx, const struct control_request *q, json_t **ret)
{
	struct daemon *d = ctx;
	const ar_dhcp6_counters *c;
	json_t *list;

	if (!d->ar)
		return show_elsewhere("access router", ret);
	c = ar_dhcp6(d->ar);
	list = json_array();
	for (size_t type = 0; type < AR_DHCP6_TYPES; type++)
		for (size_t o = 0; o < AR_DHCP6_OUTCOMES; o++)
			if ((*c)[type][o])
				json_array_append_new(
					list, json_pack("{s:s, s:s, s:I}", "message",
							dhcp6_type_name((enum dhcp6_type)type),
							"outcome", ar_dhcp6_outcome_names[o],
							"count", (json_int_t)(*c)[type][o]));
	return show_page(ret, "dhcp6", list, false, 0);
}
