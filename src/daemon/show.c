/* SPDX-License-Identifier: Apache-2.0 */
/* What the control socket answers: JSON made of what the roles and the data plane tell. */
#include "daemon/daemon.h"
#include "daemon/log.h"
#include "io/clock.h"

#include <arpa/inet.h>
#include <errno.h>

/* A list is answered in pages, so that a million bindings do not stop the loop. */
#define PAGE_MAX 1000

#define FROM_AN 0x80000000u /* in a cursor over both roles: the home agent's are through */

/* null for an address that there is none of */
static json_t *text4(struct in_addr a)
{
	char s[INET_ADDRSTRLEN];

	if (!a.s_addr)
		return json_null();
	return json_string(inet_ntop(AF_INET, &a, s, sizeof(s)));
}

static json_t *text6(const struct in6_addr *a)
{
	char s[INET6_ADDRSTRLEN];

	return json_string(inet_ntop(AF_INET6, a, s, sizeof(s)));
}

static json_t *text_mac(struct mac_addr a)
{
	return json_sprintf("%02x:%02x:%02x:%02x:%02x:%02x", a.b[0], a.b[1], a.b[2], a.b[3], a.b[4],
			    a.b[5]);
}

/* A NAI is what a peer sent: octets that are not UTF-8 become question marks. */
static json_t *text_nai(struct bytes nai)
{
	json_t *s = json_stringn((const char *)nai.p, nai.n);
	char plain[NAI_MAX + 1];
	size_t n = 0;

	if (s)
		return s;
	for (; n < nai.n && n < NAI_MAX; n++)
		plain[n] = nai.p[n] > ' ' && nai.p[n] < 0x7f ? (char)nai.p[n] : '?';
	return json_stringn(plain, n);
}

static json_t *seconds(uint32_t s)
{
	return s == UINT32_MAX ? json_null() : json_integer(s);
}

static json_t *traffic(uint64_t packets, uint64_t bytes)
{
	return json_pack("{s:I, s:I}", "packets", (json_int_t)packets, "bytes", (json_int_t)bytes);
}

/* At the home agent the data plane counts what goes to a host by its addresses. */
static void add_addresses(struct daemon *d, const struct ha_binding_info *b,
			  struct dataplane_counters *to)
{
	for (size_t i = 0; i < b->n_addresses; i++) {
		struct address a = { .prefix = b->addresses[i].address, .length = 128 };
		uint64_t packets, bytes;

		if (dataplane_address_counters(d->dataplane, &a, &packets, &bytes))
			continue; /* link-local ones are none of the data plane's */
		to->out_packets += packets;
		to->out_bytes += bytes;
	}
}

/* Adds what the data plane has counted; b is NULL but at the home agent. */
static void add_counters(struct daemon *d, const struct tunnel *t, const struct ha_binding_info *b,
			 json_t *to)
{
	struct dataplane_counters c = { 0 };

	dataplane_tunnel_counters(d->dataplane, t, &c);
	if (b)
		add_addresses(d, b, &c);
	json_object_set_new(to, "from-host", traffic(c.in_packets, c.in_bytes));
	json_object_set_new(to, "to-host", traffic(c.out_packets, c.out_bytes));
}

static json_t *addresses(const struct ha_binding_info *b)
{
	json_t *list = json_array();

	for (size_t i = 0; i < b->n_addresses; i++) {
		const struct ha_address_info *a = &b->addresses[i];

		json_array_append_new(list,
				      json_pack("{s:o, s:s, s:o}", "address", text6(&a->address),
						"state", a->bound ? "bound" : "tentative", "valid",
						seconds(a->valid)));
	}
	return list;
}

static json_t *binding(struct daemon *d, const struct ha_binding_info *b)
{
	json_t *o = json_pack(
		"{s:o, s:o, s:o, s:s, s:o, s:b, s:o, s:i, s:o}", "nai", text_nai(b->nai), "care-of",
		text4(b->tunnel.remote), "home-agent", text4(b->tunnel.local), "mode",
		b->tunnelling ? "tunnelling" : "address", "home-address",
		b->has_home ? text6(&b->home) : json_null(), "unique", (int)b->unique, "lifetime",
		seconds(b->lifetime), "granted", (int)b->granted, "addresses", addresses(b));

	add_counters(d, &b->tunnel, b, o);
	return o;
}

/* A page of a list: `next` is there if there is more. */
static unsigned page(json_t **ret, const char *name, json_t *list, bool more, uint32_t cursor)
{
	*ret = json_pack("{s:o}", name, list);
	if (more)
		json_object_set_new(*ret, "next", json_integer(cursor));
	return 200;
}

static unsigned show_bindings(void *ctx, const struct control_request *q, json_t **ret)
{
	struct daemon *d = ctx;
	struct now now = clock_now();
	json_t *list = json_array();
	struct ha_binding_info b;
	uint32_t cursor = q->cursor;
	bool more = d->ha != NULL;

	while (more && json_array_size(list) < PAGE_MAX) {
		more = ha_binding_next(d->ha, &cursor, now, &b);
		if (more)
			json_array_append_new(list, binding(d, &b));
	}
	return page(ret, "bindings", list, more, cursor);
}

static json_t *attachment(struct daemon *d, const struct an_attachment_info *a)
{
	const struct tunnel *t = &a->tunnel;
	json_t *o =
		json_pack("{s:o, s:s, s:s, s:o, s:o, s:o, s:i, s:i, s:i}", "nai", text_nai(a->nai),
			  "state", access_state_names[a->state], "interface",
			  setup_interface_name(d, t->ifindex), "mac", text_mac(t->host), "care-of",
			  text4(t->local), "home-agent", text4(t->remote), "lifetime",
			  (int)a->lifetime, "code", (int)a->code, "held", (int)a->held);
	const char *reason = a->code ? mip4_code_name(a->code) : NULL;

	if (reason)
		json_object_set_new(o, "reason", json_string(reason));
	if (!mac_is_zero(t->router))
		json_object_set_new(o, "router", text_mac(t->router));
	add_counters(d, t, NULL, o);
	return o;
}

static unsigned show_attachments(void *ctx, const struct control_request *q, json_t **ret)
{
	struct daemon *d = ctx;
	struct now now = clock_now();
	json_t *list = json_array();
	struct an_attachment_info a;
	uint32_t cursor = q->cursor;
	bool more = d->an != NULL;

	while (more && json_array_size(list) < PAGE_MAX) {
		more = an_attachment_next(d->an, &cursor, now, &a);
		if (more)
			json_array_append_new(list, attachment(d, &a));
	}
	return page(ret, "attachments", list, more, cursor);
}

static json_t *tunnel(struct daemon *d, const char *role, struct bytes nai, const struct tunnel *t,
		      const struct ha_binding_info *b)
{
	json_t *o = json_pack("{s:s, s:o, s:o, s:i, s:o}", "role", role, "local", text4(t->local),
			      "remote", text4(t->remote), "key", (int)t->key, "nai", text_nai(nai));

	add_counters(d, t, b, o);
	return o;
}

/* The next tunnel of either role; false at the end. */
static bool next_tunnel(struct daemon *d, uint32_t *cursor, struct now now, json_t **ret)
{
	struct ha_binding_info b;
	struct an_attachment_info a;

	if (!(*cursor & FROM_AN)) {
		if (d->ha && ha_binding_next(d->ha, cursor, now, &b)) {
			*ret = tunnel(d, ha_role.name, b.nai, &b.tunnel, &b);
			return true;
		}
		*cursor = FROM_AN;
	}
	uint32_t at = *cursor & ~FROM_AN;
	while (d->an && an_attachment_next(d->an, &at, now, &a)) {
		*cursor = at | FROM_AN;
		if (a.state != ACCESS_ATTACHED && a.state != ACCESS_LINK_LOST)
			continue; /* has no tunnel */
		*ret = tunnel(d, an_role.name, a.nai, &a.tunnel, NULL);
		return true;
	}
	return false;
}

static unsigned show_tunnels(void *ctx, const struct control_request *q, json_t **ret)
{
	struct daemon *d = ctx;
	struct now now = clock_now();
	json_t *list = json_array(), *t;
	uint32_t cursor = q->cursor;
	bool more = true;

	while (more && json_array_size(list) < PAGE_MAX) {
		more = next_tunnel(d, &cursor, now, &t);
		if (more)
			json_array_append_new(list, t);
	}
	return page(ret, "tunnels", list, more, cursor);
}

static unsigned show_drops(void *ctx, const struct control_request *q, json_t **ret)
{
	struct daemon *d = ctx;
	uint64_t sum[DROP_MAX];
	json_t *list = json_array();

	dataplane_drops(d->dataplane, sum);
	for (size_t r = 0; r < DROP_MAX; r++) {
		sum[r] += d->runtime.drops[r];
		for (size_t i = 0; i < d->runtime.n_roles; i++) {
			const struct runtime_role *role = &d->runtime.roles[i];

			sum[r] += role->ops->drops(role->self)[r];
		}
		json_array_append_new(list,
				      json_pack("{s:s, s:I, s:s}", "reason", drop_names[r], "count",
						(json_int_t)sum[r], "text", drop_texts[r]));
	}
	return page(ret, "drops", list, false, 0);
}

static const char *const pool_kinds[] = {
	[HA_POOL_PREFIXES] = "prefixes",
	[HA_POOL_SHARED] = "shared",
	[HA_POOL_ADDRESSES] = "addresses",
};

/* The last address of a range, which is in one /64. */
static struct in6_addr last_of(const struct ha_pool_config *c)
{
	struct in6_addr last = c->first;
	struct reader r = reader_new(BYTES(c->first.s6_addr + 8, 8));
	struct writer w = writer_new(last.s6_addr + 8, 8);

	write_u64(&w, read_u64(&r) + c->size - 1);
	return last;
}

/* A pool as its configuration names it: PREFIX/LENGTH or FIRST-LAST. */
static json_t *pool_name(const struct ha_pool_config *c)
{
	char first[INET6_ADDRSTRLEN], last[INET6_ADDRSTRLEN];
	unsigned length = 64;

	inet_ntop(AF_INET6, &c->first, first, sizeof(first));
	if (c->kind == HA_POOL_ADDRESSES) {
		const struct in6_addr a = last_of(c);

		inet_ntop(AF_INET6, &a, last, sizeof(last));
		return json_sprintf("%s-%s", first, last);
	}
	if (c->kind == HA_POOL_PREFIXES)
		for (uint64_t n = c->size; n > 1; n /= 2)
			length--;
	return json_sprintf("%s/%u", first, length);
}

static json_t *pool(const struct ha_pool_info *p)
{
	const struct ha_pool_config *c = p->config;
	const bool counted = c->kind != HA_POOL_SHARED;
	const json_int_t size = c->size < INT64_MAX ? (json_int_t)c->size : INT64_MAX;

	return json_pack("{s:o, s:s, s:s, s:b, s:o, s:I, s:I, s:o, s:I}", "pool", pool_name(c),
			 "kind", pool_kinds[c->kind], "realm", c->realm, "ending", (int)p->ending,
			 "size", counted ? json_integer(size) : json_null(), "used",
			 (json_int_t)p->used, "kept", (json_int_t)p->kept, "free",
			 counted ? json_integer(size - p->used - p->kept) : json_null(), "denied",
			 (json_int_t)p->denied);
}

static unsigned show_pools(void *ctx, const struct control_request *q, json_t **ret)
{
	struct daemon *d = ctx;
	json_t *list = json_array();
	struct ha_pool_info p;
	uint32_t cursor = 0;

	while (d->ha && ha_pool_next(d->ha, &cursor, &p))
		json_array_append_new(list, pool(&p));
	return page(ret, "pools", list, false, 0);
}

static unsigned show_store(void *ctx, const struct control_request *q, json_t **ret)
{
	static const char *const syncs[] = {
		[CONFIG_SYNC_INTERVAL] = "interval",
		[CONFIG_SYNC_BATCH] = "batch",
		[CONFIG_SYNC_NONE] = "none",
	};
	struct daemon *d = ctx;
	const char *why = keep_trouble(d);

	*ret = json_pack("{s:s, s:s, s:s, s:s?}", "path", d->config->store, "sync",
			 syncs[d->config->store_sync], "state", why ? "failing" : "ok", "error",
			 why);
	return 200;
}

static unsigned show_version(void *ctx, const struct control_request *q, json_t **ret)
{
	struct daemon *d = ctx;
	json_t *roles = json_array();

	for (size_t i = 0; i < d->runtime.n_roles; i++)
		json_array_append_new(roles, json_string(d->runtime.roles[i].ops->name));
	*ret = json_pack("{s:s, s:o, s:s, s:I}", "version", NETMIP4_VERSION, "roles", roles,
			 "configuration", d->config->file, "uptime",
			 (json_int_t)((clock_now().mono - d->started) / NSEC_PER_SEC));
	return 200;
}

static unsigned revoke(void *ctx, const struct control_request *q, json_t **ret)
{
	struct daemon *d = ctx;
	const json_t *nai = json_object_get(q->body, "nai");
	struct now now = clock_now();
	struct actions *out;
	int err;

	if (!json_is_string(nai) || !json_string_length(nai)) {
		*ret = control_error("the body has no \"nai\"");
		return 400;
	}
	if (!d->ha) {
		*ret = control_error("this netmip4d is no home agent: revoke at the home agent");
		return 409;
	}
	out = runtime_begin(&d->runtime, d->ha_index, now);
	err = ha_revoke(d->ha, BYTES(json_string_value(nai), json_string_length(nai)), now, out);
	if (!runtime_flush(&d->runtime, now) && !err)
		err = -EAGAIN;
	if (err == -EAGAIN) {
		*ret = control_error("the store cannot be written, so nothing is changed now");
		return 409;
	}
	if (err) {
		*ret = control_error("there is no binding of \"%s\"", json_string_value(nai));
		return 404;
	}
	struct log_line l = log_begin(LOG_LEVEL_INFO, "revoked by the operator");
	log_text(&l, "nai", json_string_value(nai));
	log_end(&l);
	*ret = json_pack("{s:O}", "revoked", nai);
	return 200;
}

const struct control_route show_routes[] = {
	{ "GET", "/v1/bindings", show_bindings },
	{ "GET", "/v1/attachments", show_attachments },
	{ "GET", "/v1/tunnels", show_tunnels },
	{ "GET", "/v1/drops", show_drops },
	{ "GET", "/v1/pools", show_pools },
	{ "GET", "/v1/store", show_store },
	{ "GET", "/v1/version", show_version },
	{ "POST", "/v1/revoke", revoke },
	{ 0 },
};
