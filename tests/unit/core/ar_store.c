/* SPDX-License-Identifier: Apache-2.0 */
/* What an access router keeps over a restart. */
#include "ar_disk.h"

#include "core/ar_internal.h"

#include <errno.h>

#define HOME "2001:db8:b::1"

/* What is a little different is not there. */
static void assert_no_other_address(struct world *w, struct address a)
{
	struct address other = a;

	other.ifindex = 0; /* a home agent's */
	assert_false(ar_role.has_address(w->ar, &other));
	other = a;
	other.length = 64;
	assert_false(ar_role.has_address(w->ar, &other));
	other = a;
	other.prefix.s6_addr[15] ^= 0x80;
	assert_false(ar_role.has_address(w->ar, &other));
}

static void a_restart_keeps_hosts_and_leases(void **state)
{
	struct ar_lease_info l;
	const struct action *a;
	struct disk d = { 0 };
	uint32_t cursor = 0;
	struct world w;

	world_new(&w);
	for (uint8_t n = 1; n <= 3; n++) {
		w.last = n;
		world_attach(&w, n);
	}
	disk_store(&w, &d, true);
	assert_int_equal(disk_records(&d), 3);
	world_pass(&w, 100);
	disk_store(&w, &d, true);
	disk_restart(&w, &d);
	assert_true(ar_role.restoring(w.ar));
	world_pass(&w, 0);
	for (uint8_t n = 1; n <= 3; n++) {
		world_next(&w, ACTION_TUNNEL_SET);
		a = world_next(&w, ACTION_ADDRESS_SET);
		assert_int_equal(a->address.prefix.s6_addr[15], a->address.host.b[5]);
		assert_int_equal(a->address.ifindex, WORLD_IF);
		assert_true(ar_role.has_address(w.ar, &a->address));
		assert_no_other_address(&w, a->address);
		world_nd(&w, a->address.host.b[5], ND_RA);
	}
	world_quiet(&w);
	assert_false(ar_role.restoring(w.ar));
	assert_true(ar_role.has_tunnel(w.ar, &(struct tunnel){ .local = w.config.care_of,
							       .remote = world_in4("192.0.2.1") }));
	assert_false(
		ar_role.has_tunnel(w.ar, &(struct tunnel){ .local = w.config.care_of,
							   .remote = world_in4("192.0.2.2") }));
	assert_false(
		ar_role.has_tunnel(w.ar, &(struct tunnel){ .local = world_in4("198.51.100.8"),
							   .remote = world_in4("192.0.2.1") }));
	assert_false(ar_role.has_tunnel(w.ar, &(struct tunnel){ .local = w.config.care_of,
								.remote = world_in4("192.0.2.1"),
								.key = 1 }));
	while (ar_lease_next(w.ar, &cursor, w.now, &l)) {
		assert_int_equal(l.valid, 3500);
		assert_int_equal(l.preferred, 1700);
		assert_int_equal(l.iaid, 1);
		assert_true(bytes_equal(l.duid, world_duid(l.host.b[5])));
		assert_int_equal(l.address.s6_addr[15], l.host.b[5]);
	}
	world_ask(&w, 2, DHCP6_RENEW, "2001:db8:b::2");
	assert_int_equal(world_reply(&w, 2, DHCP6_REPLY)->ias[0].leases[0].valid, 3600);
	world_done(&w);
}

static void a_lease_that_was_extended_is_kept(void **state)
{
	struct ar_lease_info l;
	struct disk d = { 0 };
	uint32_t cursor = 0;
	struct world w;

	world_new(&w);
	world_attach(&w, 1);
	disk_store(&w, &d, true);
	world_pass(&w, 100);
	world_skip(&w);
	world_ask(&w, 1, DHCP6_RENEW, HOME);
	disk_store(&w, &d, true);
	disk_restart(&w, &d);
	assert_true(ar_lease_next(w.ar, &cursor, w.now, &l));
	assert_int_equal(l.valid, 3600);
	assert_int_equal(l.preferred, 1800);
	world_done(&w);
}

static void more_hosts_than_there_are_places_are_not_restored(void **state)
{
	struct disk d = { 0 };
	struct world w;
	size_t at;

	world_new(&w);
	for (uint8_t n = 1; n <= 2; n++) {
		w.last = n;
		world_attach(&w, n);
	}
	disk_store(&w, &d, true);
	for (size_t i = 0; i < w.config.access.n_ports; i++)
		w.config.access.ports[i].attachments_max = 1;
	ar_done(w.ar);
	sa_table_done(w.keys);
	world_start(&w);
	for (uint8_t n = 1; n <= 2; n++) {
		const uint8_t key[] = { 'R', 0, 0, 0, n };

		at = disk_find(&d, BYTES(key, sizeof(key)));
		assert_int_equal(ar_role.restore(w.ar, BYTES(key, sizeof(key)),
						 BYTES(d.v[at].value, d.v[at].length), w.now),
				 n == 1 ? 0 : -ENOENT);
	}
	world_done(&w);
}

/* Has the home agent still the registration? Is the host there? */
static void hosts_are_asked_and_renewed_soon_after(void **state)
{
	struct disk d = { 0 };
	struct world w;
	struct rrq q;

	world_new(&w);
	world_attach(&w, 1);
	disk_store(&w, &d, true);
	disk_restart(&w, &d);
	world_pass(&w, 0);
	world_skip(&w);
	for (int i = 0; i < 50 && w.read == w.out.n; i++)
		world_pass(&w, 0.1);
	world_nd(&w, 1, ND_NS);
	world_frame(&w, 1, packet_na(1, "fe80::ff:fe00:1"));
	q = world_request(&w);
	assert_int_equal(q.m.hoa, MIP4_FULL);
	assert_int_equal(q.m.hoa_address.s6_addr[15], 1);
	world_done(&w);
}

static void who_leaves_is_forgotten(void **state)
{
	struct disk d = { 0 };
	struct world w;
	struct rrq q;

	world_new(&w);
	world_ask(&w, 1, DHCP6_REQUEST, NULL);
	assert_int_equal(disk_store(&w, &d, true), 0); /* there is nothing yet */
	q = world_request(&w);
	world_answer(&w, &q, NULL);
	assert_int_equal(disk_store(&w, &d, true), 1);
	assert_int_equal(disk_records(&d), 1);
	world_ask(&w, 1, DHCP6_RELEASE, HOME);
	assert_int_equal(disk_store(&w, &d, true), 1);
	assert_int_equal(disk_records(&d), 0);
	world_done(&w);
}

static void what_could_not_be_stored_is_told_again(void **state)
{
	struct disk d = { 0 };
	struct world w;

	world_new(&w);
	world_attach(&w, 1);
	assert_int_equal(disk_store(&w, &d, false), 1);
	world_ask(&w, 1, DHCP6_RELEASE, HOME);
	assert_int_equal(disk_store(&w, &d, true), 0); /* not before the next try */
	world_pass(&w, 1.1);
	assert_int_equal(disk_store(&w, &d, true), 1); /* it may be in the store, or not */
	assert_int_equal(disk_records(&d), 0);
	world_done(&w);
}

/* Its record is there still, though it has been told that it goes. */
static void what_could_not_be_deleted_is_told_again(void **state)
{
	struct disk d = { 0 };
	struct world w;

	world_new(&w);
	world_attach(&w, 1);
	disk_store(&w, &d, true);
	world_ask(&w, 1, DHCP6_RELEASE, HOME);
	assert_int_equal(disk_store(&w, &d, false), 1);
	assert_int_equal(disk_records(&d), 1);
	world_pass(&w, 1.1);
	assert_int_equal(disk_store(&w, &d, true), 1);
	assert_int_equal(disk_records(&d), 0);
	world_done(&w);
}

static void a_place_is_told_where_it_is_now(void **state)
{
	struct disk d = { 0 };
	struct world w;

	world_new(&w);
	for (uint8_t n = 1; n <= 3; n++) {
		w.last = n;
		world_attach(&w, n);
	}
	disk_store(&w, &d, true);
	world_ask(&w, 1, DHCP6_RELEASE, HOME);
	disk_store(&w, &d, true);
	assert_int_equal(disk_records(&d), 2);
	for (int i = 0; i < 3; i++) {
		disk_restart(&w, &d);
		disk_store(&w, &d, true);
		assert_int_equal(disk_records(&d), 2);
		assert_int_equal(world_hosts(&w), 2);
	}
	world_done(&w);
}

static void what_the_configuration_has_no_more_is_given_up(void **state)
{
	struct disk d = { 0 };
	struct world w;

	world_new(&w);
	world_attach(&w, 1);
	disk_store(&w, &d, true);
	w.config.access.n_ports = 1;
	strcpy(w.config.access.ports[0].name, "other");
	disk_restart(&w, &d);
	assert_int_equal(world_hosts(&w), 0);
	assert_int_equal(disk_store(&w, &d, true), 1);
	assert_int_equal(disk_records(&d), 0);
	world_done(&w);

	memset(&d, 0, sizeof(d));
	world_new(&w);
	world_attach(&w, 1);
	disk_store(&w, &d, true);
	w.config.care_of = world_in4("198.51.100.10");
	disk_restart(&w, &d);
	assert_int_equal(world_hosts(&w), 0);
	disk_store(&w, &d, true);
	assert_int_equal(disk_records(&d), 0);
	world_done(&w);

	memset(&d, 0, sizeof(d)); /* hosts make their addresses now: theirs are in others' prefix */
	world_new(&w);
	world_attach(&w, 1);
	disk_store(&w, &d, true);
	w.config.ports[0].addressing = AR_SLAAC;
	disk_restart(&w, &d);
	assert_int_equal(world_hosts(&w), 0);
	disk_store(&w, &d, true);
	assert_int_equal(disk_records(&d), 0);
	world_done(&w);
}

static void another_home_agent_ends_what_was_with_the_former(void **state)
{
	struct disk d = { 0 };
	struct world w;

	world_new(&w);
	world_attach(&w, 1);
	disk_store(&w, &d, true);
	w.config.access.home_agent = w.sa[1].node = world_in4("192.0.2.2");
	disk_restart(&w, &d);
	world_pass(&w, 0.1);
	assert_int_equal(world_hosts(&w), 0);
	world_done(&w);
}

static void whole(struct mip4_message *m)
{
	m->hoa_unique = true;
	m->hoa_address = world_in6("2001:db8:b::4");
}

/* Whatever home agents give: what is a host's is not taken out of the data plane. */
static void a_64_and_its_first_address_are_told_apart(void **state)
{
	static const uint8_t lengths[] = { 128, 64 };
	struct address a = { .prefix = world_in6("2001:db8:b::"), .ifindex = WORLD_IF };
	struct disk d = { 0 };
	struct world w;
	struct rrq q;

	world_new(&w);
	w.last = 0;
	world_ask(&w, 2, DHCP6_REQUEST, NULL); /* whose place is the first */
	q = world_request(&w);
	world_attach(&w, 1);
	world_answer(&w, &q, whole);
	world_skip(&w);
	disk_store(&w, &d, true);
	for (int i = 0; i < 2; i++) { /* before and after a restart */
		assert_int_equal(world_hosts(&w), 2);
		for (size_t j = 0; j < 2; j++) {
			a.length = lengths[j];
			assert_true(ar_role.has_address(w.ar, &a));
		}
		disk_restart(&w, &d);
	}
	world_done(&w);
}

static void what_ended_meanwhile_is_not_said_again(void **state)
{
	struct disk d = { 0 };
	struct world w;

	world_new(&w);
	for (uint8_t n = 1; n <= 3; n++) {
		w.last = n;
		world_attach(&w, n);
	}
	disk_store(&w, &d, true);
	w.now.mono += 700 * NSEC_PER_SEC;
	w.now.ntp += (uint64_t)700 << 32;
	disk_restart(&w, &d);
	world_pass(&w, 0);
	for (int i = 0; i < 3; i++) {
		world_next(&w, ACTION_ADDRESS_DEL);
		if (i == 2)
			world_next(&w, ACTION_TUNNEL_DEL);
		world_event(&w, EVENT_EXPIRED);
	}
	world_quiet(&w);
	assert_int_equal(world_hosts(&w), 0);
	world_done(&w);
}

static void a_name_and_an_address_are_restored_once(void **state)
{
	struct disk d = { 0 };
	struct world w;
	size_t at;

	world_new(&w);
	world_attach(&w, 1);
	disk_store(&w, &d, true);
	disk_restart(&w, &d);
	at = disk_find(&d, BYTES("R\0\0\0\1", 5));
	assert_int_equal(ar_role.restore(w.ar, BYTES("R\0\0\0\2", 5),
					 BYTES(d.v[at].value, d.v[at].length), w.now),
			 -EBADMSG);
	assert_int_equal(ar_role.restore(w.ar, BYTES("R\0\0\1\0", 5),
					 BYTES(d.v[at].value, d.v[at].length), w.now),
			 -ENOENT); /* more than there are places */
	assert_int_equal(world_hosts(&w), 1);
	world_done(&w);
}

static void the_longest_name_is_restored(void **state)
{
	uint8_t nai[NAI_MAX], buf[AR_RECORD_MAX];
	struct writer out = writer_new(buf, sizeof(buf));
	struct ar_attachment_info info;
	struct disk d = { 0 };
	uint32_t cursor = 0;
	struct ar_record r;
	struct world w;
	size_t at;

	memset(nai, 'n', sizeof(nai));
	world_new(&w);
	world_attach(&w, 1);
	disk_store(&w, &d, true);
	at = disk_find(&d, BYTES("R\0\0\0\1", 5));
	assert_int_equal(ar_record_read(BYTES(d.v[at].value, d.v[at].length), &r), 0);
	world_done(&w);
	r.nai = BYTES(nai, sizeof(nai));
	ar_record_write(&out, &r);
	world_new(&w);
	assert_int_equal(ar_role.restore(w.ar, BYTES("R\0\0\0\1", 5), writer_bytes(&out), w.now),
			 0);
	assert_true(ar_attachment_next(w.ar, &cursor, w.now, &info));
	assert_true(bytes_equal(info.nai, r.nai));
	world_done(&w);
}

/* Two records, by a change of the home agent, say: nothing of the second stays behind. */
static void of_two_hosts_with_one_address_the_first_has_it(void **state)
{
	struct disk d = { 0 };
	struct world w;
	size_t at;

	world_new(&w);
	world_attach(&w, 1);
	disk_store(&w, &d, true);
	at = disk_find(&d, BYTES("R\0\0\0\1", 5));
	world_done(&w);
	world_new(&w);
	world_attach(&w, 2);
	assert_int_equal(ar_role.restore(w.ar, BYTES("R\0\0\0\2", 5),
					 BYTES(d.v[at].value, d.v[at].length), w.now),
			 -EBADMSG);
	assert_int_equal(world_hosts(&w), 1);
	world_done(&w);
}

/* Each host with one of its own. */
static void home_agents_are_bounded(void **state)
{
	uint8_t key[] = { 'R', 0, 0, 0, 0 };
	struct disk d = { 0 };
	struct world w;
	struct ar_record r;
	size_t at;

	world_new(&w);
	world_attach(&w, 1);
	disk_store(&w, &d, true);
	at = disk_find(&d, BYTES("R\0\0\0\1", 5));
	assert_int_equal(ar_record_read(BYTES(d.v[at].value, d.v[at].length), &r), 0);
	world_done(&w);
	world_new(&w);
	for (uint8_t n = 1; n <= AR_HOME_AGENTS_MAX + 1; n++) {
		uint8_t nai[] = "0@example.net", buf[AR_RECORD_MAX];
		struct writer out = writer_new(buf, sizeof(buf));
		struct packet p = { .from = PACKET_TUNNEL,
				    .local = w.config.care_of,
				    .payload = BYTES("x", 1) };

		nai[0] = (uint8_t)('0' + n);
		key[4] = n;
		r.nai = BYTES(nai, sizeof(nai) - 1);
		r.host.b[5] = r.registration.home.s6_addr[15] = n;
		r.port = BYTES(n <= 8 ? "p1" : "p2", 2);
		r.registration.home_agent.s_addr = htonl(0xc0000210u + n);
		ar_record_write(&out, &r);
		assert_int_equal(
			ar_role.restore(w.ar, BYTES(key, sizeof(key)), writer_bytes(&out), w.now),
			n <= AR_HOME_AGENTS_MAX ? 0 : -EBADMSG);
		p.remote = r.registration.home_agent;
		ar_role.packet(w.ar, &p, w.now, &w.out);
		assert_int_equal(world_drops(&w, DROP_TUNNEL_UNKNOWN), n > AR_HOME_AGENTS_MAX);
	}
	assert_int_equal(world_hosts(&w), AR_HOME_AGENTS_MAX);
	world_done(&w);
}

static const struct test tests[] = {
	TEST(a_restart_keeps_hosts_and_leases, ""),
	TEST(hosts_are_asked_and_renewed_soon_after, ""),
	TEST(who_leaves_is_forgotten, ""),
	TEST(what_could_not_be_stored_is_told_again, ""),
	TEST(a_place_is_told_where_it_is_now, ""),
	TEST(what_the_configuration_has_no_more_is_given_up, ""),
	TEST(another_home_agent_ends_what_was_with_the_former, ""),
	TEST(a_64_and_its_first_address_are_told_apart, ""),
	TEST(what_ended_meanwhile_is_not_said_again, ""),
	TEST(a_name_and_an_address_are_restored_once, ""),
	TEST(a_lease_that_was_extended_is_kept, ""),
	TEST(more_hosts_than_there_are_places_are_not_restored, ""),
	TEST(what_could_not_be_deleted_is_told_again, ""),
	TEST(of_two_hosts_with_one_address_the_first_has_it, ""),
	TEST(home_agents_are_bounded, ""),
	TEST(the_longest_name_is_restored, ""),
};

int main(void)
{
	return TESTS_RUN("tests/unit/core/ar_store", tests);
}
