/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A host's PPP session over PPPoE (RFC 2516, RFC 1661, RFC 5072; draft 3.1.1): found by port, MAC
 * address and number. From its PADS to its PADT it goes through LCP, authentication and IPv6CP;
 * with IPv6CP begins the host's attachment, which has its registration and home address.
 */
#pragma once

#include "base/hash.h"
#include "core/ar.h"
#include "core/bucket.h"
#include "core/hold.h"
#include "core/ppp_automaton.h"

struct ar_attachment;

struct ppp_lcp {
	struct ppp_automaton fsm;
	uint32_t magic, peer_magic; /* peer's 0: it has none */
	uint16_t mru;               /* that we ask for */
	uint8_t id;                 /* of our last request, Terminate-Request or Echo-Request */
	uint8_t loops;              /* requests with our own magic number in a row */
	uint8_t naks;               /* of our requests */
	bool mru_refused, magic_refused;
};

struct ppp_ip6cp {
	struct ppp_automaton fsm;
	uint8_t id;      /* of our last request */
	bool begun;      /* by the host's first request, which began its registration */
	bool refused;    /* the host does not want to know our identifier */
	bool held;       /* a request waits for the registration: */
	uint8_t held_id; /* the latest */
	bool nakked;     /* this has been refused: */
	uint8_t nakked_id;
	uint64_t nakked_asked;
	uint64_t asked; /* identifier of the latest request; 0 = none, or 0 */
	uint64_t peer;  /* that the host has: of the request that was acknowledged */
};

struct ppp_auth {          /* until it is through */
	uint8_t id;        /* of the challenge or request, or of the answer that is judged */
	uint8_t tries;     /* of one challenge or request */
	uint32_t question; /* that has no verdict yet; 0 = none */
	uint8_t state_length;
	uint8_t state[AUTH_STATE_MAX];
	struct hold_queue request; /* EAP: the one that waits for an answer */
};

struct ppp_session {
	struct hash_node by_place, by_mac;
	struct access_link *link;
	struct mac_addr mac;
	uint16_t number;
	bool used, terminating;     /* by us or by the host: what is left is to say so */
	uint8_t phase;              /* enum ar_session_phase */
	uint8_t silence;            /* Echo-Requests without a sign of life since */
	uint32_t serial;            /* of this authentication's challenges */
	uint8_t reject_id;          /* of our last Code- or Protocol-Reject */
	uint64_t request;           /* digest of the PADR; 0: the host has sent more than that */
	nsec_t since;               /* of the PADS; then of IPv6CP */
	struct timer limit;         /* 60 s: until it must be authenticated, then open */
	struct timer timer;         /* of authentication, then of Echo-Requests */
	uint64_t iid;               /* our identifier */
	struct ar_attachment *host; /* NULL = none yet */
	struct ppp_lcp lcp;
	struct ppp_auth auth;
	struct ppp_ip6cp ip6cp;
	char name[NAI_MAX + 1]; /* as the host says; once it is authenticated, its NAI */
};

#define PPP_ENDED_MAX 64 /* of which is remembered why */

struct ppp_ended {
	struct ar_session_info info;
	nsec_t at;
	char nai[NAI_MAX + 1];
};

struct ppp_port {
	uint8_t *taken; /* a bit for each number; NULL: the port is not for PPP */
	uint16_t next;  /* to be given */
	uint32_t n;
	struct bucket offers, unknown; /* PADO; PADT of sessions that are none */
};

struct ppp_table {
	struct slab sessions;
	struct hash by_place, by_mac;
	uint32_t serial;
	struct ppp_port ports[ACCESS_PORTS_MAX];
	struct ppp_ended ended[PPP_ENDED_MAX];
	uint32_t n_ended;
	struct timer stop; /* at once: the rest of the sessions hear that we stop */
	uint32_t stop_next;
};
