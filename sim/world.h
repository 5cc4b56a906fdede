/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The world of the simulator and of the scenario tests: the real cores of a home agent and access
 * nodes, each under its own runtime, with a virtual clock, a network between them, a store in
 * memory and a model of the kernel's data plane (plane.h). Hosts (host.h), access routers
 * (router.h) and the wires are models. Nothing in it is random but by the world's generator, and
 * nothing asks the time: the same calls give the same trace, octet by octet.
 */
#pragma once

#include "base/heap.h"
#include "base/rng.h"
#include "core/an.h"
#include "core/ar.h"
#include "core/ha.h"
#include "runtime/runtime.h"
#include "sim/disk.h"
#include "sim/memory.h"
#include "sim/plane.h"

#define WORLD_HA         0
#define WORLD_HOME_IF    10  /* the HA's home link */
#define WORLD_UP_IF      11  /* and its way to correspondents */
#define WORLD_PORT_IF    20u /* an access node's ports, from here on */
#define WORLD_PORTS_MAX  6
#define WORLD_PORT_KINDS 3 /* of an access router, by turns: those of ar_addressing */
#define WORLD_SAS_MAX    8
#define WORLD_OWNERS     4
#define WORLD_ROUTED_MAX 32 /* hosts of an access router */
#define WORLD_NAME_MAX   12
#define WORLD_NTP_START  ((uint64_t)3988000000u << 32)
#define WORLD_START      (100 * NSEC_PER_SEC)

struct world;
struct mobile;
struct check;
struct adversary;

enum node_kind {
	NODE_HOME_AGENT,
	NODE_ACCESS,
	NODE_ACCESS_ROUTER,
	NODE_ROUTER, /* looks like an access router, and does what it is told (router.h) */
};

struct node {
	struct world *w;
	char name[WORLD_NAME_MAX];
	enum node_kind kind;
	uint32_t index;
	struct in_addr address; /* AN: first of its pool */
	uint32_t n_addresses;
	struct an_config *an_config;
	struct ar_config *ar_config;
	struct blocks memory; /* of the process: until its next start */
	struct runtime runtime;
	struct ha *ha;
	struct an *an;
	struct ar *ar;
	const struct role_ops *role;
	void *self;
	struct timer timer; /* when the role wants to be called, or a batch ends */
	bool unflushed;     /* more of the batch may come */
	bool restoring;     /* has begun anew: what its data plane has is not yet sorted */
	struct plane plane; /* outlives the process, as does */
	struct disk disk;
	nsec_t skew;      /* ns added to its wall clock */
	nsec_t last_due;  /* a wire keeps order */
	bool blocked;     /* nothing from or to it crosses the core */
	bool plane_fails; /* its data plane refuses new entries */
	bool carrier[WORLD_PORTS_MAX];
	bool down;     /* its process is; its data plane goes on */
	bool dying;    /* killed in the middle of a batch: nothing it does happens any more */
	uint32_t kill; /* after so many actions; 0 = not */
	uint64_t tunnelled, linked, forwarded, sent; /* actions carried out: packets (on links of an
							access router UDP) and datagrams */
};

/* Of IPv4 addresses: apart from the nodes, so that looking for one stays in the cache. */
struct owner {
	uint32_t first, n;
	struct node *node;
};

/* How packets fare between nodes; ppm, each on its own. */
struct net {
	nsec_t delay, jitter; /* one way: delay up to delay + jitter */
	uint32_t loss, duplicate, reorder;
};

enum arrival {
	ARRIVE_DATAGRAM,
	ARRIVE_TUNNEL,
	ARRIVE_FRAME,
	ARRIVE_HOME,
	ARRIVE_UPSTREAM,
	ARRIVE_VERDICT, /* on who a host is: id, whether it is true, whom */
};

struct in_flight {
	struct timer timer;
	enum arrival how;
	struct node *to;
	uint32_t ifindex;
	struct in_addr local, remote; /* as `to` sees them */
	bool replayed;                /* by an adversary */
	uint16_t n, room;
	struct in_flight *next; /* of the free ones */
	uint8_t data[];
};

struct world {
	nsec_t now;
	struct rng rng;
	struct net net;
	bool batching;        /* inputs of the same moment may share a batch */
	struct blocks memory; /* of all that lives as long as the world */
	struct node *nodes;
	struct owner *owners; /* in the order of their addresses */
	uint32_t n_nodes;
	struct mobile *hosts;
	uint32_t n_hosts;
	struct heap timers;  /* of nodes and hosts */
	struct heap flights; /* of packets on their way */
	struct in_flight *spare;
	struct ha_config ha_config;
	struct an_config *an_configs; /* of the access nodes, in the order of nodes */
	struct sa_config sas[WORLD_SAS_MAX];
	size_t n_sas;
	const struct mac_algorithm *derive;
	struct sa_table *router_keys;
	struct in6_addr given; /* the home address that a router was given last */
	struct in6_addr
		home_owner[WORLD_OWNERS]; /* addresses that another host on the home link has */
	size_t n_home_owner;
	int lose;          /* so many of the next datagrams */
	bool mixed;        /* who has which address is no longer sure (check_delivered) */
	bool steady;       /* hosts send all the time, which is not simulated packet by packet */
	nsec_t move_every; /* of hosts that wander, on average; 0 = they do not */
	struct in_flight *last_rrq; /* for replays */

	/* The trace: a hash of all that happens, and each line to `line` if there is one. */
	uint64_t hash;
	void (*line)(void *ctx, const char *text);
	void *line_ctx;
	struct adversary *adversary; /* who listens (adversary.h), if anybody */
	struct check *check;         /* invariants, if they are to be checked (check.h) */

	uint64_t events, lost, duplicated, reordered, blocked;
	uint64_t delivered, answered; /* data: to correspondents, to hosts */
	uint64_t registrations, handovers;
};

enum timer_kind { TIMER_NODE, TIMER_HOST };

/* Memory for nodes and hosts; the caller fills in configurations and names, then world_begin and
 * world_start_node. */
void world_new(struct world *w, uint64_t seed, uint32_t n_nodes, uint32_t n_hosts);
/* Sizes what belongs to each node, from its configuration. */
void world_begin(struct world *w);
void world_done(struct world *w);
/* Also anew: it knows what its disk holds, and finds its data plane as it was (pinned maps). */
void world_start_node(struct world *w, uint32_t i);
void world_forget(struct world *w, uint32_t i); /* its disk and its data plane's entries */
void world_boot(struct world *w, uint32_t i);   /* the latter: as when the machine starts anew */
void world_reload(struct world *w); /* the home agent takes over what has changed in ha_config */
/* The moment: of the world, and as a node's clocks show it. */
struct now world_now(const struct world *w, const struct node *n);
/* Runs everything due up to t. */
void world_until(struct world *w, nsec_t t);
/* The next event, if there is one up to t. */
bool world_step(struct world *w, nsec_t t);
struct node *world_node(const struct world *w, const char *name);
struct node *world_owner(const struct world *w, struct in_addr a); /* of an IPv4 address */
/* Puts a packet on its way, for sure and in order. */
struct in_flight *world_post(struct world *w, enum arrival how, struct node *to,
			     struct in_addr local, struct in_addr remote, struct bytes data,
			     nsec_t delay);
/* From node to node: what the network does with it. `to` NULL: nobody is there. */
void world_send(struct world *w, enum arrival how, struct node *from, struct node *to,
		struct in_addr local, struct in_addr remote, struct bytes data);

/* Of an access node or access router; NULL: it has no hosts on links. */
const struct access_config *node_access_config(const struct node *n);
struct access *node_access(const struct node *n);

/* node.c: inputs of a node, and the actions of its role. */
void node_receive(struct node *n, const struct in_flight *e);
void node_packet(struct node *n, const struct packet *p);
void node_link(struct node *n, uint32_t port, enum link_event e);
void node_verdict(struct node *n, struct bytes data);
void node_timeout(struct node *n);
void node_flush(struct node *n);
void node_kill(struct node *n);
/* What its data plane does with a packet (node_plane.c). */
void node_from_tunnel(struct node *n, struct in_addr local, struct in_addr remote,
		      struct bytes packet);
void node_from_host(struct node *n, struct mobile *h, struct bytes packet);
void node_from_home(struct node *n, struct bytes packet);
void node_from_upstream(struct node *n, struct bytes packet);
void node_to_link(struct node *n, uint32_t ifindex, struct bytes frame);
void node_into_tunnel(struct node *n, struct in_addr local, struct in_addr remote,
		      struct bytes packet);
/* A router of the core found the node's tunnels too big for `mtu`. */
void node_too_big(struct node *n, uint16_t mtu);
extern const struct runtime_ops node_ops; /* ctx is the node */

/* trace.c */
void trace_line(struct world *w, const char *format, ...) __attribute__((format(printf, 2, 3)));
void trace_mix(struct world *w, uint32_t kind, uint64_t a, struct bytes data);
/* Something happened at nodes a and b (or 0) with these octets. */
enum trace_kind {
	TRACE_SEND = 1,
	TRACE_TUNNEL,
	TRACE_HOST_SENDS,
	TRACE_HOST_GETS,
	TRACE_HOME_SENDS,
	TRACE_HOME_GETS,
	TRACE_ROUTED,
	TRACE_LOST,
	TRACE_TUNNEL_SET,
	TRACE_TUNNEL_DEL,
	TRACE_ADDRESS_SET,
	TRACE_ADDRESS_DEL,
	TRACE_PATH_MTU,
	TRACE_EVENT,
	TRACE_STORED,
	TRACE_FAULT,
	TRACE_HOST,
};
#define TRACE(w, kind, a, data, ...)                                                               \
	do {                                                                                       \
		trace_mix((w), (kind), (a), (data));                                               \
		if ((w)->line)                                                                     \
			trace_line((w), __VA_ARGS__);                                              \
	} while (0)
/* A packet or message in a line; lives until the eighth call from now. */
const char *text_packet(struct bytes packet);
const char *text_message(struct bytes message);
const char *text_in6(const struct in6_addr *a);
const char *text_in4(struct in_addr a);
