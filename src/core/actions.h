/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a core wants done, as plain data in a buffer that the caller owns. The runtime carries
 * actions out in the order in which they were emitted; when a data-plane action of an id fails, the
 * later actions of that id in the batch are not done and the role's `failed` is called. So a core
 * emits the data plane first and then the reply that promises it.
 */
#pragma once

#include "base/packet.h"
#include "base/tunnel.h"
#include "core/auth.h"

enum action_type {
	ACTION_SEND,        /* UDP datagram */
	ACTION_TUNNEL_SEND, /* an inner IPv6 packet into a tunnel */
	ACTION_FORWARD,     /* a held packet, as if it came out of its tunnel once more */
	ACTION_LINK_SEND,   /* a whole Ethernet frame out of an interface */
	ACTION_TUNNEL_SET,  /* create or change */
	ACTION_TUNNEL_DEL,
	ACTION_ADDRESS_SET, /* create or change */
	ACTION_ADDRESS_DEL,
	ACTION_PATH_MTU,     /* outer MTU towards an IPv4 peer; 0 = forget */
	ACTION_TRAFFIC,      /* tell me, by the role's `traffic`, what the host has sent so far */
	ACTION_EVENT,        /* for the log */
	ACTION_AUTHENTICATE, /* tell me, by the role's `verdict`, if it is who it says */
};

/* For the log and for tests. `nai` is a view into the actions' payload. */
enum event {
	EVENT_ATTACHED,      /* AN: tunnel up; HA: new binding */
	EVENT_MOVED,         /* HA: binding moved to another care-of address */
	EVENT_RENEWED,       /* both */
	EVENT_DETACHED,      /* both: deregistered */
	EVENT_EXPIRED,       /* both */
	EVENT_REVOKED,       /* AN: told to; HA: told an agent to */
	EVENT_REFUSED,       /* AN: no service (code); HA: denial sent (code) */
	EVENT_ADDRESS_BOUND, /* HA */
	EVENT_ADDRESS_DUPLICATE,
	EVENT_ADDRESS_EXPIRED,
	EVENT_LINK_LOST,      /* AN */
	EVENT_UNREACHABLE,    /* AN: the home agent does not answer; HA: an agent does not ack */
	EVENT_SESSION_OPENED, /* AR: IPv6CP is through; code: the number of the session */
	EVENT_SESSION_ENDED,  /* AR: the same; reason */
	EVENT_MAX
};
extern const char *const event_names[EVENT_MAX];

struct event_data {
	enum event event;
	struct bytes nai;
	struct in_addr care_of;
	struct in6_addr address;
	uint32_t code;      /* reply code, lifetime in s, or session, by event */
	const char *reason; /* a name, or NULL */
};

struct action {
	enum action_type type;
	uint32_t id; /* the core's binding or attachment; 0 = none */
	union {
		struct datagram datagram;
		struct {
			struct in_addr local, remote;
			uint32_t key;
			struct bytes packet;
		} tunnel_send; /* TUNNEL_SEND, FORWARD */
		struct {
			uint32_t ifindex;
			struct bytes frame;
		} link_send;
		struct tunnel tunnel;   /* TUNNEL_SET, TUNNEL_DEL, TRAFFIC */
		struct address address; /* ADDRESS_SET, ADDRESS_DEL */
		struct {
			struct in_addr remote;
			uint16_t mtu;
		} path_mtu;
		struct event_data event;
		struct auth_question question;
	};
};

/* One entry point of a role emits at most this much; the runtime flushes before if less is free. */
#define ACTIONS_STEP_MAX   128
#define ACTIONS_STEP_BYTES 65536
/* A batch holds at most this much: a thousand registrations. */
#define ACTIONS_BATCH_MAX   8192
#define ACTIONS_BATCH_BYTES (2 << 20)
#define BATCH_STEPS_MAX     1024
/* Records that a batch may change. A request changes at most seven: the host that registers, the
 * one that makes room for it, the former user of its care-of address, and four whose kept addresses
 * give way. A step of timers changes four, and six more for each of a thousand requests that wait
 * for DAD; once a batch, one goes through 256 after a reload. */
#define BATCH_CHANGES_MAX (10 * BATCH_STEPS_MAX + 256)

struct actions {
	struct action *v;
	size_t n, max;
	uint8_t *payload;
	size_t used, payload_max;
};

/* The next action, zeroed but for type and id. Asserts that there is room: a core that emits more
 * than it stated is a programmer's mistake. */
struct action *action_add(struct actions *a, enum action_type type, uint32_t id);
/* n octets of payload that live until the batch ends. */
uint8_t *actions_reserve(struct actions *a, size_t n);
/* The last n of those that were reserved last were not needed. */
static inline void actions_give_back(struct actions *a, size_t n)
{
	a->used -= n;
}
struct bytes actions_copy(struct actions *a, struct bytes b);
