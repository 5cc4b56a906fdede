/* SPDX-License-Identifier: Apache-2.0 */
/* netmip4d: binds adapters, runtime and roles to each other. Nothing is decided here. */
#pragma once

#include "auth/users.h"
#include "config/config.h"
#include "control/server.h"
#include "control/socket.h"
#include "core/an.h"
#include "core/ar.h"
#include "core/ha.h"
#include "daemon/arena.h"
#include "dataplane/dataplane.h"
#include "io/frame.h"
#include "io/link.h"
#include "io/raw.h"
#include "io/reentry.h"
#include "io/segmenter.h"
#include "io/sysctl.h"
#include "io/udp.h"
#include "runtime/runtime.h"

/* What only the machine knows about the interfaces that the configuration names. */
struct machine {
	uint16_t core_mtu; /* the smallest of all core interfaces */
	struct interface home;
	struct in6_addr home_link_local;
	struct in6_addr own[HA_OWN_ADDRESSES_MAX];
	size_t n_own;
	struct interface ports[ACCESS_PORTS_MAX];        /* of the access node */
	struct interface router_ports[ACCESS_PORTS_MAX]; /* of the access router */
	struct {
		uint32_t index;
		char name[IF_NAMESIZE];
	} joined[LINKS_MAX]; /* all interfaces of ours */
	size_t n_joined;
};

struct loop;
struct keep;
struct verdict;

struct daemon {
	struct config *config;
	struct machine machine;

	struct arena memory; /* of the roles and the runtime, from start to end */
	/* Of what the last reload gave a role: its associations. One a role: one may take a reload
	 * that another has no memory for. */
	struct arena *ha_reload, *an_reload, *ar_reload;
	struct runtime runtime;
	struct ha *ha; /* NULL = not a role of ours */
	struct an *an;
	struct ar *ar;
	size_t ha_index; /* the runtime's */
	struct ha_config ha_config;
	struct an_config an_config;
	struct ar_config ar_config;

	struct control_socket socket;
	struct control *control;
	struct dataplane *dataplane;
	struct udp *udp;
	struct raw *raw;
	struct frames *frames;
	struct links *links;
	struct reentry *reentry;
	struct segmenter segmenter; /* for ports with PPPoE */
	struct sysctls sysctls;
	bool pool_added;
	bool ready;         /* the data plane is ours alone */
	bool leaves;        /* everything to a successor */
	uint64_t strangers; /* entries of a predecessor's that no role knew */

	struct users users;
	uint8_t pppoe_key[16];    /* the core's, as long as the process lives */
	struct verdict *verdicts; /* auth.c: verdicts that wait for the end of the batch */
	size_t n_verdicts, verdicts_max;

	struct keep *keep; /* keep.c */
	struct loop *loop;
	struct now now; /* of the batch that is being taken in */
	nsec_t started;
	nsec_t refused_second; /* in which `refused` requests were refused */
	unsigned refused;
};

/* machine.c: fills d->machine but for what is joined; says what is wrong, in the log. 0 or a
 * negative errno. */
int machine_find(struct daemon *d);
/* Says that the kernel cannot be asked about that interface; returns `err`. */
int machine_cannot_ask(const char *name, int err);
/* The name of an interface of ours, or "?". */
const char *machine_interface_name(const struct daemon *d, uint32_t ifindex);

/* setup.c: everything outside the process; says what went wrong, in one sentence, in the log. */
int setup_start(struct daemon *d);
/* Takes back all that setup_start did, also half of it. A process that ends without it leaves the
 * machine as it is, and user packets flowing, to the next one of its control path. */
void setup_stop(struct daemon *d);
/* Whether there was something that a predecessor had left. */
bool setup_found_predecessor(const struct daemon *d);
/* Tells the data plane the home link's prefixes, those among them that a reload took away. */
int setup_home_prefixes(struct daemon *d);

/* roles.c */
int roles_start(struct daemon *d);
/* They know what the store holds: now they hear of the machine. */
void roles_begin(struct daemon *d);
void roles_stop(struct daemon *d);
/* TERM: the roles begin to deregister their hosts; false if none has any to. */
bool roles_leave(struct daemon *d);
/* They have, or have given up. */
bool roles_have_left(const struct daemon *d);
/* SIGHUP: reads the configuration again and takes over what may change. */
void roles_reload(struct daemon *d);
extern const struct config_env roles_config_env;

/* keep.c: the store. Opens it and gives the roles what it holds; says what went wrong. */
int keep_start(struct daemon *d);
/* Syncs and closes. */
void keep_stop(struct daemon *d);
void keep_put(struct daemon *d, struct bytes key, struct bytes value);
void keep_del(struct daemon *d, struct bytes key);
int keep_commit(struct daemon *d);
/* A sentence about what is wrong with it, or NULL. */
const char *keep_trouble(const struct daemon *d);
/* Moves the configured store aside for a new one, because the operator says so; says where. */
int keep_reset(const struct config *c);

/* restart.c: whether a role has yet to repeat to the data plane what it knows. */
bool restart_waits(const struct daemon *d);
/* One step of what follows then. 1: there is more, 0: that was all, or a negative errno: the daemon
 * cannot serve and has said why. */
int restart_step(struct daemon *d);

/* auth.c: from start to end of the roles; a reload changes d->users. 0 or a negative errno. */
int auth_begin(struct daemon *d);
void auth_end(struct daemon *d);
/* Whether a host is who it says: the answer is told by auth_tell, after the batch. */
int auth_ask(struct daemon *d, uint32_t id, const struct auth_question *q);
/* Gives the role what was asked; what it does then is another batch. */
void auth_tell(struct daemon *d);

/* ops.c: `ctx` is the daemon. */
extern const struct runtime_ops ops_table;
/* Sends what waits. */
void ops_flush(struct daemon *d);

/* show.c: what the control socket answers; `ctx` is the daemon. */
extern const struct control_route show_routes[];

/* loop.c: runs until told to stop by a signal, or to leave everything to a successor (d->leaves).
 * 0 or a negative errno. */
int loop_run(struct daemon *d);
/* Signals wait until the loop runs, and again afterwards: what has been changed on the machine is
 * always taken back. */
void loop_hold_signals(bool hold);
