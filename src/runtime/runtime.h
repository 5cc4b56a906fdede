/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Batches: feeds inputs to the roles of a process, collects their actions and carries them out
 * through a table of functions, which the daemon binds to the adapters and the simulator to its
 * models. First the records that the batch has changed are stored, in one transaction; if that
 * fails, nothing of the batch is done. Then actions are done in the order in which they were
 * emitted; if a data-plane action of an id fails, the later actions of that id in the batch are
 * dropped and the role takes back what it promised (its `failed`). So no reply promises what is not
 * stored, or what the data plane does not do.
 */
#pragma once

#include "base/memory.h"
#include "core/role.h"

struct runtime_ops {
	int (*tunnel_set)(void *ctx, const struct tunnel *t);
	int (*tunnel_del)(void *ctx, const struct tunnel *t);
	int (*address_set)(void *ctx, const struct address *a);
	int (*address_del)(void *ctx, const struct address *a);
	int (*path_mtu)(void *ctx, struct in_addr remote, uint16_t mtu);
	/* Packets that the host of this tunnel has sent. */
	int (*traffic)(void *ctx, const struct tunnel *t, uint64_t *ret);
	int (*send)(void *ctx, const struct datagram *d);
	int (*tunnel_send)(void *ctx, struct in_addr local, struct in_addr remote, uint32_t key,
			   struct bytes packet);
	/* Gives a packet to the data plane as if it came out of that tunnel (again). */
	int (*forward)(void *ctx, struct in_addr local, struct in_addr remote, uint32_t key,
		       struct bytes packet);
	int (*link_send)(void *ctx, uint32_t ifindex, struct bytes frame);
	/* Is it who it says? The answer comes later, by runtime_verdict. */
	int (*authenticate)(void *ctx, uint32_t id, const struct auth_question *q);
	/* A transaction: what is put and deleted is stored by the commit, whole, or not at all.
	 * Once one of them has failed, so does the commit. */
	void (*store_put)(void *ctx, struct bytes key, struct bytes value);
	void (*store_del)(void *ctx, struct bytes key);
	int (*store_commit)(void *ctx);
	void (*event)(void *ctx, const char *role, const struct event_data *e);
};

#define RUNTIME_ROLES_MAX 4

struct runtime_role {
	const struct role_ops *ops;
	void *self;
};

/* What a role has yet to hear about an action that was carried out. */
struct answer {
	uint32_t id;
	int err;
	uint64_t packets;
};

struct runtime {
	const struct runtime_ops *ops;
	void *ctx;
	struct runtime_role roles[RUNTIME_ROLES_MAX];
	size_t n_roles;
	struct actions actions;
	struct answer *answers; /* as many as actions */
	size_t n_answers;
	size_t role_of_batch; /* whose actions are in the buffer */
	uint32_t steps;       /* of it, in this batch */
	uint64_t drops[DROP_MAX];
};

/* Takes its action buffer from m. 0 or -ENOMEM. */
int runtime_init(struct runtime *r, const struct runtime_ops *ops, void *ctx,
		 const struct memory *m);
/* Roles take part in the order in which they were added. */
void runtime_add(struct runtime *r, const struct role_ops *ops, void *self);

/* Inputs: to the role that takes them. Their actions wait for runtime_flush, or for a full buffer.
 */
void runtime_ahead(struct runtime *r, const struct datagram *in, size_t n); /* role.h */
void runtime_receive(struct runtime *r, const struct datagram *in, struct now now);
void runtime_packet(struct runtime *r, const struct packet *in, struct now now);
void runtime_verdict(struct runtime *r, uint32_t id, const struct auth_verdict *in, struct now now);
void runtime_link(struct runtime *r, const struct link *in, struct now now);
/* What is due at `now`, in bounded steps with a flush whenever the buffer is full. After so many
 * steps of a role, some milliseconds, the rest waits for the next call: a million that end at once
 * do not keep others from being heard. */
#define RUNTIME_STEPS_MAX 1024
void runtime_timeout(struct runtime *r, struct now now);
nsec_t runtime_next_timeout(const struct runtime *r);
/* Room for one step of role i: for doors that only one role has (an operator's revoke). Flush
 * afterwards. */
struct actions *runtime_begin(struct runtime *r, size_t role, struct now now);
/* Ends the batch: carries out what has been collected. False: its changes could not be stored, and
 * nothing of it has been done. */
bool runtime_flush(struct runtime *r, struct now now);
