/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small world for scenario tests: the real cores of a home agent and two access nodes, each under
 * its own runtime, and two access routers that do what they are told (world_router.c), with a
 * virtual clock, a network and a table in memory in place of the kernel's data plane. What is
 * modelled, and so faked: the BPF programs (world_plane.c), hosts (world_host.c) and the wires
 * between them. Everything that happens is one line of a trace.
 */
#pragma once

#include "core/an.h"
#include "core/ha.h"
#include "runtime/runtime.h"

#define WORLD_NODES   5 /* ha, an1, an2, ar1, ar2 */
#define WORLD_CORES   3 /* of those, the first */
#define WORLD_SAS     3 /* the realm's, which comes first, and those of the routers */
#define WORLD_HOSTS   2
#define WORLD_TABLE   64
#define WORLD_RECORDS 64
#define WORLD_QUEUE   4096
#define WORLD_TRACE   20000
#define WORLD_BLOCKS  1024
#define WORLD_HOME_IF 10                  /* the HA's home link */
#define WORLD_PORT_IF 20                  /* an AN's port */
#define WORLD_DELAY   (5 * NSEC_PER_MSEC) /* one way, between any two nodes */

struct world;

struct record {
	size_t key_length, value_length; /* key 0: a free place */
	uint8_t key[192], value[1024];
};

/* What a node stores outlives its core. */
struct disk {
	struct record records[WORLD_RECORDS];
	struct record pending[WORLD_RECORDS]; /* the transaction; value 0: to be deleted */
	size_t n_pending;
	bool full; /* commits fail */
};

struct node {
	struct world *w;
	struct disk disk;
	const char *name;
	struct in_addr address; /* HA: its own; AN: first of its pool */
	int64_t skew;           /* s added to its wall clock */
	struct runtime runtime;
	struct ha *ha;
	struct an *an;
	struct tunnel tunnels[WORLD_TABLE];
	uint64_t packets[WORLD_TABLE]; /* from the host, by tunnel */
	size_t n_tunnels;
	struct address addresses[WORLD_TABLE];
	size_t n_addresses;
	bool blocked;     /* nothing from or to it crosses the core */
	bool plane_fails; /* its data plane refuses new entries */
	bool carrier;
	bool down; /* its process is; its data plane goes on */
};

struct host {
	const char *name;
	struct mac_addr mac;
	struct node *at; /* NULL: nowhere */
	bool answers;    /* to RAs with SLAAC and to NS */
	struct in6_addr link_local, global;
	bool has_global;
};

enum arrival { ARRIVE_DATAGRAM, ARRIVE_TUNNEL, ARRIVE_FRAME, ARRIVE_HOME };

struct event_in_flight {
	nsec_t at;
	uint64_t seq; /* order among equals */
	enum arrival how;
	struct node *to;
	struct in_addr local, remote; /* as `to` sees them */
	size_t n;
	uint8_t data[2048];
};

struct world {
	nsec_t now;
	struct node nodes[WORLD_NODES];
	struct host hosts[WORLD_HOSTS];
	struct in6_addr home_owner[4]; /* addresses that another host on the home link owns */
	size_t n_home_owner;
	int lose; /* so many of the next datagrams */
	struct event_in_flight *queue[WORLD_QUEUE];
	size_t n_queue;
	uint64_t seq;
	char *trace[WORLD_TRACE];
	nsec_t trace_at[WORLD_TRACE];
	size_t n_trace;
	struct event_in_flight *last_rrq; /* for replays */
	struct ha_config ha_config;
	struct an_config an_config[2];
	struct sa_config sas[WORLD_SAS];
	struct sa_table *router_keys;
	struct in6_addr given;      /* the home address that a router was given last */
	void *blocks[WORLD_BLOCKS]; /* memory of the cores */
	size_t n_blocks;
};

#define WORLD_HA        0
#define WORLD_NTP_START ((uint64_t)3988000000u << 32)

void world_init(struct world *w); /* defaults of the configurations; change, then start */
void world_start_node(struct world *w, int i); /* makes its core */
void world_forget(struct world *w, int i);     /* its disk and its data plane's entries */
void world_reload(struct world *w); /* the home agent takes over what has changed in ha_config */
void world_done(struct world *w);
void *world_take(void *ctx, size_t n); /* memory until its end */
struct now world_now(const struct world *w, const struct node *n);
void world_until(struct world *w, nsec_t t); /* runs everything due up to t */
void world_trace(struct world *w, const char *format, ...) __attribute__((format(printf, 2, 3)));
struct node *world_node(struct world *w, const char *name);
struct host *world_host(struct world *w, const char *name);
struct node *world_owner(struct world *w, struct in_addr a); /* of an IPv4 address */
void world_post(struct world *w, enum arrival how, struct node *to, struct in_addr local,
		struct in_addr remote, struct bytes data, nsec_t delay);

/* world_plane.c: what the BPF programs do with a packet */
void plane_from_host(struct world *w, struct host *h, struct bytes packet);
void plane_from_tunnel(struct world *w, struct node *n, struct in_addr local, struct in_addr remote,
		       struct bytes packet);
void plane_from_home(struct world *w, struct bytes packet, struct mac_addr source);
/* A router of the core found the tunnels of a node too big for `mtu`. */
void plane_too_big(struct world *w, struct node *n, uint16_t mtu);
extern const struct runtime_ops plane_ops; /* ctx is the node */

/* world_disk.c: the store; ctx is the node */
void disk_put(void *ctx, struct bytes key, struct bytes value);
void disk_del(void *ctx, struct bytes key);
int disk_commit(void *ctx);
/* Gives a role what was stored before its node went down. */
void disk_restore(struct node *n, const struct role_ops *role, void *self);

/* world_host.c: what hosts do */
void host_init(struct host *h, const char *name, uint8_t number);
void host_receive(struct world *w, struct host *h, struct bytes frame);
void host_dad(struct world *w, struct host *h, const struct in6_addr *a);
void host_ns(struct world *w, struct host *h, const struct in6_addr *src,
	     const struct in6_addr *target);
void host_rs(struct world *w, struct host *h);
void host_mld(struct world *w, struct host *h);
void host_data(struct world *w, struct host *h, const struct in6_addr *src,
	       const struct in6_addr *dst);
void home_receive(struct world *w, struct bytes frame); /* the other host of the home link */
void home_ns(struct world *w, const struct in6_addr *target);
void home_dad(struct world *w, const struct in6_addr *target);

/* world_router.c: v: request NAI IDENTIFIER (hexadecimal), renew NAI [ADDRESS], end NAI [ADDRESS];
 * false if it is something else */
bool router_does(struct world *w, struct node *n, char **v);
void router_receive(struct world *w, struct node *n, struct bytes data);
void router_data(struct world *w, struct node *n, const struct in6_addr *src,
		 const struct in6_addr *dst);
bool in6_parse(const char *text, struct in6_addr *ret);

/* world_text.c: a packet or message in a line */
void text_packet(struct bytes packet, char *ret, size_t n);
void text_message(struct bytes message, char *ret, size_t n);
