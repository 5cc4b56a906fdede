/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What goes wrong in a run, and what hosts do meanwhile: a list made from the seed before anything
 * happens, so that it can be printed, and shortened when it makes something fail.
 */
#pragma once

#include "base/rng.h"
#include "sim/world.h"

#define PLAN_MAX 256

enum fault_kind {
	/* the network, for a while: a = ppm, or ms */
	FAULT_LOSS,
	FAULT_DUPLICATE,
	FAULT_REORDER,
	FAULT_JITTER,
	FAULT_PARTITION, /* of a node */
	/* a node, for a while */
	FAULT_CRASH,   /* a = after so many actions of a batch; 0 = at once */
	FAULT_DISK,    /* commits fail */
	FAULT_PLANE,   /* refuses entries */
	FAULT_CARRIER, /* a = port: its link is down */
	FAULT_STOP,    /* an access node is told to end */
	FAULT_RELOAD,  /* the home agent takes over another configuration: a = what differs */
	/* once */
	FAULT_CLOCK,  /* b = ms by which the wall clock is set off */
	FAULT_REVOKE, /* the operator ends the binding of host a */
	FAULT_MTU,    /* a = what a router of the core says it takes */
	/* hosts: a = which */
	FAULT_MOVE, /* to `node`, b = port; its link goes down and up */
	FAULT_ROAM, /* the same, but it does not see it */
	FAULT_LEAVE,
	FAULT_SILENT, /* for a while */
	FAULT_TWIN,   /* takes the address of host b */
	FAULT_CLAIM,  /* the neighbour on the home link takes the address of host a for a while */
	/* access routers: a = whose NAI */
	FAULT_ROUTER_ASK, /* b = identifier */
	FAULT_ROUTER_RENEW,
	FAULT_ROUTER_END,
	/* an adversary */
	FAULT_REPLAY, /* a = which of what it has seen */
	FAULT_FORGE,  /* the next message comes twice: first with a bit changed, a says which */
	FAULT_SPOOF,  /* host a sends from an address of host b, or of others */
	FAULT_INJECT, /* from outside into the tunnel of host a, as host b */
	/* hosts of access routers, in worlds that have some: a = which */
	FAULT_RELEASE, /* gives its address back or hangs up, and asks or dials again */
	FAULT_DECLINE, /* says that another has its address */
	FAULT_LIE,     /* releases or declines the address of host b, or ends its session, in its
			  name */
	FAULT_MAX,
	FAULT_ROUTED = FAULT_RELEASE, /* the first of these */
};

struct fault {
	nsec_t at, lasts;
	enum fault_kind kind;
	uint32_t node; /* index in the world */
	uint32_t a;
	int64_t b;
	bool skipped; /* left out */
};

struct plan {
	struct fault v[PLAN_MAX];
	size_t n;
};

/* From `from` to `to`, in a world whose nodes and hosts are known. */
void plan_make(struct plan *p, struct rng *r, const struct world *w, nsec_t from, nsec_t to);
/* Only those named stay: "3,7-9" counts from 0; "" is none. False if it is no such list. */
bool plan_keep(struct plan *p, const char *list);
/* The list of those that stay. */
void plan_list(const struct plan *p, char *ret, size_t n);
/* One line for a person. */
const char *fault_text(const struct world *w, const struct fault *f);
