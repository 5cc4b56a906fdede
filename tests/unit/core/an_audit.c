/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever a test has done to an access node: its lists, counters and care-of addresses agree, and
 * what waits belongs to a host that waits. */
#include "access_audit.h"
#include "an_world.h"
#include "core/an_internal.h"

void an_audit(const struct an *an)
{
	size_t addresses = 0, owned = 0, early = 0;

	for (uint32_t i = 0; i < an->access.attachments.next; i++) {
		const struct an_attachment *a = slab_at(&an->access.attachments, i);

		if (!a->base.used)
			continue;
		if (a->tunnel.local.s_addr)
			assert_ptr_equal(care_of_owner(&an->care_of, a->tunnel.local), a);
		else
			assert_int_equal(a->base.client.exposed, 0);
		if (a->base.state != ACCESS_REGISTERING)
			assert_int_equal(a->early.packets, 0);
		addresses += a->tunnel.local.s_addr != 0;
		early += a->early.packets;
	}
	for (uint32_t i = 0; i < an->care_of.size; i++)
		owned += an->care_of.v[i].owner != NULL;
	assert_int_equal(owned, addresses);
	access_audit(&an->access, early);
}
