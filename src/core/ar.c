/* SPDX-License-Identifier: Apache-2.0 */
/* The access router as a whole: memory, configuration, the doors of a role. */
#include "core/ppp_internal.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#define INFINITE 0xffffffff

const char *const ar_dhcp6_outcome_names[AR_DHCP6_OUTCOMES] = {
	[AR_DHCP6_ADVERTISED] = "advertised", [AR_DHCP6_LEASED] = "leased",
	[AR_DHCP6_ANSWERED] = "answered",     [AR_DHCP6_NOT_ON_LINK] = "not-on-link",
	[AR_DHCP6_NO_BINDING] = "no-binding", [AR_DHCP6_NO_ADDRESS] = "no-address",
	[AR_DHCP6_WAITING] = "waiting",       [AR_DHCP6_REPEATED] = "repeated",
	[AR_DHCP6_UNANSWERED] = "unanswered", [AR_DHCP6_DISCARDED] = "discarded",
};

static void copy_config(struct ar *ar, const struct ar_config *c)
{
	ar->config = *c;
	ar->config.access.sas = NULL; /* the caller's */
}

int ar_new(const struct ar_config *c, const struct core_env *env, struct ar **ret)
{
	struct ar *ar = memory_alloc(&env->memory, sizeof(*ar));

	assert(c->n_dns <= AR_DNS_MAX && c->domains_length <= AR_DOMAINS_MAX);
	assert(c->duid_length <= AR_DUID_MAX);
	assert(c->pppoe.n_realms <= AR_REALMS_MAX);
	assert(!ppp_sessions_max(c) || (c->pppoe.echo_interval && c->pppoe.sessions_per_mac));
	assert(c->ra_min > 0 && c->ra_max >= c->ra_min && c->preferred <= c->valid);
	if (!ar ||
	    access_new(&ar->access, &ar_access_ops, &c->access, env, sizeof(struct ar_attachment),
		       AR_TIMERS_EACH, ppp_sessions_max(c) * AR_TIMERS_SESSION + 1) < 0)
		return -ENOMEM;
	ar->access.clients.router = true;
	copy_config(ar, c);
	if (ar_attachments_new(ar, &env->memory) < 0 || ppp_new(ar, &env->memory) < 0)
		return -ENOMEM;
	*ret = ar;
	return 0;
}

void ar_done(struct ar *ar)
{
	if (ar)
		access_done(&ar->access);
}

/* Hosts know the router by its addresses, and are known by where and how they are. */
static bool may_replace(const struct ar_config *old, const struct ar_config *c)
{
	if (!in4_equal(old->care_of, c->care_of) || !mac_equal(old->router_mac, c->router_mac) ||
	    !in6_equal(&old->router_address, &c->router_address) ||
	    !bytes_equal(BYTES(old->duid, old->duid_length), BYTES(c->duid, c->duid_length)))
		return false;
	for (size_t i = 0; i < c->access.n_ports && i < old->access.n_ports; i++)
		if (old->ports[i].addressing != c->ports[i].addressing ||
		    old->ports[i].identity != c->ports[i].identity)
			return false;
	return true;
}

int ar_reload(struct ar *ar, const struct ar_config *c, const struct core_env *env, struct now now)
{
	int err;

	if (!may_replace(&ar->config, c))
		return -EINVAL;
	err = access_reload(&ar->access, &c->access, env);
	if (!err)
		copy_config(ar, c);
	return err;
}

void ar_stop(struct ar *ar, struct now now)
{
	access_stop(&ar->access, now);
	ppp_stop(ar, now.mono);
}

bool ar_stopped(const struct ar *ar)
{
	return access_stopped(&ar->access) && slab_used(&ar->ppp.sessions) == 0;
}

static void ar_receive(void *self, const struct datagram *d, struct now now, struct actions *out)
{
	access_receive(&((struct ar *)self)->access, d, now, out);
}

static void ar_link_event(void *self, const struct link *in, struct now now, struct actions *out)
{
	access_link_event(&((struct ar *)self)->access, in, now, out);
}

static void ar_timeout(void *self, struct now now, struct actions *out)
{
	access_timeout(&((struct ar *)self)->access, now, out);
}

static nsec_t ar_next_timeout(const void *self)
{
	return access_next_timeout(&((const struct ar *)self)->access);
}

static void ar_failed(void *self, uint32_t id, struct now now, struct actions *out)
{
	access_failed(&((struct ar *)self)->access, id, now, out);
}

/* Whether a host is there, it says itself (NUD): what it has sent is not asked for. */
static void ar_traffic(void *self, uint32_t id, uint64_t packets, struct now now,
		       struct actions *out)
{
}

static const uint64_t *ar_drops(const void *self)
{
	return ((const struct ar *)self)->access.drops;
}

static void ar_restored(void *self, struct now now)
{
	access_restored(&((struct ar *)self)->access, now);
}

static bool ar_restoring(const void *self)
{
	return access_restoring(&((const struct ar *)self)->access);
}

const struct role_ops ar_role = {
	.name = "access-router",
	.receive = ar_receive,
	.takes = access_takes,
	.wants = ar_wants,
	.packet = ar_packet,
	.link = ar_link_event,
	.timeout = ar_timeout,
	.next_timeout = ar_next_timeout,
	.failed = ar_failed,
	.traffic = ar_traffic,
	.verdict = ppp_verdict,
	.drops = ar_drops,
	.changed = ar_changed,
	.batch_end = ar_batch_end,
	.restore = ar_restore,
	.restored = ar_restored,
	.restoring = ar_restoring,
	.has_tunnel = ar_has_tunnel,
	.has_address = ar_has_address,
	.store_tag = AR_STORE_TAG,
};

/* for people */

static struct ar_attachment_info info_of(const struct ar *ar, const struct ar_attachment *h,
					 struct now now)
{
	const struct attachment *a = &h->base;

	return (struct ar_attachment_info){
		.nai = a->client.nai,
		.state = a->state,
		.ifindex = a->ifindex,
		.host = a->host,
		.local = ar->config.care_of,
		.remote = a->open ? a->client.home_agent : (struct in_addr){ 0 },
		.has_home = a->open,
		.home = a->client.home,
		.unique = a->client.unique,
		.lifetime = client_lifetime_left(&a->client, now.mono),
		.code = a->code,
		.held = a->held.packets + h->question.packets,
	};
}

bool ar_attachment_next(struct ar *ar, uint32_t *cursor, struct now now,
			struct ar_attachment_info *ret)
{
	while (*cursor < ar->access.attachments.count) {
		const struct ar_attachment *h = slab_at(&ar->access.attachments, (*cursor)++);

		if (!h->base.used)
			continue;
		*ret = info_of(ar, h, now);
		return true;
	}
	return false;
}

static uint32_t seconds_left(nsec_t until, struct now now)
{
	if (until == NSEC_NEVER)
		return INFINITE;
	return until > now.mono ? (uint32_t)((until - now.mono) / NSEC_PER_SEC) : 0;
}

bool ar_lease_next(struct ar *ar, uint32_t *cursor, struct now now, struct ar_lease_info *ret)
{
	while (*cursor < ar->access.attachments.count) {
		const struct ar_attachment *h = slab_at(&ar->access.attachments, (*cursor)++);
		const struct ar_lease *l = &h->lease;

		if (!h->base.used || !h->base.open || !(l->given || h->offered))
			continue;
		*ret = (struct ar_lease_info){ .nai = h->base.client.nai,
					       .ifindex = h->base.ifindex,
					       .host = h->base.host,
					       .duid = BYTES(l->duid, l->duid_length),
					       .iaid = l->iaid,
					       .address = h->base.client.home,
					       .preferred = seconds_left(l->preferred, now),
					       .valid = seconds_left(l->valid, now),
					       .offered = h->offered };
		return true;
	}
	return false;
}

const char *const ar_pppoe_outcome_names[AR_PPPOE_OUTCOMES] = {
	[AR_PPPOE_OFFERED] = "offered",
	[AR_PPPOE_REFUSED] = "refused",
	[AR_PPPOE_BEGUN] = "begun",
	[AR_PPPOE_OPENED] = "opened",
};

const struct ar_pppoe_counters *ar_pppoe(const struct ar *ar)
{
	return &ar->pppoe;
}

const ar_dhcp6_counters *ar_dhcp6(const struct ar *ar)
{
	return (const ar_dhcp6_counters *)&ar->dhcp6;
}
