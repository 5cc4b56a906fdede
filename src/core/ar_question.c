/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a host that is not registered asks by DHCPv6 waits for the registration as it came, and is
 * read and answered when that is through: what comes again meanwhile takes its place, and starts no
 * second one (draft 3.1.2).
 */
#include "core/ar_internal.h"
#include "proto/udp.h"

#define QUESTIONS_MAX 1

void ar_dhcp6_wait(struct ar *ar, struct ar_attachment *h, const struct access_input *in)
{
	const bool again = hold_drop(&ar->access.hold, &h->question) > 0;

	if (hold_put(&ar->access.hold, &h->question, in->packet->packet, QUESTIONS_MAX) < 0) {
		ar->access.drops[DROP_BUFFER_FULL]++;
		ar_dhcp6_count(ar, in->asked->type, AR_DHCP6_DISCARDED);
		return;
	}
	ar_dhcp6_count(ar, in->asked->type, again ? AR_DHCP6_REPEATED : AR_DHCP6_WAITING);
}

/* What waits, read again from `buf`; false if there is nothing. It was sound when it was put there.
 */
static bool take_question(struct ar *ar, struct ar_attachment *h, uint8_t buf[HOLD_BYTES_MAX],
			  struct ip6 *ip, struct dhcp6_message *m)
{
	const size_t n = hold_first(&h->question);
	struct udp u;

	if (n == 0)
		return false;
	hold_take(&ar->access.hold, &h->question, buf);
	return ip6_decode(BYTES(buf, n), ip) == 0 && udp_decode(ip, &u) == 0 &&
	       dhcp6_decode(u.payload, m) == 0;
}

static void take_up(struct ar *ar, struct ar_attachment *h, const struct access_input *in,
		    void (*answer)(struct ar *, struct ar_attachment *,
				   const struct access_input *))
{
	uint8_t buf[HOLD_BYTES_MAX];
	struct dhcp6_message m;
	struct ip6 ip;
	const struct access_input asked = {
		.now = in->now, .out = in->out, .packet = &ip, .asked = &m
	};

	if (take_question(ar, h, buf, &ip, &m))
		answer(ar, h, &asked);
}

void ar_dhcp6_registered(struct ar *ar, struct ar_attachment *h, const struct access_input *in)
{
	take_up(ar, h, in, ar_dhcp6_answer);
}

void ar_dhcp6_refused(struct ar *ar, struct ar_attachment *h, const struct access_input *in)
{
	take_up(ar, h, in, ar_dhcp6_deny);
}

/* No answer if the home agent does not answer (D19): another server might. */
void ar_dhcp6_forget(struct ar *ar, struct ar_attachment *h)
{
	uint8_t buf[HOLD_BYTES_MAX];
	struct dhcp6_message m;
	struct ip6 ip;

	if (take_question(ar, h, buf, &ip, &m))
		ar_dhcp6_count(ar, m.type, AR_DHCP6_UNANSWERED);
}
