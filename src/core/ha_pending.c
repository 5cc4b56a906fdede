/* SPDX-License-Identifier: Apache-2.0 */
#include "core/ha_pending.h"
#include "core/ha_receive.h"
#include "core/ha_state.h"

int pending_new(struct slab *s, const struct memory *m, uint32_t bindings_max)
{
	return slab_new(s, m, sizeof(struct pending),
			bindings_max < PENDING_MAX ? bindings_max : PENDING_MAX);
}

bool pending_keep(struct ha *h, struct proxy *p, const struct datagram *in, uint8_t attempt,
		  struct now now)
{
	struct pending *v = p->pending ? p->pending : slab_take(&h->pending);

	if (!v || in->payload.n > PENDING_BYTES_MAX) {
		if (v && !p->pending)
			slab_give(&h->pending, v);
		ha_drop(h, DROP_BUFFER_FULL);
		return false;
	}
	v->local = in->local;
	v->remote = in->remote;
	v->local_port = in->local_port;
	v->remote_port = in->remote_port;
	v->n = (uint16_t)in->payload.n;
	memcpy(v->octets, in->payload.p, in->payload.n);
	v->attempt = attempt;
	v->arrived = now.ntp;
	p->pending = v;
	return true;
}

void pending_resume(struct ha *h, const struct pending *p, struct now now, struct actions *out)
{
	const struct datagram in = { .local = p->local,
				     .remote = p->remote,
				     .local_port = p->local_port,
				     .remote_port = p->remote_port,
				     .payload = BYTES(p->octets, p->n) };

	request_judge(h, &in, p->attempt, (struct now){ now.mono, p->arrived }, out);
}

void pending_drop(struct ha *h, struct proxy *p)
{
	if (p->pending)
		slab_give(&h->pending, p->pending);
	p->pending = NULL;
}
