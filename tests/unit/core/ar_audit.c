/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever a test has done to an access router: hosts are found by their names and addresses, the
 * tunnels have the hosts that use them, and what waits belongs to a host that waits. */
#include "access_audit.h"
#include "ar_world.h"
#include "core/ar_internal.h"

static void audit_host(const struct ar *ar, const struct ar_attachment *h)
{
	assert_ptr_equal(ar_attachment_by_nai(ar, h->base.client.nai), h);
	if (h->base.open)
		assert_ptr_equal(ar_home_find(ar, &h->base.client.home, h->base.client.unique), h);
	else
		assert_false(timer_is_set(&h->ra) || timer_is_set(&h->probe) || h->lease.given);
	if (h->base.state != ACCESS_REGISTERING)
		assert_int_equal(h->question.packets, 0);
}

void ar_audit(const struct ar *ar)
{
	size_t open = 0, users = 0, questions = 0, offered = 0, counted = 0;

	for (uint32_t i = 0; i < ar->access.attachments.next; i++) {
		const struct ar_attachment *h = slab_at(&ar->access.attachments, i);

		if (!h->base.used)
			continue;
		audit_host(ar, h);
		open += h->base.open;
		questions += h->question.packets;
		offered += h->offered;
	}
	for (size_t i = 0; i < AR_HOME_AGENTS_MAX; i++)
		users += ar->tunnels[i].users;
	for (size_t i = 0; i < ar->access.config.n_ports; i++)
		counted += ar->links[i].offered;
	assert_int_equal(users, open);
	assert_int_equal(counted, offered);
	access_audit(&ar->access, questions);
}
