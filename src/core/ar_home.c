/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The home addresses of an access router's hosts (draft 3.1.2): who has which, what the data plane
 * is told about them, and the tunnels to their home agents, which hosts of the same one share.
 */
#include "core/ar_internal.h"

#include <string.h>

static uint64_t home_hash(const struct ar *ar, const struct in6_addr *a, bool unique)
{
	struct in6_addr key = *a;

	if (unique)
		memset(&key.s6_addr[8], 0, 8);
	return hash_key(&ar->by_home, &key, sizeof(key)) ^ unique;
}

bool ar_has_home(const struct ar_attachment *h, const struct in6_addr *a)
{
	const struct client *c = &h->base.client;

	return c->unique ? in6_in_prefix(a, &c->home, 64) : in6_equal(a, &c->home);
}

struct ar_attachment *ar_home_find(const struct ar *ar, const struct in6_addr *a, bool unique)
{
	const uint64_t hash = home_hash(ar, a, unique);

	for (struct hash_node *n = hash_first(&ar->by_home, hash); n; n = hash_next(n, hash)) {
		struct ar_attachment *h = container_of(n, struct ar_attachment, by_home);

		if (h->base.client.unique == unique && ar_has_home(h, a))
			return h;
	}
	return NULL;
}

struct ar_attachment *ar_attachment_by_home(const struct ar *ar, const struct in6_addr *a)
{
	struct ar_attachment *h = ar_home_find(ar, a, false);

	return h ? h : ar_home_find(ar, a, true);
}

struct address ar_address(const struct ar *ar, const struct ar_attachment *h)
{
	const struct client *c = &h->base.client;
	struct address a = { .prefix = c->home,
			     .length = c->unique ? 64 : 128,
			     .state = ADDRESS_BOUND,
			     .local = ar->config.care_of,
			     .remote = c->home_agent,
			     .ifindex = h->base.ifindex,
			     .host = h->base.host,
			     .session = ar_session_number(ar, h) };

	if (c->unique)
		memset(&a.prefix.s6_addr[8], 0, 8);
	return a;
}

/* The tunnel to a home agent, which its hosts share. NULL: there are too many home agents. */
static struct ar_tunnel *tunnel_of(struct ar *ar, struct in_addr remote)
{
	struct ar_tunnel *unused = NULL;

	for (size_t i = 0; i < AR_HOME_AGENTS_MAX; i++) {
		struct ar_tunnel *t = &ar->tunnels[i];

		if (t->users && in4_equal(t->remote, remote))
			return t;
		if (!t->users)
			unused = t;
	}
	if (unused)
		unused->remote = remote;
	return unused;
}

static struct tunnel tunnel(const struct ar *ar, struct in_addr remote)
{
	return (struct tunnel){ .local = ar->config.care_of,
				.remote = remote,
				.access = true,
				.router = ar->config.router_mac,
				.router_address = ar->config.router_address };
}

bool ar_home_fits(struct ar *ar, const struct ar_attachment *h)
{
	return tunnel_of(ar, h->base.client.home_agent);
}

void ar_home_add(struct ar *ar, struct ar_attachment *h)
{
	const struct client *c = &h->base.client;

	tunnel_of(ar, c->home_agent)->users++;
	hash_insert(&ar->by_home, &h->by_home, home_hash(ar, &c->home, c->unique));
}

/* Each host says both, so that what fails fails for it alone. req: AR-8 AR-9 */
void ar_home_write(const struct ar *ar, const struct ar_attachment *h, struct actions *out)
{
	const struct client *c = &h->base.client;

	action_add(out, ACTION_TUNNEL_SET, c->id)->tunnel = tunnel(ar, c->home_agent);
	action_add(out, ACTION_ADDRESS_SET, c->id)->address = ar_address(ar, h);
}

void ar_home_remove(struct ar *ar, struct ar_attachment *h, struct actions *out)
{
	const struct client *c = &h->base.client;
	struct ar_tunnel *t = tunnel_of(ar, c->home_agent);
	struct address a = ar_address(ar, h);

	action_add(out, ACTION_ADDRESS_DEL, c->id)->address = a;
	if (--t->users == 0)
		action_add(out, ACTION_TUNNEL_DEL, c->id)->tunnel = tunnel(ar, c->home_agent);
	hash_remove(&ar->by_home, &h->by_home);
}

/* what the data plane has from before */

bool ar_has_tunnel(const void *self, const struct tunnel *t)
{
	const struct ar *ar = self;

	for (size_t i = 0; i < AR_HOME_AGENTS_MAX; i++)
		if (ar->tunnels[i].users && in4_equal(ar->tunnels[i].remote, t->remote))
			return in4_equal(t->local, ar->config.care_of) && t->key == 0;
	return false;
}

/* Those without a place on a link are a home agent's. */
bool ar_has_address(const void *self, const struct address *a)
{
	const struct ar_attachment *h;
	struct address own;

	if (!a->ifindex)
		return false;
	h = ar_home_find(self, &a->prefix, a->length == 64);
	if (!h)
		return false;
	own = ar_address(self, h);
	return own.length == a->length && in6_equal(&own.prefix, &a->prefix);
}
