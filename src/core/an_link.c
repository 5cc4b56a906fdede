/* SPDX-License-Identifier: Apache-2.0 */
/* Link events of a port, told to its hosts in bounded steps. */
#include "core/an_internal.h"

#define SWEEP_MAX 16 /* hosts of a port told in one step: at most four actions each */

/* The host that an eager port belongs to is registered before it says anything (draft 3.2.2): the
 * operator vouches that no other host is ever plugged in there, because this takes the binding from
 * wherever it is. req: AN-16 */
static void register_known(struct an *an, struct an_link *l, const struct an_input *in)
{
	const struct access_port *port = &an->config.access.ports[l->index];
	struct an_attachment *a;

	if (!l->up || !port->eager || !l->has_known || an->stopping ||
	    an_attachment_find(an, port->ifindex, l->known))
		return;
	a = an_attachment_new(an, l, l->known);
	if (a)
		an_begin(an, a, in);
}

static enum an_event event_of(const struct an *an, const struct an_link *l)
{
	if (an->stopping)
		return AN_ON_STOP;
	return l->up ? AN_ON_LINK_UP : AN_ON_LINK_DOWN;
}

/* Whoever has heard goes to the end of the list, so the first that has not is the first. */
void an_link_sweep(struct an *an, struct an_link *l, const struct an_input *in)
{
	for (int i = 0; i < SWEEP_MAX; i++) {
		struct an_attachment *a = l->first;

		if (!a || a->epoch == l->epoch) {
			heap_clear(&an->timers, &l->sweep);
			register_known(an, l, in);
			return;
		}
		an_link_requeue(a);
		an_dispatch(an, a, event_of(an, l), in);
	}
	heap_set(&an->timers, &l->sweep, in->now.mono);
}

void an_link_event(void *self, const struct link *in, struct now now, struct actions *out)
{
	struct an *an = self;
	struct an_link *l = an_link_find(an, in->ifindex);

	if (!l)
		return;
	l->up = in->event == LINK_UP;
	l->epoch++;
	an_link_sweep(an, l, &(struct an_input){ .now = now, .out = out });
}
