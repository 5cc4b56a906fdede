/* SPDX-License-Identifier: Apache-2.0 */
/* The process of a node: inputs to its runtime, the table of functions by which the runtime carries
 * actions out, and its death, which may come between any two of them. */
#include "sim/world.h"

#include "sim/adversary.h"
#include "sim/check.h"
#include "sim/cover.h"
#include "sim/mobile.h"

#include "proto/pppoe.h"
#include "core/ha_state.h"

#include <errno.h>
#include <string.h>

#define BATCH_WAIT (100 * (NSEC_PER_SEC / 1000000)) /* at most so long after its first input */

/* One more action; true: the process does not live to do it. */
static bool dead(struct node *n)
{
	if (n->kill && --n->kill == 0) {
		n->dying = true;
		check_killed(n);
	}
	return n->dying;
}

/* --- actions --- */

static int tunnel_set(void *ctx, const struct tunnel *t)
{
	struct node *n = ctx;
	const uint32_t before = plane_tunnels(&n->plane);
	struct tunnel set = *t;
	int err;

	if (dead(n))
		return 0;
	if (n->plane_fails)
		return -ENOSPC;
	if (t->ifindex && mac_is_zero(t->router))
		set.router = n->an_config->access.ports[t->ifindex - WORLD_PORT_IF].mac;
	err = plane_tunnel_set(&n->plane, &set);
	if (err)
		return err;
	TRACE(n->w, TRACE_TUNNEL_SET, n->index, BYTES(&set, sizeof(set)), "%s tunnel-%s", n->name,
	      plane_tunnels(&n->plane) == before ? "change" : "set");
	check_tunnel(n, t);
	return 0;
}

static int tunnel_del(void *ctx, const struct tunnel *t)
{
	struct node *n = ctx;
	const uint32_t before = plane_tunnels(&n->plane);

	if (dead(n))
		return 0;
	plane_tunnel_del(&n->plane, t);
	if (plane_tunnels(&n->plane) == before)
		return 0;
	TRACE(n->w, TRACE_TUNNEL_DEL, n->index, BYTES(&t->remote, 4), "%s tunnel-del", n->name);
	check_tunnel(n, t);
	return 0;
}

static int address_set(void *ctx, const struct address *a)
{
	struct node *n = ctx;
	int err;

	if (dead(n))
		return 0;
	if (n->plane_fails)
		return -ENOSPC;
	err = plane_address_set(&n->plane, a);
	if (err)
		return err;
	TRACE(n->w, TRACE_ADDRESS_SET, a->state, BYTES(&a->prefix, 16),
	      "%s address-set %s %s via %s", n->name, text_in6(&a->prefix),
	      a->state == ADDRESS_BOUND ? "bound" : "tentative", text_in4(a->remote));
	check_address(n, a);
	return 0;
}

static int address_del(void *ctx, const struct address *a)
{
	struct node *n = ctx;
	const uint32_t before = plane_addresses(&n->plane);

	if (dead(n))
		return 0;
	plane_address_del(&n->plane, a);
	if (plane_addresses(&n->plane) == before)
		return 0;
	TRACE(n->w, TRACE_ADDRESS_DEL, n->index, BYTES(&a->prefix, 16), "%s address-del %s",
	      n->name, text_in6(&a->prefix));
	check_address(n, a);
	return 0;
}

static int path_mtu(void *ctx, struct in_addr remote, uint16_t mtu)
{
	struct node *n = ctx;

	if (dead(n))
		return 0;
	TRACE(n->w, TRACE_PATH_MTU, mtu, BYTES(&remote, 4), "%s path-mtu %s %u", n->name,
	      text_in4(remote), mtu);
	return plane_path_mtu(&n->plane, remote, mtu);
}

/* Of hosts that send all the time: where the tunnel still leads to one, there is more. */
static bool is_in_use(const struct node *n, const struct tunnel *t)
{
	const struct node *an = n->an ? n : world_owner(n->w, t->remote);
	const struct tunnel back = { .local = n->an ? t->local : t->remote,
				     .remote = n->an ? t->remote : t->local };
	struct tunnel found;
	struct mobile *h;

	if (!an || !plane_tunnel_get(&an->plane, &back, &found))
		return false;
	h = mobile_of_mac(n->w, found.host.b);
	return h && h->at == an;
}

static int traffic(void *ctx, const struct tunnel *t, uint64_t *ret)
{
	struct node *n = ctx;

	if (dead(n))
		return 0;
	return plane_traffic(&n->plane, t, n->w->steady && is_in_use(n, t), ret);
}

static int send_datagram(void *ctx, const struct datagram *d)
{
	struct node *n = ctx, *to = world_owner(n->w, d->remote);

	if (dead(n))
		return 0;
	TRACE(n->w, TRACE_SEND, n->index, d->payload, "%s>%s %s", n->name, to ? to->name : "?",
	      text_message(d->payload));
	n->sent++;
	check_sent(n, d);
	world_send(n->w, ARRIVE_DATAGRAM, n, to, d->remote, d->local, d->payload);
	return 0;
}

void node_into_tunnel(struct node *n, struct in_addr local, struct in_addr remote,
		      struct bytes packet)
{
	struct node *to = world_owner(n->w, remote);

	TRACE(n->w, TRACE_TUNNEL, n->index, packet, "%s=>%s %s", n->name, to ? to->name : "?",
	      text_packet(packet));
	world_send(n->w, ARRIVE_TUNNEL, n, to, remote, local, packet);
}

static int tunnel_send(void *ctx, struct in_addr local, struct in_addr remote, uint32_t key,
		       struct bytes packet)
{
	struct node *n = ctx;

	if (dead(n))
		return 0;
	n->tunnelled++;
	check_passed(n, packet);
	node_into_tunnel(n, local, remote, packet);
	return 0;
}

static int forward(void *ctx, struct in_addr local, struct in_addr remote, uint32_t key,
		   struct bytes packet)
{
	struct node *n = ctx;

	if (dead(n))
		return 0;
	n->forwarded++;
	world_post(n->w, ARRIVE_TUNNEL, n, local, remote, packet, 0);
	return 0;
}

static bool is_pppoe(struct bytes frame)
{
	return frame.p[12] == PPPOE_ETHERTYPE_SESSION >> 8;
}

static int link_send(void *ctx, uint32_t ifindex, struct bytes frame)
{
	struct node *n = ctx;
	const struct bytes packet = { frame.p + 14, frame.n - 14 };

	if (dead(n))
		return 0;
	n->linked += n->kind != NODE_ACCESS_ROUTER || (!is_pppoe(frame) && packet.p[6] == 17);
	if (n->kind == NODE_HOME_AGENT) {
		TRACE(n->w, TRACE_HOME_GETS, n->index, packet, "ha-home %s", text_packet(packet));
		home_receive(n->w, frame);
	} else {
		if (n->kind == NODE_ACCESS_ROUTER)
			check_given(n, frame);
		node_to_link(n, ifindex, frame);
	}
	return 0;
}

/* Who knows "secret" is who it says. */
static int authenticate(void *ctx, uint32_t id, const struct auth_question *q)
{
	struct node *n = ctx;
	uint8_t buf[4 + 1 + NAI_MAX];
	struct writer w = writer_new(buf, sizeof(buf));

	if (dead(n))
		return 0;
	write_u32(&w, id);
	write_u8(&w, bytes_equal(q->secret, BYTES("secret", 6)));
	write_bytes(&w, q->name);
	world_send(n->w, ARRIVE_VERDICT, n, n, (struct in_addr){ 0 }, (struct in_addr){ 0 },
		   writer_bytes(&w));
	return 0;
}

static void store_put(void *ctx, struct bytes key, struct bytes value)
{
	struct node *n = ctx;

	check_stores(n, key);
	disk_put(&n->disk, key, value);
}

static void store_del(void *ctx, struct bytes key)
{
	struct node *n = ctx;

	check_stores(n, key);
	disk_del(&n->disk, key);
}

/* A process that dies here has stored all of it, or nothing. */
static int store_commit(void *ctx)
{
	struct node *n = ctx;
	int err;

	if (dead(n)) {
		disk_abort(&n->disk);
		return 0;
	}
	err = disk_commit(&n->disk);
	check_committed(n, err);
	TRACE(n->w, TRACE_STORED, n->index, BYTES(&n->disk.digest, 8), "%s stored %s", n->name,
	      err ? "nothing" : "a batch");
	return err;
}

static void event(void *ctx, const char *role, const struct event_data *e)
{
	struct node *n = ctx;
	struct world *w = n->w;

	if (dead(n))
		return;
	TRACE(w, TRACE_EVENT, e->event, e->nai, "%s event %s nai=%.*s address=%s code=%u", n->name,
	      event_names[e->event], (int)e->nai.n, (const char *)e->nai.p, text_in6(&e->address),
	      e->code);
	if (n->kind != NODE_HOME_AGENT)
		w->registrations += e->event == EVENT_ATTACHED || e->event == EVENT_RENEWED;
	else
		w->handovers += e->event == EVENT_MOVED;
	cover_event(n, e);
	check_told(n, e);
}

const struct runtime_ops node_ops = {
	.tunnel_set = tunnel_set,
	.tunnel_del = tunnel_del,
	.address_set = address_set,
	.address_del = address_del,
	.path_mtu = path_mtu,
	.traffic = traffic,
	.send = send_datagram,
	.tunnel_send = tunnel_send,
	.forward = forward,
	.link_send = link_send,
	.authenticate = authenticate,
	.store_put = store_put,
	.store_del = store_del,
	.store_commit = store_commit,
	.event = event,
};

/* --- inputs --- */

static void arm(struct node *n)
{
	struct heap *timers = &n->w->timers;
	nsec_t due = runtime_next_timeout(&n->runtime);

	if (n->unflushed)
		due = sooner(due, n->w->now + BATCH_WAIT);
	if (due == NSEC_NEVER)
		heap_clear(timers, &n->timer);
	else if (!timer_is_set(&n->timer) || n->timer.due != due)
		heap_set(timers, &n->timer, due);
}

void node_kill(struct node *n)
{
	TRACE(n->w, TRACE_FAULT, n->index, BYTES(NULL, 0), "%s killed", n->name);
	check_killed(n);
	adversary_forgets(n->w, n);
	n->w->mixed |= n->kind == NODE_HOME_AGENT; /* its data plane goes on beyond lifetimes */
	heap_clear(&n->w->timers, &n->timer);
	disk_abort(&n->disk);
	n->down = true;
	n->dying = n->unflushed = n->restoring = false;
	n->kill = 0;
}

/* What no role knows of is removed (daemon/restart.c). */
static void sweep(struct node *n)
{
	struct tunnel t;
	struct address a;

	n->restoring = false;
	for (uint32_t i = 0; plane_tunnel_next(&n->plane, &i, &t);)
		if (!n->role->has_tunnel(n->self, &t))
			plane_tunnel_del(&n->plane, &t);
	for (uint32_t i = 0; plane_address_next(&n->plane, &i, &a);)
		if (!n->role->has_address(n->self, &a))
			plane_address_del(&n->plane, &a);
	check_swept(n);
}

static void done(struct node *n)
{
	if (n->dying)
		node_kill(n);
	else
		arm(n);
}

void node_flush(struct node *n)
{
	runtime_flush(&n->runtime, world_now(n->w, n));
	n->unflushed = false;
	if (n->restoring && !n->dying && !n->role->restoring(n->self))
		sweep(n);
	if (!n->dying)
		check_batch(n);
	done(n);
}

/* Ends the batch, or waits for more. */
static void end_input(struct node *n)
{
	if (n->w->batching && !n->dying && rng_below(&n->w->rng, 4) == 0) {
		n->unflushed = true;
		done(n);
		return;
	}
	node_flush(n);
}

/* What is sent again must change nothing if it has been acted on, and that is stored: an access
 * node whose disk is full goes on without (an_store.c), and one that was killed then knows nothing
 * of it. A request that is denied may be sent again: it has not been used. */
static bool has_accepted(const struct node *n, const struct datagram *d)
{
	const struct host *x;
	struct mip4_message m;

	if (d->payload.p[0] != MIP4_RRQ)
		return true;
	if (mip4_decode(d->payload, &mip4_numbers_default, &m) || !m.nai.n)
		return false;
	x = host_find(&n->ha->hosts, m.nai);
	return x && x->last == m.identification;
}

void node_receive(struct node *n, const struct in_flight *e)
{
	const struct datagram d = { e->local, e->remote, MIP4_PORT, MIP4_PORT, { e->data, e->n } };
	uint64_t before, stored;

	if (e->replayed && !n->down) /* what waits to be stored is not its doing */
		node_flush(n);
	if (n->down)
		return;
	before = check_digest(n);
	stored = n->disk.digest;
	cover_message(n, &d);
	check_receives(n, e);
	runtime_receive(&n->runtime, &d, world_now(n->w, n));
	if (!e->replayed) {
		end_input(n);
		if (!n->down && !n->unflushed && stored != n->disk.digest && has_accepted(n, &d))
			adversary_saw(n->w, e);
		return;
	}
	node_flush(n);
	check_replayed(n, before, e);
}

void node_packet(struct node *n, const struct packet *p)
{
	if (n->down)
		return;
	cover_packet(n, p);
	check_punt(n, p);
	runtime_packet(&n->runtime, p, world_now(n->w, n));
	end_input(n);
}

void node_link(struct node *n, uint32_t port, enum link_event e)
{
	const struct link link = { WORLD_PORT_IF + port, e };

	n->carrier[port] = e == LINK_UP;
	if (n->down)
		return;
	cover_link(n, e);
	runtime_link(&n->runtime, &link, world_now(n->w, n));
	node_flush(n);
}

void node_verdict(struct node *n, struct bytes data)
{
	struct reader r = reader_new(data);
	const uint32_t id = read_u32(&r);
	struct auth_verdict v = { .result = read_u8(&r) ? AUTH_ACCEPTED : AUTH_REJECTED };

	if (n->down)
		return;
	v.name = read_bytes(&r, reader_left(&r));
	runtime_verdict(&n->runtime, id, &v, world_now(n->w, n));
	end_input(n);
}

void node_timeout(struct node *n)
{
	if (n->down)
		return;
	runtime_timeout(&n->runtime, world_now(n->w, n));
	node_flush(n);
}
