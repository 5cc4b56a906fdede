/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The access router (draft 3.1, 3.1.2, 5.4): first-hop router and DHCPv6 server of hosts on
 * Ethernet. It registers each with the home agent from one care-of address, and gives it the home
 * address that it receives.
 */
#pragma once

#include "core/access_state.h"
#include "core/ar_config.h"
#include "core/env.h"
#include "core/role.h"

struct ar;

extern const struct role_ops ar_role;

/* Everything it will ever use is taken from env->memory here. `*c` and what it points to may go
 * away afterwards. 0 or -ENOMEM. */
int ar_new(const struct ar_config *c, const struct core_env *env, struct ar **ret);
/* Wipes keys; the memory is the environment's. */
void ar_done(struct ar *a);
/* Takes over what may change while running: associations, identities, lifetimes and delays, what
 * advertisements and leases say. 0, -ENOMEM (nothing changed), -EINVAL (something else differs;
 * nothing changed). What it takes from env->memory is in use until the next reload. */
int ar_reload(struct ar *a, const struct ar_config *c, const struct core_env *env, struct now now);
/* Begins to deregister every host (SIGTERM); the steps follow through timeouts. */
void ar_stop(struct ar *a, struct now now);
/* True when no registration is left, or all have been given up. */
bool ar_stopped(const struct ar *a);

/* For `show`; as ha_binding_next. */
struct ar_attachment_info {
	struct bytes nai;
	enum access_state state;
	uint32_t ifindex;
	struct mac_addr host;
	struct in_addr local, remote; /* the tunnel; remote 0.0.0.0 = none yet */
	bool has_home;
	struct in6_addr home; /* home address */
	bool unique;          /* with its whole /64 */
	uint32_t lifetime;    /* s left, 0 if not registered */
	uint8_t code;         /* of the last denial, 0 = none */
	uint32_t held;        /* packets waiting */
};
bool ar_attachment_next(struct ar *a, uint32_t *cursor, struct now now,
			struct ar_attachment_info *ret);

struct ar_lease_info {
	struct bytes nai;
	uint32_t ifindex;
	struct mac_addr host;
	struct bytes duid; /* of the client */
	uint32_t iaid;
	struct in6_addr address;
	uint32_t preferred, valid; /* s left; 0xffffffff = infinite */
	bool offered;              /* in an Advertise, and not asked for yet */
};
/* Addresses that hosts have by DHCPv6. */
bool ar_lease_next(struct ar *a, uint32_t *cursor, struct now now, struct ar_lease_info *ret);

enum ar_session_phase { /* of PPP (RFC 1661 3) */
			AR_SESSION_ESTABLISH,
			AR_SESSION_AUTHENTICATE,
			AR_SESSION_NETWORK,   /* IPv6CP, and registration */
			AR_SESSION_OPEN,      /* IPv6CP is through */
			AR_SESSION_TERMINATE, /* it ends */
			AR_SESSION_ENDED,     /* it has ended: remembered for people */
			AR_SESSION_PHASES
};
extern const char *const ar_session_phase_names[AR_SESSION_PHASES];

/* Why a session ends. */
enum ar_session_end {
	AR_END_NONE,
	AR_END_HUNG_UP,     /* the host: PADT */
	AR_END_TERMINATED,  /* the host: LCP or IPv6CP Terminate-Request */
	AR_END_ECHO,        /* the host does not answer any more */
	AR_END_NEGOTIATION, /* LCP or IPv6CP does not come to an end, or not to one with IPv6 */
	AR_END_LOOPED,      /* we talk to ourselves */
	AR_END_METHOD,      /* the host does not do our authentication protocol */
	AR_END_NAME,        /* its name cannot be a NAI, or is another than before */
	AR_END_REJECTED,    /* it is not who it says */
	AR_END_TIME,        /* authentication, or anything before IPv6CP, took too long */
	AR_END_FULL,        /* no room for another host */
	AR_END_IDENTIFIER,  /* the host insists on an interface identifier that it cannot have */
	AR_END_REPLACED,    /* the host has come by another session */
	AR_END_REFUSED,     /* by the home agent; code */
	AR_END_KEY,         /* we have none for the host's name */
	AR_END_UNREACHABLE, /* the home agent is */
	AR_END_UNUSABLE, /* what the home agent has given is of no use, or the data plane fails */
	AR_END_MOVED,    /* revoked: the host is at another router */
	AR_END_REVOKED,  /* revoked: the host is to be detached */
	AR_END_EXPIRED,  /* the registration */
	AR_END_LINK,     /* of the port was lost */
	AR_END_STOPPED,  /* the router is */
	AR_END_MAX
};
extern const char *const ar_session_end_names[AR_END_MAX];

struct ar_session_info {
	struct bytes nai; /* before authentication: the name that the host says, or empty */
	uint32_t ifindex;
	struct mac_addr host;
	uint16_t session;
	enum ar_session_phase phase;
	enum auth_method method;
	bool has_home;
	struct in6_addr home; /* home address */
	bool unique;          /* with its whole /64 */
	uint64_t identifier;  /* of the host's link-local address; 0 = none yet */
	uint32_t seconds;     /* in this phase, or since its end */
	enum ar_session_end end;
	uint8_t code; /* of the home agent's denial */
};
/* PPP sessions, then the last ones that ended. */
bool ar_session_next(struct ar *a, uint32_t *cursor, struct now now, struct ar_session_info *ret);

/* What became of hosts that dial in; since the start. */
enum ar_pppoe_outcome {
	AR_PPPOE_OFFERED, /* a PADI was answered */
	AR_PPPOE_REFUSED, /* a PADR, with an error */
	AR_PPPOE_BEGUN,   /* a session */
	AR_PPPOE_OPENED,  /* IPv6CP, and the host is registered */
	AR_PPPOE_OUTCOMES
};
extern const char *const ar_pppoe_outcome_names[AR_PPPOE_OUTCOMES];
struct ar_pppoe_counters {
	uint64_t outcomes[AR_PPPOE_OUTCOMES];
	uint64_t ended[AR_END_MAX]; /* sessions, by why */
};
const struct ar_pppoe_counters *ar_pppoe(const struct ar *a);

/* What became of DHCPv6 messages of clients; an index below is the message type (RFC 8415 7.3). */
#define AR_DHCP6_TYPES 12 /* up to Information-request */
enum ar_dhcp6_outcome {
	AR_DHCP6_ADVERTISED, /* an Advertise with an address */
	AR_DHCP6_LEASED,     /* a Reply with one */
	AR_DHCP6_ANSWERED,   /* a Reply without: Confirm, Release, Decline, Information-request */
	AR_DHCP6_NOT_ON_LINK,
	AR_DHCP6_NO_BINDING,
	AR_DHCP6_NO_ADDRESS, /* the home agent has denied one, or only what we do not give was asked
				for */
	AR_DHCP6_WAITING,    /* a registration has begun, which is going to answer it */
	AR_DHCP6_REPEATED,   /* the same, already on its way */
	AR_DHCP6_UNANSWERED, /* the home agent is silent, or the host is held off */
	AR_DHCP6_DISCARDED,  /* by RFC 8415 16, or a limit; `show drops` has the reason */
	AR_DHCP6_OUTCOMES
};
extern const char *const ar_dhcp6_outcome_names[AR_DHCP6_OUTCOMES];
typedef uint64_t ar_dhcp6_counters[AR_DHCP6_TYPES][AR_DHCP6_OUTCOMES];
/* Since the start. */
const ar_dhcp6_counters *ar_dhcp6(const struct ar *a);
