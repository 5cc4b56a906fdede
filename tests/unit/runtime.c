/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/runtime.h"
#include "base/memory_test.h"
#include "test.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A role that emits what the test says, and a world that writes down what was done. */
struct fake {
	int records;       /* changed by the batch, still to be asked for */
	int ended, undone; /* batches */
	int receives, failed, traffics;
	uint32_t failed_id;
	uint64_t traffic;
	int answer_events; /* what it has to say about each */
	nsec_t due;
	int timeouts, last_timeout;
};

static char done[256];
static int tunnel_error;

static void note(char c)
{
	size_t n = strlen(done);

	assert_true(n + 1 < sizeof(done));
	done[n] = c;
	done[n + 1] = 0;
}

static void fake_receive(void *self, const struct datagram *in, struct now now, struct actions *out)
{
	struct fake *f = self;

	f->receives++;
	action_add(out, ACTION_TUNNEL_SET, 7);
	action_add(out, ACTION_SEND, 7);
	action_add(out, ACTION_SEND, 8);
}

static bool takes_requests(struct bytes message)
{
	return message.p[0] == 1;
}

static bool takes_replies(struct bytes message)
{
	return message.p[0] == 3;
}

static void fake_timeout(void *self, struct now now, struct actions *out)
{
	struct fake *f = self;

	if (++f->timeouts == f->last_timeout)
		f->due = NSEC_NEVER;
	for (int i = 0; i < ACTIONS_STEP_MAX; i++)
		action_add(out, ACTION_EVENT, 0);
}

static nsec_t fake_next(const void *self)
{
	return ((const struct fake *)self)->due;
}

static void fake_failed(void *self, uint32_t id, struct now now, struct actions *out)
{
	struct fake *f = self;

	f->failed++;
	f->failed_id = id;
	action_add(out, ACTION_LINK_SEND, id);
}

static void fake_traffic(void *self, uint32_t id, uint64_t packets, struct now now,
			 struct actions *out)
{
	struct fake *f = self;

	f->traffics++;
	f->traffic = packets;
	for (int i = 0; i < f->answer_events; i++)
		action_add(out, ACTION_EVENT, id);
}

static bool wants_home(const void *self, const struct packet *in)
{
	return in->from == PACKET_HOME;
}

static void fake_packet(void *self, const struct packet *in, struct now now, struct actions *out)
{
	action_add(out, ACTION_TRAFFIC, 9);
}

/* A record whose key is 'r', to be deleted if it is the last. */
static bool fake_changed(void *self, struct now now, struct bytes *ret_key, struct bytes *ret_value)
{
	struct fake *f = self;

	if (f->records == 0)
		return false;
	*ret_key = BYTES("r", 1);
	*ret_value = --f->records ? BYTES("v", 1) : BYTES(NULL, 0);
	return true;
}

static bool fake_batch_end(void *self, bool stored, struct now now)
{
	struct fake *f = self;

	f->ended++;
	f->undone += !stored;
	return stored;
}

static const struct role_ops requests = { .name = "a",
					  .receive = fake_receive,
					  .takes = takes_requests,
					  .wants = wants_home,
					  .packet = fake_packet,
					  .timeout = fake_timeout,
					  .next_timeout = fake_next,
					  .failed = fake_failed,
					  .traffic = fake_traffic,
					  .changed = fake_changed,
					  .batch_end = fake_batch_end };
static const struct role_ops replies = { .name = "b",
					 .receive = fake_receive,
					 .takes = takes_replies,
					 .wants = wants_home,
					 .packet = fake_packet,
					 .timeout = fake_timeout,
					 .next_timeout = fake_next,
					 .failed = fake_failed,
					 .traffic = fake_traffic,
					 .changed = fake_changed,
					 .batch_end = fake_batch_end };

static int do_tunnel_set(void *ctx, const struct tunnel *t)
{
	note('T');
	return tunnel_error;
}

static int store_error;

static void do_store_put(void *ctx, struct bytes key, struct bytes value)
{
	note('+');
}

static void do_store_del(void *ctx, struct bytes key)
{
	note('-');
}

static int do_store_commit(void *ctx)
{
	note('!');
	return store_error;
}

static int address_error;

static int do_address_set(void *ctx, const struct address *a)
{
	note('A');
	return address_error;
}

static int do_send(void *ctx, const struct datagram *d)
{
	note('S');
	return 0;
}

static int do_link_send(void *ctx, uint32_t ifindex, struct bytes frame)
{
	note('L');
	return -ENETDOWN;
}

static int do_traffic(void *ctx, const struct tunnel *t, uint64_t *ret)
{
	*ret = 42;
	return 0;
}

static int events;

static void do_event(void *ctx, const char *role, const struct event_data *e)
{
	events++;
}

static char password[9];
static const uint8_t *password_at;

static int authenticate(void *ctx, uint32_t id, const struct auth_question *q)
{
	password_at = q->secret.p;
	memcpy(password, q->secret.p, 8);
	return 0;
}

static const struct runtime_ops ops = { .authenticate = authenticate,
					.tunnel_set = do_tunnel_set,
					.address_set = do_address_set,
					.send = do_send,
					.link_send = do_link_send,
					.traffic = do_traffic,
					.event = do_event,
					.store_put = do_store_put,
					.store_del = do_store_del,
					.store_commit = do_store_commit };

static void *take(void *ctx, size_t n)
{
	return calloc(1, n);
}

static struct fake a, b;

static struct runtime *setup(void)
{
	static struct runtime r;

	free(r.actions.v);
	free(r.actions.payload);
	free(r.answers);
	assert_int_equal(runtime_init(&r, &ops, NULL, &(struct memory){ .alloc = take }), 0);
	a = b = (struct fake){ .due = NSEC_NEVER };
	runtime_add(&r, &requests, &a);
	runtime_add(&r, &replies, &b);
	done[0] = 0;
	tunnel_error = address_error = store_error = 0;
	return &r;
}

static void receive(struct runtime *r, uint8_t type)
{
	runtime_receive(r, &(struct datagram){ .payload = BYTES(&type, 1) }, (struct now){ 0 });
}

static void actions_are_done_in_the_order_of_their_emission(void **state)
{
	struct runtime *r = setup();

	receive(r, 1);
	assert_string_equal(done, ""); /* not before the batch ends */
	runtime_flush(r, (struct now){ 0 });
	assert_string_equal(done, "TSS");
}

static void no_reply_promises_what_the_data_plane_refused(void **state)
{
	struct runtime *r = setup();

	tunnel_error = -ENOSPC;
	receive(r, 1);
	runtime_flush(r, (struct now){ 0 });
	/* the reply of id 7 is not sent, that of id 8 is, and the role's answer follows */
	assert_string_equal(done, "TSL");
	assert_int_equal(a.failed, 1);
	assert_int_equal(a.failed_id, 7);
	assert_int_equal(r->drops[DROP_DATAPLANE_FAILED], 1);
	assert_int_equal(r->drops[DROP_SEND_FAILED], 1); /* do_link_send fails */
}

/* sim, seed 5: an advertisement that had come before the reply vanished uncounted */
static void packets_that_go_with_a_refused_entry_are_counted(void **state)
{
	struct runtime *r = setup();
	struct actions *out = runtime_begin(r, 0, (struct now){ 0 });

	tunnel_error = -ENOSPC;
	action_add(out, ACTION_TUNNEL_SET, 7);
	action_add(out, ACTION_LINK_SEND, 7);
	action_add(out, ACTION_TUNNEL_SEND, 7);
	action_add(out, ACTION_SEND, 7);
	runtime_flush(r, (struct now){ 0 });
	assert_string_equal(done, "TL"); /* the latter is the role's answer */
	assert_int_equal(r->drops[DROP_NOT_REGISTERED], 2);
}

static void an_address_that_the_data_plane_refused_is_not_promised_either(void **state)
{
	struct runtime *r = setup();
	struct actions *out = runtime_begin(r, 0, (struct now){ 0 });

	address_error = -ENOSPC;
	action_add(out, ACTION_ADDRESS_SET, 7);
	action_add(out, ACTION_SEND, 7);
	runtime_flush(r, (struct now){ 0 });
	assert_string_equal(done, "AL");
	assert_int_equal(a.failed_id, 7);
}

static void what_cannot_be_taken_away_is_counted_and_no_failure(void **state)
{
	struct runtime *r = setup();

	tunnel_error = -ENOSPC;
	action_add(runtime_begin(r, 0, (struct now){ 0 }), ACTION_TUNNEL_SET, 0); /* no id */
	runtime_flush(r, (struct now){ 0 });
	assert_int_equal(a.failed, 0);
	assert_int_equal(r->drops[DROP_DATAPLANE_FAILED], 1);
	assert_int_equal(r->drops[DROP_SEND_FAILED], 0);
}

static void what_has_changed_is_stored_in_one_transaction_before_anything_is_done(void **state)
{
	struct runtime *r = setup();

	receive(r, 1);
	a.records = 3;
	runtime_flush(r, (struct now){ 0 });
	assert_string_equal(done, "++-!TSS");
	assert_int_equal(a.ended, 1);
	assert_int_equal(a.undone, 0);
}

static void nothing_is_done_if_it_cannot_be_stored(void **state)
{
	struct runtime *r = setup();

	store_error = -ENOSPC;
	receive(r, 1);
	a.records = 1;
	assert_false(runtime_flush(r, (struct now){ 0 }));
	assert_string_equal(done, "-!");
	assert_int_equal(a.undone, 1);
	assert_int_equal(r->drops[DROP_STORE_FAILED], 1);
	/* and the next batch is a new beginning */
	store_error = 0;
	receive(r, 1);
	assert_true(runtime_flush(r, (struct now){ 0 }));
	assert_string_equal(done, "-!TSS");
	assert_int_equal(a.undone, 1);
}

static void a_message_goes_to_the_role_that_takes_its_type(void **state)
{
	struct runtime *r = setup();

	receive(r, 3);
	assert_int_equal(a.receives, 0);
	assert_int_equal(b.receives, 1);
	receive(r, 99);
	assert_int_equal(r->drops[DROP_MESSAGE_UNKNOWN], 1);
	runtime_receive(r, &(struct datagram){ 0 }, (struct now){ 0 });
	assert_int_equal(r->drops[DROP_MESSAGE_MALFORMED], 1);
	runtime_flush(r, (struct now){ 0 });
}

static void a_packet_goes_to_the_first_that_wants_it(void **state)
{
	struct runtime *r = setup();

	runtime_packet(r, &(struct packet){ .from = PACKET_HOME }, (struct now){ 0 });
	runtime_flush(r, (struct now){ 0 });
	assert_int_equal(a.traffics, 1);
	assert_int_equal(b.traffics, 0);
	assert_int_equal(r->drops[DROP_LINK_UNKNOWN], 0);
}

static size_t heard;

static void fake_ahead(const void *self, const struct datagram *in, size_t n)
{
	heard += n;
}

static void fake_link(void *self, const struct link *in, struct now now, struct actions *out)
{
	heard++;
}

/* The second as well as the first. */
static void news_reach_every_role_that_has_a_door_for_them(void **state)
{
	const struct datagram d = { .payload = BYTES("\1", 1) };
	struct role_ops more = replies;

	more.ahead = fake_ahead;
	more.link = fake_link;
	for (int first = 0; first <= 1; first++) {
		struct runtime *r = setup();

		heard = 0;
		r->roles[first].ops = &more;
		runtime_ahead(r, &d, 1);
		assert_int_equal(heard, 1);
		runtime_link(r, &(struct link){ 7, LINK_UP }, (struct now){ 0 });
		assert_int_equal(heard, 2);
		runtime_flush(r, (struct now){ 0 });
	}
}

static void a_role_need_not_have_every_door(void **state)
{
	struct runtime *r = setup();
	const struct datagram d = { .payload = BYTES("\1", 1) };

	runtime_ahead(r, &d, 1);
	runtime_link(r, &(struct link){ 7, LINK_UP }, (struct now){ 0 });
	assert_int_equal(a.receives, 0);
}

static void a_packet_that_no_role_wants_is_counted(void **state)
{
	struct runtime *r = setup();

	runtime_packet(r, &(struct packet){ .from = PACKET_TUNNEL }, (struct now){ 0 });
	assert_int_equal(r->drops[DROP_TUNNEL_UNKNOWN], 1);
	runtime_packet(r, &(struct packet){ .from = PACKET_ACCESS }, (struct now){ 0 });
	assert_int_equal(r->drops[DROP_LINK_UNKNOWN], 1);
}

static void a_question_for_traffic_is_answered_in_the_same_batch(void **state)
{
	struct runtime *r = setup();

	runtime_packet(r, &(struct packet){ .from = PACKET_HOME }, (struct now){ 0 });
	runtime_flush(r, (struct now){ 0 });
	assert_int_equal(a.traffics, 1);
	assert_int_equal(a.traffic, 42);
	runtime_packet(r, &(struct packet){ .from = PACKET_HOME }, (struct now){ 0 });
	assert_true(runtime_flush(r, (struct now){ 0 })); /* it has been done, answers or not */
}

/* Each has room for a whole step, as many as there are. */
static void many_answers_at_once_have_room(void **state)
{
	struct runtime *r = setup();

	events = 0;
	a.answer_events = ACTIONS_STEP_MAX;
	for (int i = 0; i < 300; i++)
		runtime_packet(r, &(struct packet){ .from = PACKET_HOME }, (struct now){ 0 });
	runtime_flush(r, (struct now){ 0 });
	assert_int_equal(a.traffics, 300);
	assert_int_equal(events, 300 * ACTIONS_STEP_MAX);
}

static void a_password_does_not_stay(void **state)
{
	struct runtime *r = setup();
	struct actions *out = runtime_begin(r, 0, (struct now){ 0 });
	struct action *asks = action_add(out, ACTION_AUTHENTICATE, 5);

	asks->question.secret = actions_copy(out, BYTES("password", 8));
	runtime_flush(r, (struct now){ 0 });
	assert_string_equal(password, "password");
	assert_memory_equal(password_at, "\0\0\0\0\0\0\0\0", 8);
}

static void memory_that_is_short_is_an_error(void **state)
{
	for (unsigned n = 0; n < 3; n++) {
		struct test_memory m;
		struct runtime r;

		test_memory_init(&m, TEST_BLOCKS_MAX);
		m.missing = n;
		assert_int_equal(runtime_init(&r, &ops, NULL, &m.memory), -ENOMEM);
		test_memory_done(&m);
	}
}

static void many_timeouts_at_once_are_bounded_steps(void **state)
{
	struct runtime *r = setup();

	a.due = 0;
	a.last_timeout = 300;
	events = 0;
	runtime_timeout(r, (struct now){ .mono = 1 });
	assert_int_equal(a.timeouts, 300);
	assert_int_equal(events, 300 * ACTIONS_STEP_MAX);
	assert_int_equal(runtime_next_timeout(r), NSEC_NEVER);
}

/* What a step remembers of itself has room for so many, whether or not there are actions in them.
 */
static void steps_of_a_batch_are_bounded(void **state)
{
	struct runtime *r = setup();
	int ended;

	runtime_begin(r, 0, (struct now){ 0 });
	ended = a.ended;
	for (int i = 1; i < BATCH_STEPS_MAX; i++)
		runtime_begin(r, 0, (struct now){ 0 });
	assert_int_equal(a.ended, ended);
	runtime_begin(r, 0, (struct now){ 0 });
	assert_int_equal(a.ended, ended + 1);
	runtime_flush(r, (struct now){ 0 });
}

static void the_next_timeout_is_that_of_the_role_that_is_first(void **state)
{
	struct runtime *r = setup();

	a.due = 5;
	b.due = 3;
	assert_int_equal(runtime_next_timeout(r), 3);
	a.due = 2;
	assert_int_equal(runtime_next_timeout(r), 2);
}

static void timeouts_without_end_let_others_have_their_turn(void **state)
{
	struct runtime *r = setup();

	a.due = b.due = 0;
	a.last_timeout = 2 * RUNTIME_STEPS_MAX;
	b.last_timeout = 1;
	events = 0;
	runtime_timeout(r, (struct now){ .mono = 1 });
	assert_int_equal(a.timeouts, RUNTIME_STEPS_MAX);
	assert_int_equal(b.timeouts, 1);
	assert_int_equal(events, (RUNTIME_STEPS_MAX + 1) * ACTIONS_STEP_MAX);
	assert_int_equal(runtime_next_timeout(r), 0);
	runtime_timeout(r, (struct now){ .mono = 1 });
	assert_int_equal(runtime_next_timeout(r), NSEC_NEVER);
}

static const struct test tests[] = {
	TEST(actions_are_done_in_the_order_of_their_emission, ""),
	TEST(no_reply_promises_what_the_data_plane_refused, ""),
	TEST(packets_that_go_with_a_refused_entry_are_counted, ""),
	TEST(an_address_that_the_data_plane_refused_is_not_promised_either, ""),
	TEST(what_cannot_be_taken_away_is_counted_and_no_failure, ""),
	TEST(what_has_changed_is_stored_in_one_transaction_before_anything_is_done, ""),
	TEST(nothing_is_done_if_it_cannot_be_stored, ""),
	TEST(a_message_goes_to_the_role_that_takes_its_type, ""),
	TEST(a_packet_goes_to_the_first_that_wants_it, ""),
	TEST(a_role_need_not_have_every_door, ""),
	TEST(news_reach_every_role_that_has_a_door_for_them, ""),
	TEST(a_packet_that_no_role_wants_is_counted, ""),
	TEST(a_question_for_traffic_is_answered_in_the_same_batch, ""),
	TEST(a_password_does_not_stay, ""),
	TEST(many_answers_at_once_have_room, ""),
	TEST(memory_that_is_short_is_an_error, ""),
	TEST(many_timeouts_at_once_are_bounded_steps, ""),
	TEST(steps_of_a_batch_are_bounded, ""),
	TEST(the_next_timeout_is_that_of_the_role_that_is_first, ""),
	TEST(timeouts_without_end_let_others_have_their_turn, ""),
};

int main(void)
{
	return TESTS_RUN("tests/unit/runtime", tests);
}
