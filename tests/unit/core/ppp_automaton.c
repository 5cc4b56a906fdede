/* SPDX-License-Identifier: Apache-2.0 */
/* The automaton against the table of RFC 1661 4.1, cell by cell, and its counters and timer. */
#include "core/ppp_automaton.h"
#include "test.h"
#include "../base/memory_test.h"

#include <stdio.h>
#include <string.h>

/* RFC 1661 4.1, in its own form; footnotes (r, p, x) are left out. */
static const char *const rfc[PPP_EVENT_MAX] = {
	[PPP_UP] = "2 | irc,scr/6 | - | - | - | - | - | - | - | -",
	[PPP_DOWN] = "- | - | 0 | tls/1 | 0 | 1 | 1 | 1 | 1 | tld/1",
	[PPP_OPEN] = "tls/1 | 1 | irc,scr/6 | 3 | 5 | 5 | 6 | 7 | 8 | 9",
	[PPP_CLOSE] = "0 | tlf/0 | 2 | 2 | 4 | 4 | irc,str/4 | irc,str/4 | irc,str/4 | "
		      "tld,irc,str/4",
	[PPP_TIMEOUT_MORE] = "- | - | - | - | str/4 | str/5 | scr/6 | scr/6 | scr/8 | -",
	[PPP_TIMEOUT_LAST] = "- | - | - | - | tlf/2 | tlf/3 | tlf/3 | tlf/3 | tlf/3 | -",
	[PPP_REQUEST_GOOD] = "- | - | sta/2 | irc,scr,sca/8 | 4 | 5 | sca/8 | sca,tlu/9 | sca/8 | "
			     "tld,scr,sca/8",
	[PPP_REQUEST_BAD] = "- | - | sta/2 | irc,scr,scn/6 | 4 | 5 | scn/6 | scn/7 | scn/6 | "
			    "tld,scr,scn/6",
	[PPP_ACK] = "- | - | sta/2 | sta/3 | 4 | 5 | irc/7 | scr/6 | irc,tlu/9 | tld,scr/6",
	[PPP_NAK] = "- | - | sta/2 | sta/3 | 4 | 5 | irc,scr/6 | scr/6 | irc,scr/8 | tld,scr/6",
	[PPP_TERMINATE] = "- | - | sta/2 | sta/3 | sta/4 | sta/5 | sta/6 | sta/6 | sta/6 | "
			  "tld,zrc,sta/5",
	[PPP_TERMINATE_ACK] = "- | - | 2 | 3 | tlf/2 | tlf/3 | 6 | 6 | 8 | tld,scr/6",
	[PPP_CODE_UNKNOWN] = "- | - | scj/2 | scj/3 | scj/4 | scj/5 | scj/6 | scj/7 | scj/8 | "
			     "scj/9",
	[PPP_REJECT_GOOD] = "- | - | 2 | 3 | 4 | 5 | 6 | 6 | 8 | 9",
	[PPP_REJECT_FATAL] = "- | - | tlf/2 | tlf/3 | tlf/2 | tlf/3 | tlf/3 | tlf/3 | tlf/3 | "
			     "tld,irc,str/5",
	[PPP_ECHO] = "- | - | 2 | 3 | 4 | 5 | 6 | 7 | 8 | ser/9",
};

/* The names of the RFC, in the order of the bits. */
static const char *const names[] = { "tld", "scr", "str", "sca", "scn", "sta", "scj",
				     "ser", "tlu", "tls", "tlf", "irc", "zrc" };
#define NAMES (sizeof(names) / sizeof(names[0]))

static struct test_memory memory;
static struct heap timers;

static void setup(void)
{
	test_memory_init(&memory, 1);
	assert_int_equal(heap_new(&timers, &memory.memory, 1), 0);
}

static unsigned action_named(const char *name, size_t n)
{
	for (unsigned i = 0; i < NAMES; i++)
		if (strlen(names[i]) == n && memcmp(names[i], name, n) == 0)
			return 1u << i;
	fail_msg("no action of the RFC: %.*s", (int)n, name);
	return 0;
}

/* One cell, from the text of a row; returns what comes after it. */
static const char *read_cell(const char *s, struct ppp_cell *ret)
{
	*ret = (struct ppp_cell){ 0 };
	s += strspn(s, " |");
	if (*s == '-')
		return s + 1;
	ret->possible = true;
	while (*s < '0' || *s > '9') {
		size_t n = strcspn(s, ",/");

		ret->actions |= action_named(s, n);
		s += n + 1;
	}
	ret->next = (uint8_t)(*s - '0');
	return s + 1;
}

static void every_cell_is_that_of_the_rfc(void **state)
{
	int cells = 0;

	setup();
	for (enum ppp_event e = 0; e < PPP_EVENT_MAX; e++) {
		const char *row = rfc[e];

		for (uint8_t s = 0; s < PPP_STATE_MAX; s++, cells++) {
			struct ppp_automaton a = { .state = s, .restart = 3 };
			struct ppp_cell want, is = ppp_cell(s, e);

			row = read_cell(row, &want);
			assert_int_equal(is.possible, want.possible);
			assert_int_equal(is.actions, want.actions);
			assert_int_equal(ppp_step(&a, e, &timers, 1), want.actions);
			assert_int_equal(a.state, want.possible ? want.next : s);
			ppp_automaton_done(&a, &timers);
		}
		assert_int_equal(*row, 0);
	}
	assert_int_equal(cells, 160);
	test_memory_done(&memory);
}

/* Until the timer is cleared: what it made be sent, each after the time of 4.6. */
static int ring(struct ppp_automaton *a, unsigned sends, unsigned *ret_last)
{
	int n = 0;

	for (*ret_last = 0; timer_is_set(&a->timer); n += (*ret_last & sends) != 0) {
		const nsec_t due = a->timer.due;

		heap_clear(&timers, &a->timer);
		*ret_last = ppp_timeout(a, &timers, due);
		if (timer_is_set(&a->timer))
			assert_true(a->timer.due == due + PPP_RESTART);
	}
	return n;
}

static void a_silent_peer_is_asked_ten_times_then_given_up(void **state)
{
	struct ppp_automaton a = { 0 };
	unsigned last;

	setup();
	assert_int_equal(ppp_step(&a, PPP_OPEN, &timers, 0), PPP_LAYER_STARTED);
	assert_true(ppp_step(&a, PPP_UP, &timers, 0) & PPP_SEND_REQUEST);
	assert_true(a.timer.due == 3 * NSEC_PER_SEC);
	assert_int_equal(ring(&a, PPP_SEND_REQUEST, &last), 9);
	assert_int_equal(last, PPP_LAYER_FINISHED);
	assert_int_equal(a.state, PPP_STOPPED);
	test_memory_done(&memory);
}

static void a_termination_is_asked_for_twice(void **state)
{
	struct ppp_automaton a = { .state = PPP_OPENED };
	unsigned last;

	setup();
	assert_true(ppp_step(&a, PPP_CLOSE, &timers, 0) & PPP_SEND_TERMINATE);
	assert_int_equal(ring(&a, PPP_SEND_TERMINATE, &last), 1);
	assert_int_equal(last, PPP_LAYER_FINISHED);
	assert_int_equal(a.state, PPP_CLOSED);
	test_memory_done(&memory);
}

/* zrc: it gets one restart time to see our Ack, and is not asked anything. */
static void a_peer_that_terminates_is_waited_for_once(void **state)
{
	struct ppp_automaton a = { .state = PPP_OPENED, .restart = 5 };
	unsigned last;

	setup();
	ppp_step(&a, PPP_TERMINATE, &timers, 0);
	assert_true(timer_is_set(&a.timer));
	assert_int_equal(ring(&a, PPP_SEND_TERMINATE, &last), 0);
	assert_int_equal(last, PPP_LAYER_FINISHED);
	test_memory_done(&memory);
}

static void an_answer_gives_the_next_request_all_tries(void **state)
{
	struct ppp_automaton a = { .state = PPP_REQ_SENT, .restart = 1 };

	setup();
	ppp_step(&a, PPP_NAK, &timers, 0);
	assert_int_equal(a.restart, PPP_MAX_CONFIGURE - 1);
	a.restart = 1;
	ppp_step(&a, PPP_ACK, &timers, 0); /* now the peer's request is waited for */
	assert_int_equal(a.restart, PPP_MAX_CONFIGURE);
	assert_true(timer_is_set(&a.timer));
	ppp_step(&a, PPP_REQUEST_GOOD, &timers, 0);
	assert_int_equal(a.state, PPP_OPENED);
	assert_false(timer_is_set(&a.timer));
	test_memory_done(&memory);
}

static void naks_are_counted_until_an_ack(void **state)
{
	struct ppp_automaton a = { .state = PPP_REQ_SENT, .restart = 9 };

	setup();
	for (int i = 1; i < 2 * PPP_MAX_FAILURE; i++) {
		ppp_step(&a, PPP_REQUEST_BAD, &timers, 0);
		assert_int_equal(a.failures, i < PPP_MAX_FAILURE ? i : PPP_MAX_FAILURE);
	}
	ppp_step(&a, PPP_REQUEST_GOOD, &timers, 0);
	assert_int_equal(a.failures, 0);
	ppp_automaton_done(&a, &timers);
	test_memory_done(&memory);
}

int main(void)
{
	static const struct test tests[] = {
		TEST(every_cell_is_that_of_the_rfc, "AR-1"),
		TEST(a_silent_peer_is_asked_ten_times_then_given_up, ""),
		TEST(a_termination_is_asked_for_twice, ""),
		TEST(a_peer_that_terminates_is_waited_for_once, ""),
		TEST(an_answer_gives_the_next_request_all_tries, ""),
		TEST(naks_are_counted_until_an_ack, ""),
	};

	return TESTS_RUN("core/ppp_automaton", tests);
}
