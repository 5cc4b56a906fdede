/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever a test has done to an access node: its lists, counters and care-of addresses agree, and
 * what waits belongs to a host that waits. */
#include "core/an_internal.h"
#include "an_world.h"

static bool has_tunnel(const struct an_attachment *a)
{
	return a->state == AN_ATTACHED || a->state == AN_LINK_LOST;
}

static void audit_attachment(const struct an *an, const struct an_attachment *a)
{
	assert_true(a->used);
	assert_ptr_equal(an_attachment_find(an, a->tunnel.ifindex, a->tunnel.host), a);
	assert_ptr_equal(a->next ? a->next->previous : a->link->last, a);
	if (a->tunnel.local.s_addr)
		assert_ptr_equal(care_of_owner(&an->care_of, a->tunnel.local), a);
	else
		assert_int_equal(a->client.exposed, 0);
	assert_int_equal(a->open, has_tunnel(a));
	if (a->state != AN_REGISTERING) {
		assert_int_equal(a->held.packets, 0);
		assert_int_equal(a->early.packets, 0);
	}
}

void an_audit(const struct an *an)
{
	size_t hosts = 0, addresses = 0, owned = 0, packets = 0;

	for (size_t i = 0; i < an->config.n_ports; i++) {
		const struct an_link *l = &an->links[i];
		uint32_t n = 0;

		for (const struct an_attachment *a = l->first; a; a = a->next, n++) {
			assert_ptr_equal(a->link, l);
			audit_attachment(an, a);
			addresses += a->tunnel.local.s_addr != 0;
			packets += a->held.packets + a->early.packets;
		}
		assert_int_equal(n, l->n);
		hosts += n;
	}
	assert_int_equal(hosts, slab_used(&an->attachments));
	for (uint32_t i = 0; i < an->care_of.size; i++)
		owned += an->care_of.v[i].owner != NULL;
	assert_int_equal(owned, addresses);
	assert_int_equal(packets == 0, slab_used(&an->hold.blocks) == 0);
}
