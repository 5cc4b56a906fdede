/* SPDX-License-Identifier: Apache-2.0 */
/* Until the core is there. */
#include "core/ar.h"

const struct role_ops ar_role = { .name = "access-router" };
const char *const ar_dhcp6_outcome_names[AR_DHCP6_OUTCOMES];
int ar_new(const struct ar_config *c, const struct core_env *env, struct ar **ret)
{
	return -12;
}
void ar_done(struct ar *a)
{
}
int ar_reload(struct ar *a, const struct ar_config *c, const struct core_env *env, struct now now)
{
	return -12;
}
void ar_stop(struct ar *a, struct now now)
{
}
bool ar_stopped(const struct ar *a)
{
	return true;
}
bool ar_attachment_next(struct ar *a, uint32_t *cursor, struct now now,
			struct ar_attachment_info *ret)
{
	return false;
}
bool ar_lease_next(struct ar *a, uint32_t *cursor, struct now now, struct ar_lease_info *ret)
{
	return false;
}
const ar_dhcp6_counters *ar_dhcp6(const struct ar *a)
{
	return NULL;
}
