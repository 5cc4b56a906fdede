/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What access nodes and access routers have in common (draft 2, 5.2, 5.4): ports with hosts, each
 * with a registration client, and what links, replies, time and restarts mean to them. A role
 * embeds this, and says in a table what it does with a host that is registered.
 */
#pragma once

#include "core/access_config.h"
#include "core/attachment.h"
#include "core/path_mtu.h"
#include "core/role.h"
#include "proto/ip6.h"

/* Ids have room for a million places (attachment.c). */
#define ACCESS_ATTACHMENTS_MAX ((1u << 20) - 1)

enum access_timer {
	/* link lost: detach_delay; hold-down: hold_down; blocked: back_off, then FORGET_AFTER times
	 * that
	 */
	ACCESS_TIMER_STATE = CLIENT_TIMER_MAX,
	ACCESS_TIMER_PORT,    /* at once: the rest of a port's hosts hear of a link event */
	ACCESS_TIMER_RESTORE, /* at once: the rest of what a restart has kept is repeated */
	ACCESS_TIMER_STORE,   /* 1 s: what could not be stored is tried again */
	ACCESS_TIMER_MAX,     /* the role's own begin here */
};

enum access_event {
	ACCESS_ON_FRAME,   /* from the host */
	ACCESS_ON_SOLICIT, /* the same, and it asks for service: RS, NS, DHCPv6 */
	ACCESS_ON_LINK_UP,
	ACCESS_ON_LINK_DOWN,
	ACCESS_ON_TIMER,
	ACCESS_ON_STOP,
	ACCESS_ON_FAILED, /* the data plane */
	ACCESS_ON_LEAVE,  /* the host says so, or is gone */
	ACCESS_ON_REJECT, /* the host cannot use what it was given */
	/* what came of its registration: enum client_outcome */
	ACCESS_ON_UP,
	ACCESS_ON_RENEWED,
	ACCESS_ON_RENEW_DUE,
	ACCESS_ON_REFUSED,
	ACCESS_ON_NO_SERVICE,
	ACCESS_ON_UNREACHABLE,
	ACCESS_ON_EXPIRED,
	ACCESS_ON_MOVED,
	ACCESS_ON_DETACHED,
	ACCESS_ON_DEREGISTERED,
	ACCESS_EVENT_MAX
};

struct dhcp6_message;

struct access_input {
	struct now now;
	struct actions *out;
	const struct ip6 *packet;          /* of a frame event */
	const struct dhcp6_message *asked; /* what the packet is, if a router has read it as that */
};

/* What a role does with a host; `a` lives on after each. */
struct access_ops {
	/* A registration begins: the care-of address to register, or 0.0.0.0 if there is none,
	 * which is counted. */
	struct in_addr (*care_of)(struct access *n, struct attachment *a, nsec_t now);
	/* It has ended; the home agent may go on for client.exposed s. */
	void (*give_back)(struct access *n, struct attachment *a, nsec_t now);
	/* A frame of a host that is being registered. */
	void (*hold)(struct access *n, struct attachment *a, const struct access_input *in);
	/* A frame of a host that is registered, which the data plane did not carry. */
	void (*pass)(struct access *n, struct attachment *a, const struct access_input *in);
	/* The registration stands: what is held goes, then the data plane has it. False, with
	 * nothing done: it cannot be used. */
	bool (*open)(struct access *n, struct attachment *a, const struct access_input *in);
	/* What has waited for that. */
	void (*opened)(struct access *n, struct attachment *a, const struct access_input *in);
	/* The registration goes on. */
	void (*renewed)(struct access *n, struct attachment *a, const struct access_input *in);
	/* Should it: is the host still there? Then client_renew. */
	void (*renew_due)(struct access *n, struct attachment *a, const struct access_input *in);
	/* A renewal was denied: true if the registration is worth nothing any more. */
	bool (*renewal_ends)(const struct attachment *a);
	/* The home agent denies it: the host may be told. */
	void (*refused)(struct access *n, struct attachment *a, const struct access_input *in);
	/* Out of the data plane (if `open`), and what waits is dropped. */
	void (*close)(struct access *n, struct attachment *a, const struct access_input *in);
	/* What is stored about it is no longer so. */
	void (*changed)(struct access *n, const struct attachment *a);
	/* It is new, at another place, or is going to be freed: indexes of the role. */
	void (*forget)(struct access *n, struct attachment *a);
	/* An eager port's link is up, and this host is not attached. */
	void (*known)(struct access *n, struct access_link *l, struct mac_addr host,
		      const struct access_input *in);
	/* One of the role's own timers is due (and cleared). */
	void (*timer)(struct access *n, struct timer *t, const struct access_input *in);
	/* What a restart has kept goes to the data plane again. */
	void (*repeat)(struct access *n, struct attachment *a, const struct access_input *in);
	/* Whose the reply is; which registration a revocation names (A21); NULL: nobody's. */
	struct attachment *(*replied)(struct access *n, const struct datagram *d,
				      const struct mip4_message *m);
	struct attachment *(*revoked)(struct access *n, const struct mip4_message *m);
};

struct access_link {   /* a port */
	uint8_t index; /* in the configuration */
	bool up;
	uint32_t n;
	/* those that still have to hear of the last event first */
	struct attachment *first, *last;
	uint32_t epoch;
	struct timer sweep;
	bool has_known;
	struct mac_addr known; /* whom an eager port registers at link-up (AN-16) */
};

struct access_storing {
	struct timer restore, retry;
	uint32_t restore_next, restore_end; /* places of attachments of before the restart */
};

struct access {
	const struct access_ops *ops;
	struct access_config config; /* without associations */
	struct client_group clients;
	struct sa_table *sas;
	struct heap timers;
	struct rng rng;
	struct slab attachments;
	uint32_t serial; /* makes ids that do not come back soon */
	struct hash hosts;
	struct hold_pool hold;
	struct path_mtu_table path_mtu;
	struct access_link links[ACCESS_PORTS_MAX];
	bool stopping;
	struct access_storing store;
	uint64_t drops[DROP_MAX];
};

/* Attachments are of `size` octets and have `timers` of the role; it has `own` more. 0 or -ENOMEM.
 */
int access_new(struct access *n, const struct access_ops *ops, const struct access_config *c,
	       const struct core_env *env, size_t size, uint32_t timers, uint32_t own);
void access_done(struct access *n);
/* As an_reload. */
int access_reload(struct access *n, const struct access_config *c, const struct core_env *env);
void access_stop(struct access *n, struct now now);
bool access_stopped(const struct access *n);
void access_timeout(struct access *n, struct now now, struct actions *out);
nsec_t access_next_timeout(const struct access *n);
void access_failed(struct access *n, uint32_t id, struct now now, struct actions *out);
bool access_has_port(const struct access *n, uint32_t ifindex);
/* False, with the reason counted, if that cannot be the source of a host's frame on this port
 * (NULL: on none). */
bool access_is_host(struct access *n, const struct access_link *l, struct mac_addr source);
/* Reads an IPv6 packet of a host's frame; false, with the reason counted, if it cannot be one. */
bool access_frame(struct access *n, struct bytes packet, struct ip6 *ret);

/* access_machine.c */
/* `a` may be gone afterwards. */
void access_dispatch(struct access *n, struct attachment *a, enum access_event e,
		     const struct access_input *in);
void access_outcome(struct access *n, struct attachment *a, enum client_outcome o,
		    const struct access_input *in);
/* Begins the first registration of an attachment: of a host not known before. */
void access_begin(struct access *n, struct attachment *a, const struct access_input *in);
/* Copies a packet of the host to what is held. */
void access_hold(struct access *n, struct attachment *a, const struct access_input *in);

/* access_receive.c: Registration Replies and Revocations */
bool access_takes(struct bytes message);
void access_receive(struct access *n, const struct datagram *d, struct now now,
		    struct actions *out);

/* access_link.c */
void access_link_event(struct access *n, const struct link *in, struct now now,
		       struct actions *out);
/* Tells some more of a port's hosts; called again by its timer until all know. */
void access_link_sweep(struct access *n, struct access_link *l, const struct access_input *in);

/* access_store.c */
/* NULL: there is no such port any more. */
struct access_link *access_port_named(struct access *n, struct bytes name);
/* After a failure nothing is told until the next try, which tells all: what is stored may be old,
 * but is what was so at one time. */
bool access_may_store(const struct access *n);
/* A node promises nothing to anybody by what it stores: the home agent has the binding, and a host
 * that is forgotten attaches anew by its next frame. So without a store it carries on. */
void access_stored(struct access *n, bool stored, struct now now);
/* When a registration ends, in wall-clock time, 0 = it does not; and the other way round, at most
 * `max` s from now, whatever has become of the wall clock meanwhile. */
uint64_t access_ends(const struct attachment *a, struct now now, struct client_registration *ret);
nsec_t access_deadline(struct now now, uint64_t ntp, uint32_t max);
/* An attachment becomes what it was: registered, and open. `asked` is the home agent that was
 * configured then. */
void access_restore(struct access *n, struct attachment *a, const struct client_registration *r,
		    uint64_t until, struct in_addr asked, struct now now);
void access_restored(struct access *n, struct now now);
void access_restore_step(struct access *n, const struct access_input *in);
bool access_restoring(const struct access *n);
