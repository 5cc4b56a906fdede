/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The option negotiation automaton of PPP (RFC 1661 4): the same for LCP and for IPv6CP. It decides
 * states, counters and its timer; what an action sends is its owner's to know.
 */
#pragma once

#include "base/heap.h"

#define PPP_RESTART       (3 * NSEC_PER_SEC) /* Restart timer (RFC 1661 4.6) */
#define PPP_MAX_CONFIGURE 10                 /* Configure-Requests without an answer */
#define PPP_MAX_TERMINATE 2                  /* Terminate-Requests without one */
#define PPP_MAX_FAILURE   5                  /* Naks without an Ack; then options are rejected */

enum ppp_state { /* RFC 1661 4.2 */
		 PPP_INITIAL,
		 PPP_STARTING,
		 PPP_CLOSED,
		 PPP_STOPPED,
		 PPP_CLOSING,
		 PPP_STOPPING,
		 PPP_REQ_SENT,
		 PPP_ACK_RCVD,
		 PPP_ACK_SENT,
		 PPP_OPENED,
		 PPP_STATE_MAX
};

enum ppp_event {                    /* RFC 1661 4.3 */
		 PPP_UP,            /* the layer below is ready */
		 PPP_DOWN,          /* and is not any more */
		 PPP_OPEN,          /* administrative */
		 PPP_CLOSE,         /* the same */
		 PPP_TIMEOUT_MORE,  /* TO+: and a try is left */
		 PPP_TIMEOUT_LAST,  /* TO- */
		 PPP_REQUEST_GOOD,  /* RCR+ */
		 PPP_REQUEST_BAD,   /* RCR-: options to be nakked or rejected */
		 PPP_ACK,           /* RCA: of our last request, as it was */
		 PPP_NAK,           /* RCN: or a reject of it */
		 PPP_TERMINATE,     /* RTR */
		 PPP_TERMINATE_ACK, /* RTA */
		 PPP_CODE_UNKNOWN,  /* RUC */
		 PPP_REJECT_GOOD,   /* RXJ+: of something that we can do without */
		 PPP_REJECT_FATAL,  /* RXJ- */
		 PPP_ECHO,          /* RXR: Echo-Request, Echo-Reply, Discard-Request */
		 PPP_EVENT_MAX
};

/* What the owner has to do, from the lowest bit to the highest (RFC 1661 4.4). */
enum ppp_action {
	PPP_LAYER_DOWN = 1 << 0,         /* tld */
	PPP_SEND_REQUEST = 1 << 1,       /* scr */
	PPP_SEND_TERMINATE = 1 << 2,     /* str */
	PPP_SEND_ACK = 1 << 3,           /* sca */
	PPP_SEND_NAK = 1 << 4,           /* scn: or a reject */
	PPP_SEND_TERMINATE_ACK = 1 << 5, /* sta */
	PPP_SEND_CODE_REJECT = 1 << 6,   /* scj */
	PPP_SEND_ECHO_REPLY = 1 << 7,    /* ser */
	PPP_LAYER_UP = 1 << 8,           /* tlu */
	PPP_LAYER_STARTED = 1 << 9,      /* tls */
	PPP_LAYER_FINISHED = 1 << 10,    /* tlf */
	/* the automaton's own: */
	PPP_INIT_COUNTER = 1 << 11, /* irc */
	PPP_ZERO_COUNTER = 1 << 12, /* zrc */
};

struct ppp_automaton { /* zeroed but for timer.kind: Initial */
	struct timer timer;
	uint8_t state;    /* enum ppp_state */
	uint8_t restart;  /* tries left */
	uint8_t failures; /* Naks sent since the last Ack */
};

/* What its table says of an event in a state, counters of its own included. */
struct ppp_cell {
	uint16_t actions; /* enum ppp_action */
	uint8_t next;     /* enum ppp_state */
	bool possible;    /* else nothing happens (RFC 1661 4.1: "-") */
};
struct ppp_cell ppp_cell(enum ppp_state s, enum ppp_event e);

/* Takes an event; returns what is to be done, 0 for nothing. */
unsigned ppp_step(struct ppp_automaton *a, enum ppp_event e, struct heap *timers, nsec_t now);
/* Its timer is due (and cleared). */
unsigned ppp_timeout(struct ppp_automaton *a, struct heap *timers, nsec_t now);
/* Before its owner goes away. */
void ppp_automaton_done(struct ppp_automaton *a, struct heap *timers);
