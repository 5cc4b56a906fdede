/* SPDX-License-Identifier: Apache-2.0 */
#include "core/ppp_automaton.h"

/* RFC 1661 4.1, with its names; a cell is the actions and the next state. */
/* clang-format off */
#define tld PPP_LAYER_DOWN
#define scr PPP_SEND_REQUEST
#define str PPP_SEND_TERMINATE
#define sca PPP_SEND_ACK
#define scn PPP_SEND_NAK
#define sta PPP_SEND_TERMINATE_ACK
#define scj PPP_SEND_CODE_REJECT
#define ser PPP_SEND_ECHO_REPLY
#define tlu PPP_LAYER_UP
#define tls PPP_LAYER_STARTED
#define tlf PPP_LAYER_FINISHED
#define irc PPP_INIT_COUNTER
#define zrc PPP_ZERO_COUNTER
#define C(actions, next) { (actions), (next), true }
#define NO { 0, 0, false }

static const struct ppp_cell table[PPP_EVENT_MAX][PPP_STATE_MAX] = {
	/*                   0 Initial  1 Starting        2 Closed         3 Stopped             4 Closing   5 Stopping
	 *                   6 Req-Sent        7 Ack-Rcvd        8 Ack-Sent        9 Opened */
	[PPP_UP]           = { C(0, 2), C(irc|scr, 6), NO, NO, NO, NO,
			       NO, NO, NO, NO },
	[PPP_DOWN]         = { NO, NO, C(0, 0), C(tls, 1), C(0, 0), C(0, 1),
			       C(0, 1), C(0, 1), C(0, 1), C(tld, 1) },
	[PPP_OPEN]         = { C(tls, 1), C(0, 1), C(irc|scr, 6), C(0, 3), C(0, 5), C(0, 5),
			       C(0, 6), C(0, 7), C(0, 8), C(0, 9) },
	[PPP_CLOSE]        = { C(0, 0), C(tlf, 0), C(0, 2), C(0, 2), C(0, 4), C(0, 4),
			       C(irc|str, 4), C(irc|str, 4), C(irc|str, 4), C(tld|irc|str, 4) },
	[PPP_TIMEOUT_MORE] = { NO, NO, NO, NO, C(str, 4), C(str, 5),
			       C(scr, 6), C(scr, 6), C(scr, 8), NO },
	[PPP_TIMEOUT_LAST] = { NO, NO, NO, NO, C(tlf, 2), C(tlf, 3),
			       C(tlf, 3), C(tlf, 3), C(tlf, 3), NO },
	[PPP_REQUEST_GOOD] = { NO, NO, C(sta, 2), C(irc|scr|sca, 8), C(0, 4), C(0, 5),
			       C(sca, 8), C(sca|tlu, 9), C(sca, 8), C(tld|scr|sca, 8) },
	[PPP_REQUEST_BAD]  = { NO, NO, C(sta, 2), C(irc|scr|scn, 6), C(0, 4), C(0, 5),
			       C(scn, 6), C(scn, 7), C(scn, 6), C(tld|scr|scn, 6) },
	[PPP_ACK]          = { NO, NO, C(sta, 2), C(sta, 3), C(0, 4), C(0, 5),
			       C(irc, 7), C(scr, 6), C(irc|tlu, 9), C(tld|scr, 6) },
	[PPP_NAK]          = { NO, NO, C(sta, 2), C(sta, 3), C(0, 4), C(0, 5),
			       C(irc|scr, 6), C(scr, 6), C(irc|scr, 8), C(tld|scr, 6) },
	[PPP_TERMINATE]    = { NO, NO, C(sta, 2), C(sta, 3), C(sta, 4), C(sta, 5),
			       C(sta, 6), C(sta, 6), C(sta, 6), C(tld|zrc|sta, 5) },
	[PPP_TERMINATE_ACK] = { NO, NO, C(0, 2), C(0, 3), C(tlf, 2), C(tlf, 3),
			       C(0, 6), C(0, 6), C(0, 8), C(tld|scr, 6) },
	[PPP_CODE_UNKNOWN] = { NO, NO, C(scj, 2), C(scj, 3), C(scj, 4), C(scj, 5),
			       C(scj, 6), C(scj, 7), C(scj, 8), C(scj, 9) },
	[PPP_REJECT_GOOD]  = { NO, NO, C(0, 2), C(0, 3), C(0, 4), C(0, 5),
			       C(0, 6), C(0, 6), C(0, 8), C(0, 9) },
	[PPP_REJECT_FATAL] = { NO, NO, C(tlf, 2), C(tlf, 3), C(tlf, 2), C(tlf, 3),
			       C(tlf, 3), C(tlf, 3), C(tlf, 3), C(tld|irc|str, 5) },
	[PPP_ECHO]         = { NO, NO, C(0, 2), C(0, 3), C(0, 4), C(0, 5),
			       C(0, 6), C(0, 7), C(0, 8), C(ser, 9) },
};
/* clang-format on */
#undef tld
#undef scr
#undef str
#undef sca
#undef scn
#undef sta
#undef scj
#undef ser
#undef tlu
#undef tls
#undef tlf
#undef irc
#undef zrc

struct ppp_cell ppp_cell(enum ppp_state s, enum ppp_event e)
{
	return table[e][s];
}

/* Where the timer runs (RFC 1661 4.6): something of ours waits for an answer. */
static bool waits(unsigned state)
{
	return state >= PPP_CLOSING && state <= PPP_ACK_SENT;
}

/* A counter is for what is sent next: with irc alone, after an Ack of ours, for requests. */
static void count(struct ppp_automaton *a, unsigned actions)
{
	if (actions & PPP_INIT_COUNTER)
		a->restart = actions & PPP_SEND_TERMINATE ? PPP_MAX_TERMINATE : PPP_MAX_CONFIGURE;
	if (actions & PPP_ZERO_COUNTER)
		a->restart = 0;
	if (actions & (PPP_SEND_REQUEST | PPP_SEND_TERMINATE) && a->restart)
		a->restart--;
	if (actions & PPP_SEND_NAK && a->failures < PPP_MAX_FAILURE)
		a->failures++;
	if (actions & (PPP_SEND_ACK | PPP_LAYER_STARTED))
		a->failures = 0;
}

unsigned ppp_step(struct ppp_automaton *a, enum ppp_event e, struct heap *timers, nsec_t now)
{
	const struct ppp_cell *c = &table[e][a->state];

	if (!c->possible)
		return 0;
	a->state = c->next;
	count(a, c->actions);
	if (!waits(a->state))
		heap_clear(timers, &a->timer);
	else if (c->actions & (PPP_SEND_REQUEST | PPP_SEND_TERMINATE | PPP_ZERO_COUNTER))
		heap_set(timers, &a->timer, now + PPP_RESTART);
	return c->actions;
}

unsigned ppp_timeout(struct ppp_automaton *a, struct heap *timers, nsec_t now)
{
	return ppp_step(a, a->restart ? PPP_TIMEOUT_MORE : PPP_TIMEOUT_LAST, timers, now);
}

void ppp_automaton_done(struct ppp_automaton *a, struct heap *timers)
{
	heap_clear(timers, &a->timer);
}
