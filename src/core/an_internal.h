/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the access node share: its state, and the doors between them. */
#pragma once

#include "base/hash.h"
#include "core/an.h"
#include "core/an_hold.h"
#include "core/an_record.h"
#include "core/care_of.h"
#include "core/client.h"
#include "core/path_mtu.h"
#include "proto/ip6.h"

enum an_timer {
	/* link lost: detach_delay; hold-down: hold_down; blocked: back_off, then FORGET_AFTER times
	 * that
	 */
	AN_TIMER_STATE = CLIENT_TIMER_MAX,
	AN_TIMER_PORT,    /* at once: the rest of a port's hosts hear of a link event */
	AN_TIMER_RESTORE, /* at once: the rest of what a restart has kept is repeated */
	AN_TIMER_STORE,   /* 1 s: what could not be stored is tried again */
};

enum an_event {
	AN_ON_FRAME,   /* from the host */
	AN_ON_SOLICIT, /* the same, an RS or NS */
	AN_ON_LINK_UP,
	AN_ON_LINK_DOWN,
	AN_ON_TIMER,
	AN_ON_STOP,
	AN_ON_FAILED, /* the data plane */
	/* what came of its registration: enum client_outcome */
	AN_ON_UP,
	AN_ON_RENEWED,
	AN_ON_RENEW_DUE,
	AN_ON_REFUSED,
	AN_ON_NO_SERVICE,
	AN_ON_UNREACHABLE,
	AN_ON_EXPIRED,
	AN_ON_MOVED,
	AN_ON_DETACHED,
	AN_ON_DEREGISTERED,
	AN_EVENT_MAX
};

struct an_attachment { /* a host on a port */
	struct hash_node by_host;
	struct an_attachment *previous, *next; /* of its port */
	uint32_t epoch;                        /* the port's, when it last heard of a link event */
	struct an_link *link;
	bool used;
	enum access_state state;
	struct client client;
	struct tunnel tunnel; /* local = care-of address, 0 = none; ifindex and host: who it is */
	bool open;            /* the data plane has the tunnel */
	bool restored;        /* and has not heard of it since the restart */
	struct timer timer;
	struct hold_queue held;  /* from the host */
	struct hold_queue early; /* out of the tunnel, before the reply (A23) */
	/* D5: has the host sent anything since the last registration? */
	bool seen;        /* by us */
	uint64_t counted; /* by the data plane, up to then */
	uint8_t failures; /* in a row: doubles the back-off */
	bool lifted;      /* blocked, and the back-off is over */
	uint8_t code;     /* of the last denial */
	char nai[NAI_MAX + 1];
};

struct an_link {       /* a port */
	uint8_t index; /* in the configuration */
	bool up;
	uint32_t n;
	struct an_attachment *first,
		*last; /* those that still have to hear of the last event first */
	uint32_t epoch;
	struct timer sweep;
	bool has_known;
	struct mac_addr known; /* whom an eager port registers at link-up (AN-16) */
};

/* What the last router advertisement of the home agent said (draft 5.2.2, 3.2.3): hosts that come
 * start with it. */
struct an_router {
	struct in_addr home_agent;
	struct mac_addr mac;
	struct in6_addr address;
};

struct an_storing {
	struct timer restore, retry;
	uint32_t restore_next, restore_end; /* places of attachments of before the restart */
	uint8_t key[AN_RECORD_KEY_MAX], value[AN_RECORD_MAX];
};

struct an {
	struct an_config config; /* without associations */
	struct client_group clients;
	struct sa_table *sas;
	struct heap timers;
	struct rng rng;
	struct slab attachments;
	uint32_t serial; /* makes ids that do not come back soon */
	struct hash hosts;
	struct hold_pool hold;
	struct care_of_pool care_of;
	struct path_mtu_table path_mtu;
	struct an_link links[ACCESS_PORTS_MAX];
	struct an_router router;
	bool stopping;
	struct an_storing store;
	uint64_t drops[DROP_MAX];
};

struct an_input {
	struct now now;
	struct actions *out;
	const struct ip6 *packet; /* of a frame event */
};

/* an_attachment.c */
struct an_link *an_link_find(struct an *an, uint32_t ifindex);
struct an_attachment *an_attachment_find(const struct an *an, uint32_t ifindex,
					 struct mac_addr host);
/* NULL if the id is not, or no longer, one of ours. */
struct an_attachment *an_attachment_by_id(struct an *an, uint32_t id);
/* NULL, with the reason counted, if there is no room. */
struct an_attachment *an_attachment_new(struct an *an, struct an_link *l, struct mac_addr host);
/* Takes a care-of address if it has none: 0 or -ENOENT, counted. */
int an_attachment_address(struct an *an, struct an_attachment *a, nsec_t now);
/* Gives it back, into quarantine as long as the home agent may still use it (D15). */
void an_attachment_unaddress(struct an *an, struct an_attachment *a, nsec_t now);
/* What is stored about it is no longer so. */
void an_attachment_changed(struct an *an, const struct an_attachment *a);
/* To the end of its port's list: it has heard of the last link event. */
void an_link_requeue(struct an_attachment *a);
void an_attachment_free(struct an *an, struct an_attachment *a, nsec_t now);
void an_attachment_event(const struct an_attachment *a, enum event event, uint32_t code,
			 struct actions *out);

/* an_machine.c */
/* `a` may be gone afterwards. */
void an_dispatch(struct an *an, struct an_attachment *a, enum an_event e,
		 const struct an_input *in);
void an_outcome(struct an *an, struct an_attachment *a, enum client_outcome o,
		const struct an_input *in);
/* Begins the first registration of an attachment: of a host not known before. */
void an_begin(struct an *an, struct an_attachment *a, const struct an_input *in);

/* an_packet.c */
bool an_wants(const void *self, const struct packet *in);
void an_packet(void *self, const struct packet *in, struct now now, struct actions *out);
/* What came out of the tunnel goes to the host. */
void an_deliver(struct an *an, struct an_attachment *a, struct bytes packet,
		const struct an_input *in);
void an_tunnel_send(const struct an_attachment *a, struct bytes packet, struct actions *out);

/* an_receive.c */
bool an_takes(struct bytes message);
void an_receive(void *self, const struct datagram *in, struct now now, struct actions *out);

/* an_store.c */
void an_restore_step(struct an *an, const struct an_input *in);
bool an_changed(void *self, struct now now, struct bytes *ret_key, struct bytes *ret_value);
bool an_batch_end(void *self, bool stored, struct now now);
int an_restore(void *self, struct bytes key, struct bytes value, struct now now);
void an_restored(void *self, struct now now);
bool an_restoring(const void *self);
bool an_has_tunnel(const void *self, const struct tunnel *t);
bool an_has_address(const void *self, const struct address *a);

/* an_link.c */
void an_link_event(void *self, const struct link *in, struct now now, struct actions *out);
/* Tells some more of a port's hosts; called again by its timer until all know. */
void an_link_sweep(struct an *an, struct an_link *l, const struct an_input *in);
