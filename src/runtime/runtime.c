/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/runtime.h"

#include <assert.h>
#include <errno.h>

int runtime_init(struct runtime *r, const struct runtime_ops *ops, void *ctx,
		 const struct memory *m)
{
	struct actions a = { .v = memory_alloc(m, ACTIONS_BATCH_MAX * sizeof(struct action)),
			     .max = ACTIONS_BATCH_MAX,
			     .payload = memory_alloc(m, ACTIONS_BATCH_BYTES),
			     .payload_max = ACTIONS_BATCH_BYTES };
	struct answer *answers = memory_alloc(m, ACTIONS_BATCH_MAX * sizeof(*answers));

	if (!a.v || !a.payload || !answers)
		return -ENOMEM;
	*r = (struct runtime){ .ops = ops, .ctx = ctx, .actions = a, .answers = answers };
	return 0;
}

void runtime_add(struct runtime *r, const struct role_ops *ops, void *self)
{
	assert(r->n_roles < RUNTIME_ROLES_MAX);
	r->roles[r->n_roles++] = (struct runtime_role){ ops, self };
}

/* What of a batch counts as the data plane: a promise stands on it. */
static bool is_data_plane(enum action_type t)
{
	return t == ACTION_TUNNEL_SET || t == ACTION_TUNNEL_DEL || t == ACTION_ADDRESS_SET ||
	       t == ACTION_ADDRESS_DEL;
}

/* What is asked with may be a password: the batch's copy does not stay. */
static int ask(struct runtime *r, const struct action *a)
{
	const struct bytes secret = a->question.secret;
	const int err = r->ops->authenticate(r->ctx, a->id, &a->question);

	bytes_wipe((void *)(uintptr_t)secret.p, secret.n);
	return err;
}

static int perform(struct runtime *r, const struct action *a, uint64_t *ret_traffic)
{
	const struct runtime_ops *o = r->ops;

	switch (a->type) {
	case ACTION_SEND:
		return o->send(r->ctx, &a->datagram);
	case ACTION_TUNNEL_SEND:
		return o->tunnel_send(r->ctx, a->tunnel_send.local, a->tunnel_send.remote,
				      a->tunnel_send.key, a->tunnel_send.packet);
	case ACTION_FORWARD:
		return o->forward(r->ctx, a->tunnel_send.local, a->tunnel_send.remote,
				  a->tunnel_send.key, a->tunnel_send.packet);
	case ACTION_LINK_SEND:
		return o->link_send(r->ctx, a->link_send.ifindex, a->link_send.frame);
	case ACTION_TUNNEL_SET:
		return o->tunnel_set(r->ctx, &a->tunnel);
	case ACTION_TUNNEL_DEL:
		return o->tunnel_del(r->ctx, &a->tunnel);
	case ACTION_ADDRESS_SET:
		return o->address_set(r->ctx, &a->address);
	case ACTION_ADDRESS_DEL:
		return o->address_del(r->ctx, &a->address);
	case ACTION_PATH_MTU:
		return o->path_mtu(r->ctx, a->path_mtu.remote, a->path_mtu.mtu);
	case ACTION_TRAFFIC:
		return o->traffic(r->ctx, &a->tunnel, ret_traffic);
	case ACTION_EVENT:
		o->event(r->ctx, r->roles[r->role_of_batch].ops->name, &a->event);
		return 0;
	case ACTION_AUTHENTICATE:
		return ask(r, a);
	}
	return -EINVAL;
}

/* A data-plane action whose failure the role must hear about; deleting what cannot be deleted
 * leaves nothing to take back. */
static bool is_promise(const struct action *a)
{
	return a->id && (a->type == ACTION_TUNNEL_SET || a->type == ACTION_ADDRESS_SET);
}

/* Somebody's packet, not a message of a role's own. */
static bool is_packet(enum action_type t)
{
	return t == ACTION_TUNNEL_SEND || t == ACTION_FORWARD || t == ACTION_LINK_SEND;
}

/* Drops what is still to come for an id whose data plane failed. */
static void cancel(struct runtime *r, size_t from, uint32_t id)
{
	struct actions *a = &r->actions;
	size_t n = from;

	for (size_t i = from; i < a->n; i++)
		if (a->v[i].id != id)
			a->v[n++] = a->v[i];
		else if (is_packet(a->v[i].type))
			r->drops[DROP_NOT_REGISTERED]++;
	a->n = n;
}

/* One transaction for all that the batch has changed. True: the actions may be done. */
static bool store(struct runtime *r, struct now now)
{
	const struct runtime_role *role = &r->roles[r->role_of_batch];
	struct bytes key, value;
	bool any = false;
	int err = 0;

	while (role->ops->changed(role->self, now, &key, &value)) {
		any = true;
		if (value.p)
			r->ops->store_put(r->ctx, key, value);
		else
			r->ops->store_del(r->ctx, key);
	}
	if (any)
		err = r->ops->store_commit(r->ctx);
	if (err)
		r->drops[DROP_STORE_FAILED]++;
	return role->ops->batch_end(role->self, !err, now);
}

/* Carries the buffer out and empties it. What the role must hear about goes into r->answers, whose
 * room is that of the buffer: an action has at most one answer. As runtime_flush. */
static bool carry_out(struct runtime *r, struct now now)
{
	struct actions *a = &r->actions;
	const bool stored = !r->n_roles || store(r, now);

	if (!stored)
		a->n = 0;
	for (size_t i = 0; i < a->n; i++) {
		const struct action *done = &a->v[i];
		const uint32_t id = done->id;
		uint64_t packets = 0;
		int err = perform(r, done, &packets);

		if (done->type == ACTION_TRAFFIC) {
			assert(r->n_answers < a->max);
			r->answers[r->n_answers++] = (struct answer){ id, err, packets };
		} else if (err && is_promise(done)) {
			r->drops[DROP_DATAPLANE_FAILED]++;
			assert(r->n_answers < a->max);
			r->answers[r->n_answers++] = (struct answer){ id, err, 0 };
			cancel(r, i + 1, id);
		} else if (err) {
			r->drops[is_data_plane(done->type) ? DROP_DATAPLANE_FAILED
							   : DROP_SEND_FAILED]++;
		}
	}
	a->n = 0;
	a->used = 0;
	r->steps = 0;
	return stored;
}

/* For one step of a role. */
static bool has_room(const struct runtime *r)
{
	const struct actions *a = &r->actions;

	return r->steps < BATCH_STEPS_MAX && a->max - a->n >= ACTIONS_STEP_MAX &&
	       a->payload_max - a->used >= ACTIONS_STEP_BYTES;
}

bool runtime_flush(struct runtime *r, struct now now)
{
	const struct runtime_role *role = &r->roles[r->role_of_batch];
	const bool stored = carry_out(r, now);
	const size_t n = r->n_answers;

	if (n == 0)
		return stored;
	for (size_t i = 0; i < n; i++) {
		const struct answer *w = &r->answers[i];

		if (!has_room(r))
			carry_out(r, now);
		r->steps++;
		if (w->err)
			role->ops->failed(role->self, w->id, now, &r->actions);
		else
			role->ops->traffic(role->self, w->id, w->packets, now, &r->actions);
	}
	carry_out(r, now);
	assert(r->n_answers == n); /* role.h: an answer's actions want no answer */
	r->n_answers = 0;
	return stored;
}

struct actions *runtime_begin(struct runtime *r, size_t role, struct now now)
{
	assert(role < r->n_roles);
	if (role != r->role_of_batch || !has_room(r))
		runtime_flush(r, now);
	r->role_of_batch = role;
	r->steps++;
	return &r->actions;
}

void runtime_ahead(struct runtime *r, const struct datagram *in, size_t n)
{
	for (size_t i = 0; i < r->n_roles; i++)
		if (r->roles[i].ops->ahead)
			r->roles[i].ops->ahead(r->roles[i].self, in, n);
}

void runtime_receive(struct runtime *r, const struct datagram *in, struct now now)
{
	if (in->payload.n == 0) {
		r->drops[DROP_MESSAGE_MALFORMED]++;
		return;
	}
	for (size_t i = 0; i < r->n_roles; i++) {
		if (!r->roles[i].ops->takes(in->payload))
			continue;
		r->roles[i].ops->receive(r->roles[i].self, in, now, runtime_begin(r, i, now));
		return;
	}
	r->drops[DROP_MESSAGE_UNKNOWN]++;
}

void runtime_packet(struct runtime *r, const struct packet *in, struct now now)
{
	for (size_t i = 0; i < r->n_roles; i++)
		if (r->roles[i].ops->wants(r->roles[i].self, in)) {
			r->roles[i].ops->packet(r->roles[i].self, in, now,
						runtime_begin(r, i, now));
			return;
		}
	r->drops[in->from == PACKET_TUNNEL ? DROP_TUNNEL_UNKNOWN : DROP_LINK_UNKNOWN]++;
}

void runtime_verdict(struct runtime *r, uint32_t id, const struct auth_verdict *in, struct now now)
{
	for (size_t i = 0; i < r->n_roles; i++)
		if (r->roles[i].ops->verdict)
			r->roles[i].ops->verdict(r->roles[i].self, id, in, now,
						 runtime_begin(r, i, now));
}

void runtime_link(struct runtime *r, const struct link *in, struct now now)
{
	for (size_t i = 0; i < r->n_roles; i++)
		if (r->roles[i].ops->link)
			r->roles[i].ops->link(r->roles[i].self, in, now, runtime_begin(r, i, now));
}

void runtime_timeout(struct runtime *r, struct now now)
{
	for (size_t i = 0; i < r->n_roles; i++) {
		const struct runtime_role *role = &r->roles[i];

		for (int n = 0; n < RUNTIME_STEPS_MAX; n++) {
			if (role->ops->next_timeout(role->self) > now.mono)
				break;
			role->ops->timeout(role->self, now, runtime_begin(r, i, now));
		}
	}
	runtime_flush(r, now);
}

nsec_t runtime_next_timeout(const struct runtime *r)
{
	nsec_t next = NSEC_NEVER;

	for (size_t i = 0; i < r->n_roles; i++) {
		nsec_t t = r->roles[i].ops->next_timeout(r->roles[i].self);

		if (t < next)
			next = t;
	}
	return next;
}
