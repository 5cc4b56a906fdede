/* SPDX-License-Identifier: Apache-2.0 */
/* Attachments: who a host is, where it is found, what it occupies (draft 3.2.2 steps 1 and 3). */
#include "core/an_internal.h"

#include <errno.h>
#include <string.h>

struct host_key {
	uint32_t ifindex;
	struct mac_addr mac;
	uint8_t zero[2];
};

static uint64_t host_hash(const struct an *an, uint32_t ifindex, struct mac_addr mac)
{
	struct host_key k = { ifindex, mac, { 0 } };

	return hash_key(&an->hosts, &k, sizeof(k));
}

struct an_link *an_link_find(struct an *an, uint32_t ifindex)
{
	for (size_t i = 0; i < an->config.access.n_ports; i++)
		if (an->config.access.ports[i].ifindex == ifindex)
			return &an->links[i];
	return NULL;
}

struct an_attachment *an_attachment_find(const struct an *an, uint32_t ifindex,
					 struct mac_addr host)
{
	uint64_t hash = host_hash(an, ifindex, host);

	for (struct hash_node *n = hash_first(&an->hosts, hash); n; n = hash_next(n, hash)) {
		struct an_attachment *a = container_of(n, struct an_attachment, by_host);

		if (a->tunnel.ifindex == ifindex && mac_equal(a->tunnel.host, host))
			return a;
	}
	return NULL;
}

/* An id is the place in the slab, plus one, below a serial number, so that what the data plane says
 * about an attachment that is gone does not hit the next one at its place. */
#define ID_PLACE_BITS 20

struct an_attachment *an_attachment_by_id(struct an *an, uint32_t id)
{
	uint32_t place = id & ((1u << ID_PLACE_BITS) - 1);
	struct an_attachment *a;

	if (place == 0 || place > an->attachments.count)
		return NULL;
	a = slab_at(&an->attachments, place - 1);
	return a->used && a->client.id == id ? a : NULL;
}

/* Who the host is (D1): what is configured for its port or its MAC, else its MAC.
 * req: EXT-2 */
static void name_host(const struct an *an, struct an_attachment *a)
{
	const struct access_port *port = &an->config.access.ports[a->link->index];
	static const char hex[] = "0123456789abcdef";
	const uint8_t *b = a->tunnel.host.b;
	char *at = a->nai;

	if (port->nai[0]) {
		memcpy(a->nai, port->nai, sizeof(a->nai));
		return;
	}
	for (size_t i = 0; i < an->config.access.n_identities; i++)
		if (mac_equal(an->config.access.identities[i].mac, a->tunnel.host)) {
			memcpy(a->nai, an->config.access.identities[i].nai, sizeof(a->nai));
			return;
		}
	for (size_t i = 0; i < sizeof(a->tunnel.host.b); i++) {
		*at++ = hex[b[i] >> 4];
		*at++ = hex[b[i] & 15];
	}
	*at++ = '@';
	memcpy(at, port->realm, sizeof(port->realm));
}

static void link_append(struct an_link *l, struct an_attachment *a)
{
	a->epoch = l->epoch;
	a->previous = l->last;
	a->next = NULL;
	*(l->last ? &l->last->next : &l->first) = a;
	l->last = a;
}

static void link_remove(struct an_link *l, struct an_attachment *a)
{
	*(a->previous ? &a->previous->next : &l->first) = a->next;
	*(a->next ? &a->next->previous : &l->last) = a->previous;
}

void an_link_requeue(struct an_attachment *a)
{
	link_remove(a->link, a);
	link_append(a->link, a);
}

struct an_attachment *an_attachment_new(struct an *an, struct an_link *l, struct mac_addr host)
{
	const struct access_port *port = &an->config.access.ports[l->index];
	struct an_attachment *a;
	uint32_t id;

	a = l->n < port->attachments_max ? slab_take(&an->attachments) : NULL;
	if (!a) {
		an->drops[DROP_ATTACHMENTS_FULL]++;
		return NULL;
	}
	id = an->serial++ << ID_PLACE_BITS | (slab_index(&an->attachments, a) + 1);
	a->used = true;
	a->state = ACCESS_REGISTERING;
	a->link = l;
	a->timer.kind = AN_TIMER_STATE;
	a->tunnel.ifindex = port->ifindex;
	a->tunnel.host = host;
	name_host(an, a);
	client_init(&a->client, &an->clients, id, BYTES(a->nai, strlen(a->nai)));
	hash_insert(&an->hosts, &a->by_host, host_hash(an, port->ifindex, host));
	link_append(l, a);
	l->n++;
	return a;
}

int an_attachment_address(struct an *an, struct an_attachment *a, nsec_t now)
{
	if (a->tunnel.local.s_addr)
		return 0;
	if (care_of_take(&an->care_of, a, now, &a->tunnel.local) == 0)
		return 0;
	an->drops[DROP_CARE_OF_EXHAUSTED]++; /* req: AN-9 */
	return -ENOENT;
}

void an_attachment_unaddress(struct an *an, struct an_attachment *a, nsec_t now)
{
	if (!a->tunnel.local.s_addr)
		return;
	care_of_give(&an->care_of, a->tunnel.local,
		     a->client.exposed ? now + a->client.exposed * NSEC_PER_SEC : 0);
	a->tunnel.local.s_addr = 0;
	a->client.exposed = 0;
}

void an_attachment_changed(struct an *an, const struct an_attachment *a)
{
	if (a->tunnel.local.s_addr)
		care_of_changed(&an->care_of, a->tunnel.local);
}

void an_attachment_free(struct an *an, struct an_attachment *a, nsec_t now)
{
	an->drops[DROP_NOT_REGISTERED] += hold_drop(&an->hold, &a->held);
	an->drops[DROP_NOT_REGISTERED] += hold_drop(&an->hold, &a->early);
	client_done(&a->client, &an->clients);
	heap_clear(&an->timers, &a->timer);
	an_attachment_unaddress(an, a, now);
	hash_remove(&an->hosts, &a->by_host);
	link_remove(a->link, a);
	a->link->n--;
	a->used = false;
	slab_give(&an->attachments, a);
}

void an_attachment_event(const struct an_attachment *a, enum event event, uint32_t code,
			 struct actions *out)
{
	struct bytes nai = actions_copy(out, a->client.nai);

	action_add(out, ACTION_EVENT, a->client.id)->event = (struct event_data){
		.event = event, .nai = nai, .care_of = a->tunnel.local, .code = code
	};
}
