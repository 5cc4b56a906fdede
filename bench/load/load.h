/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netmip4-load: acts as access routers and access nodes with many hosts against a home agent. It
 * sends what our own client sends, with real authentication, and checks every reply.
 */
#pragma once

#include "base/rng.h"
#include "base/time.h"
#include "config/config.h"
#include "core/sa.h"
#include "histogram.h"
#include "io/udp.h"
#include "proto/mip4.h"

#include <signal.h>

#define REQUEST_MAX      256 /* of an access router with the longest name: 245 octets */
#define HOSTS_MAX        (1u << 24)
#define SEND_BATCH       64 /* requests made between two calls to the kernel */
#define EXPLANATIONS_MAX 10 /* wrong replies that are described; all are counted */

enum kind {
	INITIAL,
	RENEWAL,
	MOVEMENT,
	DEREGISTRATION,
	KINDS,
};
extern const char *const kind_names[KINDS];

struct options {
	struct in_addr home_agent;
	struct in_addr sources; /* the first address */
	uint64_t n_sources;
	const char *keys, *journal, *verify;
	char realm[NAI_MAX + 1];        /* "" = that of the first association for a realm */
	uint32_t routers, nodes, hosts; /* hosts: of each router or node */
	double rate;                    /* requests a second; 0 = closed loop */
	uint32_t window;                /* requests on their way at a time */
	double duration;                /* s; 0 = the first registrations only */
	double pause;                   /* s between those and the rest */
	uint32_t mix[KINDS];            /* shares */
	uint16_t lifetime, port;
	nsec_t timeout;
	bool identifiers; /* access routers choose interface identifiers */
	bool json;
};

/* Reads the command line. 0; 1: the program is done (help, version); 2: a mistake, which has been
 * said. */
int options_read(int argc, char **argv, struct options *ret);

enum state {
	HOST_FREE, /* not registered, as far as we know */
	HOST_REGISTERED,
	HOST_WAITING, /* for a reply */
};

/* Hosts are numbered, those of routers first; so are the places of each: a router's, or the first
 * and second care-of address of an access node's host. */
struct host {
	uint64_t identification; /* of its latest request */
	nsec_t due, sent;        /* that request: when it should have left, when it did */
	nsec_t expires;          /* its registration */
	struct in6_addr home;    /* home address in IPv6; :: = none, or not known for certain */
	uint32_t place, next_place;
	uint32_t slot;       /* in its set, if not waiting */
	uint32_t next, prev; /* in the order of requests, if waiting */
	uint8_t state;       /* enum state */
	uint8_t former;      /* the state before it waited */
	uint8_t kind;        /* enum kind of the latest request */
};

#define NOBODY UINT32_MAX

struct set {
	uint32_t *v;
	uint32_t n;
};

struct population {
	struct host *hosts;
	uint32_t n, n_routed;    /* hosts; those of routers */
	struct set sets[2];      /* by enum state: free, registered */
	uint32_t oldest, newest; /* of those that wait */
	uint32_t n_waiting;
};

struct counts {
	uint64_t sent, lost, late, wrong, unsent;
	uint64_t accepted[KINDS], denied[256];
	uint64_t revoked; /* revocations that were acknowledged */
	uint64_t rated;   /* accepted within `seconds` */
	nsec_t began;     /* CLOCK_MONOTONIC */
	double seconds;
};

/* From when a request was due to its reply. What stops the home agent or us for some milliseconds
 * now and then, as others' work on the same processor does, is in the highest percentiles; so each
 * STRETCH is also looked at by itself: in the median of them it is not. */
#define STRETCH       (20 * NSEC_PER_MSEC)
#define STRETCH_LEAST 200 /* replies in it, for two of them to be above its 99th percentile */

struct latency {
	struct histogram all, stretch, p50s, p99s;
	nsec_t ends; /* this stretch */
};

struct load {
	const struct options *o;
	struct mip4_numbers numbers;
	struct sa_table *sas;
	struct rng rng;
	struct udp *udp;
	struct population p;
	struct counts filled, run, *counts;
	struct latency latency;
	struct journal *journal;          /* NULL = none */
	uint8_t (*requests)[REQUEST_MAX]; /* with a journal: the latest of each host */
	uint16_t *request_lengths;
	nsec_t received; /* when the batch of replies was read */
	unsigned explained;
};

/* population.c */
int population_new(const struct options *o, struct population *ret); /* 0 or -ENOMEM */
void population_done(struct population *p);
/* A host for which this kind of request makes sense, by chance; NOBODY if there is none. */
uint32_t population_pick(const struct population *p, enum kind k, struct rng *rng);
/* Lets a host wait for a reply, and wait no longer. */
void population_wait(struct population *p, uint32_t host);
void population_settle(struct population *p, uint32_t host, enum state s);
/* The address of a host at a place: source and care-of address of its requests there. */
struct in_addr population_care_of(const struct options *o, const struct population *p,
				  uint32_t host, uint32_t place);
/* Another place than where it is. */
uint32_t population_elsewhere(const struct options *o, const struct population *p, uint32_t host,
			      struct rng *rng);
static inline bool is_routed(const struct population *p, uint32_t host)
{
	return host < p->n_routed;
}

/* message.c */
struct bytes host_nai(const struct load *l, uint32_t host, char buf[NAI_MAX + 1]);
/* The number of the host with this NAI, or NOBODY. */
uint32_t host_of_nai(const struct load *l, struct bytes nai);
/* The request of h->kind with h->identification from h->next_place: octets written. */
size_t request_write(struct load *l, uint32_t host, uint8_t buf[REQUEST_MAX]);
/* Greater than every former one of this host (RFC 5944 5.7.1). */
uint64_t request_identification(struct load *l, const struct host *h, uint64_t ntp);
/* NULL if this is a right reply to the host's latest request, else what is wrong with it. */
const char *reply_check(struct load *l, uint32_t host, const struct datagram *d,
			const struct mip4_message *m);
/* Answers a revocation (RFC 3543 3.3, 3.4). NULL, or what is wrong with it; *ret_host is whose. */
const char *revocation_acknowledge(struct load *l, const struct datagram *d,
				   const struct mip4_message *m, uint32_t *ret_host);
/* The association of every router and of a host of its own, or says which is missing: 0 or
 * -ENOENT. */
int associations_check(struct load *l);

/* run.c */
extern volatile sig_atomic_t stopped; /* by a signal, or because going on makes no sense */
/* Registers every host, then keeps to the mix. 0, or -EIO: no host could be registered. */
int load_run(struct load *l);
void explain(struct load *l, const struct datagram *d, const char *what);

/* journal.c: what the home agent has acknowledged, a line each, written before anything else is
 * sent:
 *   accepted NAI CARE-OF HOME-ADDRESS LIFETIME IDENTIFICATION TIME REQUEST
 *   ended NAI CARE-OF HOME-ADDRESS 0 IDENTIFICATION TIME REQUEST
 *   asked NAI KIND         something else than a renewal leaves, or a revocation came: until the
 *                          next line of this NAI nobody can know where it is
 * Addresses are "-" if there is none, IDENTIFICATION and REQUEST hexadecimal, TIME in s since 1970.
 */
struct journal;
int journal_new(const char *path, struct journal **ret); /* appends; 0 or a negative errno */
void journal_free(struct journal *j);
void journal_accepted(struct load *l, uint32_t host, uint16_t lifetime);
void journal_asked(struct load *l, uint32_t host);
void journal_revoked(struct load *l, uint32_t host);
/* 0 or a negative errno. */
int journal_flush(struct journal *j);

/* verify.c: 0, or -EIO: something that was acknowledged is no longer true, or cannot be checked;
 * that has been said. */
int verify_run(struct load *l);

/* report.c */
void report_progress(const struct load *l, const char *phase, double seconds);
void report_print(const struct load *l);
