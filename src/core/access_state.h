/* SPDX-License-Identifier: Apache-2.0 */
/* The states of a host at an access node or an access router. */
#pragma once

enum access_state {
	ACCESS_REGISTERING, /* no tunnel yet; what the host sends is held */
	ACCESS_ATTACHED,
	ACCESS_LINK_LOST, /* tunnel kept for detach_delay (D5) */
	ACCESS_HOLD_DOWN, /* after a revocation (D4) */
	ACCESS_BLOCKED, /* refused, DAD failure or operator's revoke: until link-up or back-off (D4)
			 */
	ACCESS_DEREGISTERING,
	ACCESS_STATE_MAX
};
extern const char *const access_state_names[ACCESS_STATE_MAX];
