/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The NetMIP4 client (draft 2, RFC 5944 3.6): the registration of one host with its home agent,
 * from the first Registration Request to the last. It knows NAI, care-of address, home agent,
 * associations and numbers, and nothing of links: its owner, a node, hears what came of an input
 * and acts on it.
 */
#pragma once

#include "base/heap.h"
#include "base/rng.h"
#include "core/actions.h"
#include "core/sa.h"

/* s from the first request of a registration until it is given up (RFC 5944 3.6.3) */
#define CLIENT_ATTEMPT_MAX 31

enum client_state {
	CLIENT_IDLE,
	CLIENT_REGISTERING, /* first request sent */
	CLIENT_REGISTERED,
	CLIENT_RENEWING, /* still registered, the next request sent */
	CLIENT_DEREGISTERING,
	CLIENT_STATE_MAX
};

enum client_outcome {
	CLIENT_NOTHING,
	CLIENT_UP,           /* registered: the tunnel may be used */
	CLIENT_RENEWED,      /* still registered, for longer */
	CLIENT_RENEW_DUE,    /* now client_renew, or client_defer */
	CLIENT_REFUSED,      /* denied, `code` says why; if it was a renewal, still registered */
	CLIENT_NO_SERVICE,   /* accepted without HoA extension (A5): being deregistered */
	CLIENT_UNREACHABLE,  /* the home agent did not answer: idle */
	CLIENT_EXPIRED,      /* idle */
	CLIENT_MOVED,        /* revoked, the host is elsewhere: idle */
	CLIENT_DETACHED,     /* revoked, the host is to be detached: idle */
	CLIENT_DEREGISTERED, /* or given up: idle */
};

/* Kinds of timers; the owner's own begin at CLIENT_TIMER_MAX. */
enum client_timer {
	CLIENT_TIMER_RETRY,  /* 1, 2, 4, 8, 16 s; while registered: the renewal */
	CLIENT_TIMER_EXPIRY, /* granted lifetime, counted from when the request was sent */
	CLIENT_TIMER_MAX
};

/* What all clients of a node have in common; the pointers are the node's. */
struct client_group {
	struct in_addr home_agent;
	uint16_t lifetime; /* s asked for */
	/* An access router's: registrations are about home addresses, from a care-of address that
	 * is not the host's alone, and agent and home agent sign, too (draft 5.4, A4). */
	bool router;
	struct mip4_numbers numbers;
	struct sa_table *sas;
	struct heap *timers;
	struct rng *rng;
	uint64_t *drops;
	/* Newest time that the home agent has told, by 137 or by a Revocation (RFC 3543 3.2, 3.5).
	 */
	bool heard;
	uint32_t heard_timestamp;
};

struct client {
	enum client_state state;
	uint32_t id;      /* of its owner, for actions */
	struct bytes nai; /* the owner's, for as long as the client */
	struct in_addr care_of;
	struct in_addr home_agent; /* as assigned by the last reply */
	uint16_t granted;          /* s, of the last acceptance */
	uint16_t exposed; /* s for which the home agent may still tunnel to care_of; 0 = not at all
			   */
	bool unexposed;   /* as this attempt began */
	uint8_t code;     /* of the last denial */

	/* of a router's host */
	uint64_t iid;         /* to ask with; 0 = the home agent chooses (draft 4.1) */
	struct in6_addr home; /* home address, as the last reply said; :: = none yet */
	bool unique;          /* with its whole /64 */

	/* Identification (RFC 5944 5.7.1) */
	uint64_t offset;   /* to be added to our clock, modulo 2^64 */
	uint64_t latest;   /* of the last request */
	uint64_t accepted; /* of the last accepted one */
	uint64_t floor;    /* the next one is above */
	uint32_t begun;    /* NTP s of the first request of this registration */
	nsec_t sent;       /* when the last request was */
	bool answered;     /* and whether it has had its reply */
	uint8_t tries, resyncs;

	/* revocation (RFC 3543) */
	bool revocable; /* 137 was in the reply */
	uint32_t peer_timestamp;

	struct timer retry, expiry;
};

/* What of a registration outlives the process; its end is told apart. */
struct client_registration {
	struct in_addr care_of, home_agent;
	uint16_t granted, exposed;
	uint64_t offset, floor, accepted;
	bool revocable;
	uint32_t peer_timestamp;
	struct in6_addr home;
	bool unique;
};

void client_init(struct client *c, const struct client_group *g, uint32_t id, struct bytes nai);
/* Clears timers: before the owner goes away. */
void client_done(struct client *c, const struct client_group *g);

/* Of a client that is registered. When it ends; NSEC_NEVER if its lifetime is infinite. */
nsec_t client_save(const struct client *c, struct client_registration *ret);
/* Makes an idle client a registered one again. It neither renews nor asks before it is told to. */
void client_restore(struct client *c, struct client_group *g, const struct client_registration *r,
		    nsec_t ends);

/* First registration, from `care_of`; also while a deregistration is under way. CLIENT_NOTHING, or
 * CLIENT_REFUSED with code 0 when there is no association to sign with. */
enum client_outcome client_register(struct client *c, struct client_group *g,
				    struct in_addr care_of, struct now now, struct actions *out);
void client_renew(struct client *c, struct client_group *g, struct now now, struct actions *out);
/* Asks whether to renew at a random time within `spread`, sooner if the registration ends soon. */
void client_renew_within(struct client *c, struct client_group *g, nsec_t spread, struct now now);
/* Not yet: asks again some time before expiry. */
void client_defer(struct client *c, struct client_group *g, struct now now);
/* CLIENT_NOTHING; CLIENT_DEREGISTERED if there was nothing to end. */
enum client_outcome client_deregister(struct client *c, struct client_group *g, struct now now,
				      struct actions *out);
/* One of its two timers is due (and cleared). */
enum client_outcome client_timeout(struct client *c, struct client_group *g, const struct timer *t,
				   struct now now, struct actions *out);
/* A Registration Reply to its care-of address. */
enum client_outcome client_reply(struct client *c, struct client_group *g,
				 const struct mip4_message *m, struct now now, struct actions *out);

/*
 * A Revocation, in three steps, so that the owner can tear down before it acknowledges:
 * is it the home agent's (association of that NAI, A bit)?
 */
bool client_revocation_valid(const struct client_group *g, struct bytes nai,
			     const struct mip4_message *m);
/* Ends the registration. false: replayed, nothing done. */
bool client_revoked(struct client *c, struct client_group *g, const struct mip4_message *m,
		    enum client_outcome *ret);
/* Also for a registration that is gone already. */
void client_acknowledge(const struct client_group *g, struct bytes nai, const struct datagram *in,
			const struct mip4_message *m, struct actions *out);

/* Registration time left, s, rounded down; 0 if not registered, 0xffff if infinite. */
uint32_t client_lifetime_left(const struct client *c, nsec_t now);
