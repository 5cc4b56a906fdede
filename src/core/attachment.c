/* SPDX-License-Identifier: Apache-2.0 */
#include "core/attachment.h"

#include "core/access.h"

#include <string.h>

struct host_key {
	uint64_t tag;
	uint32_t ifindex;
	struct mac_addr mac;
	uint8_t zero[6];
};

static uint64_t host_hash(const struct access *n, uint32_t ifindex, struct mac_addr mac,
			  uint64_t tag)
{
	struct host_key k = { tag, ifindex, mac, { 0 } };

	return hash_key(&n->hosts, &k, sizeof(k));
}

struct access_link *access_link_find(struct access *n, uint32_t ifindex)
{
	for (size_t i = 0; i < n->config.n_ports; i++)
		if (n->config.ports[i].ifindex == ifindex)
			return &n->links[i];
	return NULL;
}

struct attachment *attachment_find(const struct access *n, uint32_t ifindex, struct mac_addr host,
				   uint64_t tag)
{
	uint64_t hash = host_hash(n, ifindex, host, tag);

	for (struct hash_node *h = hash_first(&n->hosts, hash); h; h = hash_next(h, hash)) {
		struct attachment *a = container_of(h, struct attachment, by_host);

		if (a->ifindex == ifindex && mac_equal(a->host, host) && a->tag == tag)
			return a;
	}
	return NULL;
}

/* An id is the place in the slab, plus one, below a serial number, so that what the data plane says
 * about an attachment that is gone does not hit the next one at its place. */
#define ID_PLACE_BITS 20

struct attachment *attachment_by_id(struct access *n, uint32_t id)
{
	uint32_t place = id & ((1u << ID_PLACE_BITS) - 1);
	struct attachment *a;

	if (place == 0 || place > n->attachments.count)
		return NULL;
	a = slab_at(&n->attachments, place - 1);
	return a->used && a->client.id == id ? a : NULL;
}

/* req: EXT-2 */
bool attachment_name(const struct access *n, const struct access_link *l, struct mac_addr host,
		     struct bytes id, char *ret)
{
	const struct access_port *port = &n->config.ports[l->index];
	static const char hex[] = "0123456789abcdef";
	const size_t realm = strlen(port->realm);

	if (port->nai[0]) {
		memcpy(ret, port->nai, sizeof(port->nai));
		return true;
	}
	for (size_t i = 0; i < n->config.n_identities; i++)
		if (mac_equal(n->config.identities[i].mac, host)) {
			memcpy(ret, n->config.identities[i].nai, sizeof(port->nai));
			return true;
		}
	if (2 * id.n + 1 + realm > NAI_MAX)
		return false;
	for (size_t i = 0; i < id.n; i++) {
		*ret++ = hex[id.p[i] >> 4];
		*ret++ = hex[id.p[i] & 15];
	}
	*ret++ = '@';
	memcpy(ret, port->realm, realm + 1);
	return true;
}

static void link_append(struct access_link *l, struct attachment *a)
{
	a->epoch = l->epoch;
	a->previous = l->last;
	a->next = NULL;
	*(l->last ? &l->last->next : &l->first) = a;
	l->last = a;
}

static void link_remove(struct access_link *l, struct attachment *a)
{
	*(a->previous ? &a->previous->next : &l->first) = a->next;
	*(a->next ? &a->next->previous : &l->last) = a->previous;
}

void attachment_requeue(struct attachment *a)
{
	link_remove(a->link, a);
	link_append(a->link, a);
}

static void place(struct access *n, struct attachment *a, struct access_link *l,
		  struct mac_addr host, uint64_t tag)
{
	a->link = l;
	a->ifindex = n->config.ports[l->index].ifindex;
	a->host = host;
	a->tag = tag;
	hash_insert(&n->hosts, &a->by_host, host_hash(n, a->ifindex, host, tag));
	link_append(l, a);
	l->n++;
}

static void displace(struct access *n, struct attachment *a)
{
	hash_remove(&n->hosts, &a->by_host);
	link_remove(a->link, a);
	a->link->n--;
}

bool attachment_link_is_full(const struct access *n, const struct access_link *l)
{
	return l->n >= n->config.ports[l->index].attachments_max;
}

struct attachment *attachment_new(struct access *n, struct access_link *l, struct mac_addr host,
				  uint64_t tag, const char *nai)
{
	struct attachment *a;
	uint32_t id;

	a = !attachment_link_is_full(n, l) ? slab_take(&n->attachments) : NULL;
	if (!a) {
		n->drops[DROP_ATTACHMENTS_FULL]++;
		return NULL;
	}
	id = n->serial++ << ID_PLACE_BITS | (slab_index(&n->attachments, a) + 1);
	a->used = true;
	a->state = ACCESS_REGISTERING;
	a->timer.kind = ACCESS_TIMER_STATE;
	memcpy(a->nai, nai, strlen(nai));
	client_init(&a->client, &n->clients, id, BYTES(a->nai, strlen(a->nai)));
	place(n, a, l, host, tag);
	return a;
}

void attachment_rename(struct attachment *a, struct bytes nai)
{
	memset(a->nai, 0, sizeof(a->nai));
	memcpy(a->nai, nai.p, nai.n);
	a->client.nai = BYTES(a->nai, nai.n);
}

void attachment_move(struct access *n, struct attachment *a, struct access_link *l,
		     struct mac_addr host, uint64_t tag)
{
	displace(n, a);
	place(n, a, l, host, tag);
}

void attachment_free(struct access *n, struct attachment *a, nsec_t now)
{
	n->drops[DROP_NOT_REGISTERED] += hold_drop(&n->hold, &a->held);
	client_done(&a->client, &n->clients);
	heap_clear(&n->timers, &a->timer);
	n->ops->give_back(n, a, now);
	n->ops->forget(n, a);
	displace(n, a);
	a->used = false;
	slab_give(&n->attachments, a);
}

void attachment_event(const struct access *n, const struct attachment *a, enum event event,
		      uint32_t code, struct actions *out)
{
	struct bytes nai = actions_copy(out, a->client.nai);

	action_add(out, ACTION_EVENT, a->client.id)->event = (struct event_data){
		.event = event, .nai = nai, .care_of = a->client.care_of, .code = code
	};
}
