/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever a test has done to an access node: its lists, counters and care-of addresses agree, and
 * what waits belongs to a host that waits. */
#include "core/an_internal.h"
#include "an_world.h"

static bool is_open(const struct attachment *a)
{
	return a->state == ACCESS_ATTACHED || a->state == ACCESS_LINK_LOST;
}

static void audit_attachment(const struct an *an, struct attachment *a)
{
	const struct an_attachment *x = an_host(a);

	assert_true(a->used);
	assert_ptr_equal(attachment_find(&an->access, a->ifindex, a->host, 0), a);
	assert_ptr_equal(a->next ? a->next->previous : a->link->last, a);
	if (x->tunnel.local.s_addr)
		assert_ptr_equal(care_of_owner(&an->care_of, x->tunnel.local), x);
	else
		assert_int_equal(a->client.exposed, 0);
	assert_int_equal(a->open, is_open(a));
	if (a->state != ACCESS_REGISTERING) {
		assert_int_equal(a->held.packets, 0);
		assert_int_equal(x->early.packets, 0);
	}
}

void an_audit(const struct an *an)
{
	size_t hosts = 0, addresses = 0, owned = 0, packets = 0;

	for (size_t i = 0; i < an->access.config.n_ports; i++) {
		const struct access_link *l = &an->access.links[i];
		uint32_t n = 0;

		for (struct attachment *a = l->first; a; a = a->next, n++) {
			assert_ptr_equal(a->link, l);
			audit_attachment(an, a);
			addresses += an_host(a)->tunnel.local.s_addr != 0;
			packets += a->held.packets + an_host(a)->early.packets;
		}
		assert_int_equal(n, l->n);
		hosts += n;
	}
	assert_int_equal(hosts, slab_used(&an->access.attachments));
	for (uint32_t i = 0; i < an->care_of.size; i++)
		owned += an->care_of.v[i].owner != NULL;
	assert_int_equal(owned, addresses);
	assert_int_equal(packets == 0, slab_used(&an->access.hold.blocks) == 0);
}
