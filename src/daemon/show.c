/* SPDX-License-Identifier: Apache-2.0 */
/* What the control socket answers: JSON made of what the roles and the data plane tell. */
#include "daemon/show.h"
#include "daemon/log.h"
#include "io/clock.h"

#include <arpa/inet.h>
#include <errno.h>

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

static void add_counters(struct daemon *d, const struct ha_binding_info *b, json_t *to)
{
	struct dataplane_counters c = { 0 };

	dataplane_tunnel_counters(d->dataplane, &b->tunnel, &c);
	add_addresses(d, b, &c);
	show_counters(to, &c);
}

static json_t *addresses(const struct ha_binding_info *b)
{
	json_t *list = json_array();

	for (size_t i = 0; i < b->n_addresses; i++) {
		const struct ha_address_info *a = &b->addresses[i];

		json_array_append_new(list, json_pack("{s:o, s:s, s:o}", "address",
						      show_text6(&a->address), "state",
						      a->bound ? "bound" : "tentative", "valid",
						      show_seconds(a->valid)));
	}
	return list;
}

static json_t *binding(struct daemon *d, const struct ha_binding_info *b)
{
	json_t *o = json_pack("{s:o, s:o, s:o, s:s, s:o, s:b, s:o, s:i, s:o}", "nai",
			      show_text_nai(b->nai), "care-of", show_text4(b->tunnel.remote),
			      "home-agent", show_text4(b->tunnel.local), "mode",
			      b->tunnelling ? "tunnelling" : "address", "home-address",
			      b->has_home ? show_text6(&b->home) : json_null(), "unique",
			      (int)b->unique, "lifetime", show_seconds(b->lifetime), "granted",
			      (int)b->granted, "addresses", addresses(b));

	add_counters(d, b, o);
	return o;
}

static bool next_binding(struct daemon *d, uint32_t *cursor, struct now now, json_t **ret)
{
	struct ha_binding_info b;

	if (!ha_binding_next(d->ha, cursor, now, &b))
		return false;
	*ret = binding(d, &b);
	return true;
}

static unsigned show_bindings(void *ctx, const struct control_request *q, json_t **ret)
{
	const struct daemon *d = ctx;

	if (!d->ha)
		return show_elsewhere("home agent", ret);
	return show_list(ctx, q, "bindings", next_binding, ret);
}

static json_t *tunnel(struct daemon *d, const struct ha_binding_info *b)
{
	json_t *o = show_tunnel(ha_role.name, b->nai, b->tunnel.local, b->tunnel.remote);

	add_counters(d, b, o);
	return o;
}

/* The next tunnel of any role; false at the end. */
static bool next_tunnel(struct daemon *d, uint32_t *cursor, struct now now, json_t **ret)
{
	struct ha_binding_info b;

	if (!(*cursor & SHOW_ACCESS)) {
		if (d->ha && ha_binding_next(d->ha, cursor, now, &b)) {
			*ret = tunnel(d, &b);
			return true;
		}
		*cursor = SHOW_ACCESS;
	}
	return show_next_access_tunnel(d, cursor, now, ret);
}

static unsigned show_tunnels(void *ctx, const struct control_request *q, json_t **ret)
{
	return show_list(ctx, q, "tunnels", next_tunnel, ret);
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
	return show_page(ret, "drops", list, false, 0);
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
	struct ha_pool_info p;
	uint32_t cursor = 0;
	json_t *list;

	if (!d->ha)
		return show_elsewhere("home agent", ret);
	list = json_array();
	while (ha_pool_next(d->ha, &cursor, &p))
		json_array_append_new(list, pool(&p));
	return show_page(ret, "pools", list, false, 0);
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
	{ "GET", "/v1/leases", show_leases },
	{ "GET", "/v1/dhcp6", show_dhcp6 },
	{ "GET", "/v1/sessions", show_sessions },
	{ "GET", "/v1/pppoe", show_pppoe },
	{ "GET", "/v1/tunnels", show_tunnels },
	{ "GET", "/v1/drops", show_drops },
	{ "GET", "/v1/pools", show_pools },
	{ "GET", "/v1/store", show_store },
	{ "GET", "/v1/version", show_version },
	{ "POST", "/v1/revoke", revoke },
	{ 0 },
};
