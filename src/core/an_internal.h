/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the access node share: its state, and the doors between them. */
#pragma once

#include "core/access.h"
#include "core/an.h"
#include "core/an_record.h"
#include "core/care_of.h"

struct an_attachment { /* a host on a port */
	struct attachment base;
	struct tunnel tunnel; /* local = care-of address, 0 = none; ifindex and host: who it is */
	struct hold_queue early; /* out of the tunnel, before the reply (A23) */
	uint64_t counted;        /* by the data plane, up to the last registration (D5) */
};

/* What the last router advertisement of the home agent said (draft 5.2.2, 3.2.3): hosts that come
 * start with it. */
struct an_router {
	struct in_addr home_agent;
	struct mac_addr mac;
	struct in6_addr address;
};

struct an {
	struct access access;
	struct in_addr pool; /* of care-of addresses, as configured */
	uint32_t pool_size;
	struct care_of_pool care_of;
	struct an_router router;
	uint8_t key[AN_RECORD_KEY_MAX], value[AN_RECORD_MAX]; /* of the record that is told */
};

static inline struct an *an_of(struct access *n)
{
	return container_of(n, struct an, access);
}

static inline struct an_attachment *an_host(struct attachment *a)
{
	return container_of(a, struct an_attachment, base);
}

/* an_attachment.c */
extern const struct access_ops an_access_ops;
/* Of a host that is not known yet; NULL, with the reason counted, if there is no room. */
struct attachment *an_attachment_new(struct access *n, struct access_link *l, struct mac_addr host);

/* an_packet.c */
bool an_wants(const void *self, const struct packet *in);
void an_packet(void *self, const struct packet *in, struct now now, struct actions *out);
/* What came out of the tunnel goes to the host. */
void an_deliver(struct an *an, struct an_attachment *a, struct bytes packet,
		const struct access_input *in);
void an_tunnel_send(const struct an_attachment *a, struct bytes packet, struct actions *out);

/* an_store.c */
bool an_changed(void *self, struct now now, struct bytes *ret_key, struct bytes *ret_value);
bool an_batch_end(void *self, bool stored, struct now now);
int an_restore(void *self, struct bytes key, struct bytes value, struct now now);
bool an_has_tunnel(const void *self, const struct tunnel *t);
bool an_has_address(const void *self, const struct address *a);
