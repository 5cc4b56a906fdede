/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who says whether a host is who it says: the users of the configuration. A verdict waits until the
 * batch is through in which it was asked for: it is an input of its own.
 */
#include "daemon/daemon.h"
#include "daemon/log.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>

struct verdict {
	uint32_t id;
	enum auth_result result;
	size_t name, eap, state; /* octets of each, in this order: */
	uint8_t bytes[USER_NAME_MAX + USERS_EAP_MAX + AUTH_STATE_MAX];
};

int auth_begin(struct daemon *d)
{
	users_set(&d->users, d->config->users, d->config->n_users);
	if (getrandom(d->pppoe_key, sizeof(d->pppoe_key), 0) != sizeof(d->pppoe_key))
		return -EIO;
	return 0;
}

void auth_end(struct daemon *d)
{
	free(d->verdicts);
	bytes_wipe(d->pppoe_key, sizeof(d->pppoe_key));
}

static int make_room(struct daemon *d)
{
	size_t max = d->verdicts_max ? 2 * d->verdicts_max : 64;
	struct verdict *v;

	if (d->n_verdicts < d->verdicts_max)
		return 0;
	v = realloc(d->verdicts, max * sizeof(*v));
	if (!v)
		return -ENOMEM;
	d->verdicts = v;
	d->verdicts_max = max;
	return 0;
}

int auth_ask(struct daemon *d, uint32_t id, const struct auth_question *q)
{
	uint8_t challenge[16];
	struct auth_verdict v;
	struct verdict *a;
	struct writer w;
	int err = make_room(d);

	if (err)
		return err;
	if (getrandom(challenge, sizeof(challenge), 0) != sizeof(challenge))
		return -EIO;
	users_answer(&d->users, q, challenge, &v);
	a = &d->verdicts[d->n_verdicts++];
	*a = (struct verdict){ id, v.result, v.name.n, v.eap.n, v.state.n };
	w = writer_new(a->bytes, sizeof(a->bytes));
	write_bytes(&w, v.name);
	write_bytes(&w, v.eap);
	write_bytes(&w, v.state);
	return 0;
}

void auth_tell(struct daemon *d)
{
	for (size_t i = 0; i < d->n_verdicts; i++) {
		const struct verdict a = d->verdicts[i];
		const struct auth_verdict v = {
			.result = a.result,
			.name = BYTES(a.bytes, a.name),
			.eap = BYTES(a.bytes + a.name, a.eap),
			.state = BYTES(a.bytes + a.name + a.eap, a.state),
		};

		runtime_verdict(&d->runtime, a.id, &v, d->now);
	}
	d->n_verdicts = 0;
}
