/* SPDX-License-Identifier: Apache-2.0 */
#include "core/ha_replay.h"

#define NTP_SECOND ((uint64_t)1 << 32)
/* A client that took its clock from our code 133 (D13) may end up to two seconds after the last
 * accepted one, and so beyond the tolerance if that one was at its edge. */
#define RESYNCHRONISED (2 * NTP_SECOND)

/* A host that has asked, but nothing has been accepted yet, has nothing to compare with. */
static bool has_history(const struct host *x)
{
	return x && x->last;
}

bool replay_is_over(const struct host *x, uint16_t tolerance, struct now now)
{
	const uint64_t accepted = (uint64_t)x->accepted << 32;
	const uint64_t from = ntp_later(x->last, accepted) ? x->last : accepted;

	return !has_history(x) || ntp_later(now.ntp, from + 2 * tolerance * NTP_SECOND);
}

void replay_accept(struct host *x, uint64_t identification, struct in_addr care_of,
		   bool deregistration, struct now now)
{
	x->last = identification;
	x->accepted = ntp_seconds(now.ntp);
	x->care_of = care_of;
	x->deregistration = deregistration;
}

bool replay_is_fresh(const struct host *x, uint64_t identification, uint16_t tolerance,
		     struct now now)
{
	const uint64_t t = tolerance * NTP_SECOND;

	if (has_history(x) && !ntp_later(identification, x->last))
		return false;
	if (!ntp_later(identification, now.ntp))
		return now.ntp - identification <= t;
	return identification - now.ntp <= t ||
	       (has_history(x) && identification - x->last <= RESYNCHRONISED);
}

uint64_t replay_resynchronise(const struct host *x, uint64_t identification, struct now now)
{
	uint32_t seconds = ntp_seconds(now.ntp);

	if (has_history(x) && (int32_t)(ntp_seconds(x->last) - seconds) >= 0)
		seconds = ntp_seconds(x->last) + 1;
	return (uint64_t)seconds << 32 | (uint32_t)identification;
}
