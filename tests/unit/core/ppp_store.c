/* SPDX-License-Identifier: Apache-2.0 */
/* Sessions of hosts over a restart of the access router: they go on, and who has gone meanwhile is
 * found out by its silence. */
#include <errno.h>

#include "ar_disk.h"
#include "ppp_world.h"
#include "core/ppp_internal.h"

static struct rrq start(struct world *w, struct dial *d, struct disk *disk)
{
	struct rrq q;

	memset(disk, 0, sizeof(*disk));
	world_ppp(w);
	*d = dial_new(w, 1);
	q = dial_up(d);
	disk_store(w, disk, true);
	return q;
}

/* What the restart has told the data plane and the host is looked at. */
static struct address repeated(struct world *w, struct dial *d)
{
	struct address a;

	world_pass(w, 0);
	world_next(w, ACTION_TUNNEL_SET);
	a = world_next(w, ACTION_ADDRESS_SET)->address;
	dial_packet(d, PPP_PROTOCOL_IPV6); /* the advertisement */
	world_quiet(w);
	return a;
}

static void a_session_goes_on_after_a_restart(void **state)
{
	struct ar_session_info i;
	struct ppp_packet p;
	struct disk disk;
	struct world w;
	struct dial d;
	struct address a;
	struct rrq q = start(&w, &d, &disk), renewal;

	disk_restart(&w, &disk);
	a = repeated(&w, &d);
	assert_int_equal(a.session, d.session);
	assert_true(mac_equal(a.host, world_host(1)));
	assert_true(ar_role.has_address(w.ar, &a));
	assert_true(dial_info(&d, &i));
	assert_int_equal(i.phase, AR_SESSION_OPEN);
	assert_true(i.identifier == q.m.hoa_request_iid);
	assert_true(bytes_equal(i.nai, bytes_of(DIAL_NAI)));
	dial_send(&d, PPP_PROTOCOL_IPV6, packet_data("2001:db8:b:1::5", "2001:db8:1::1", 64));
	world_next(&w, ACTION_TUNNEL_SEND);
	dial_control(&d, PPP_PROTOCOL_LCP, PPP_CODE_ECHO_REQUEST, 1, BYTES("\1\2\3\4", 4));
	p = dial_next(&d, PPP_PROTOCOL_LCP, PPP_CODE_ECHO_REPLY);
	assert_memory_not_equal(p.data.p, "\0\0\0\0", 4); /* our magic number of before */
	for (int t = 0; t < 60 && w.read == w.out.n; t++) {
		world_pass(&w, 0.1);
		while (w.read < w.out.n && w.out.v[w.read].type != ACTION_SEND)
			w.read++; /* Echo-Requests */
	}
	renewal = world_request(&w);
	assert_int_equal(renewal.m.hoa, MIP4_FULL);
	assert_true(in6_identifier(&renewal.m.hoa_address) == q.m.hoa_request_iid);
	world_done(&w);
}

static void who_has_gone_meanwhile_is_found_out(void **state)
{
	struct ar_session_info i;
	struct disk disk;
	struct world w;
	struct dial d;

	start(&w, &d, &disk);
	disk_restart(&w, &disk);
	world_pass(&w, 41); /* within an interval, and three more */
	assert_int_equal(last_end(&w), AR_END_ECHO);
	world_pass(&w, 30);
	assert_false(dial_info(&d, &i));
	assert_int_equal(world_hosts(&w), 0);
	disk_store(&w, &disk, true);
	assert_int_equal(disk_records(&disk), 0);
	world_done(&w);
}

/* Some time within the next five seconds; the home agent agrees. */
static void renewed(struct world *w)
{
	struct rrq q;

	world_pass(w, 5);
	while (w->out.v[w->read].type != ACTION_SEND)
		w->read++;
	q = world_request(w);
	world_answer(w, &q, NULL);
	world_skip(w);
}

static void a_host_may_hang_up_or_redial_after_a_restart(void **state)
{
	struct disk disk;
	struct world w;
	struct dial d, again;
	struct ppp_packet p;
	struct rrq q = start(&w, &d, &disk);

	disk_restart(&w, &disk);
	repeated(&w, &d);
	renewed(&w);
	again = dial_new(&w, 1);
	dial_in(&again);
	assert_int_not_equal(again.session, d.session);
	dial_ask(&again, 0);
	dial_next(&d, PPP_PROTOCOL_LCP, PPP_CODE_TERMINATE_REQUEST);
	assert_int_equal(world_next(&w, ACTION_ADDRESS_SET)->address.session, again.session);
	dial_next(&again, PPP_PROTOCOL_IPV6CP, PPP_CODE_CONFIGURE_REQUEST);
	p = dial_next(&again, PPP_PROTOCOL_IPV6CP, PPP_CODE_CONFIGURE_NAK);
	assert_true(identifier_in(&p) == q.m.hoa_request_iid);
	dial_say(&again, PPPOE_PADT, again.session, BYTES(NULL, 0));
	world_next(&w, ACTION_ADDRESS_DEL);
	world_done(&w);
}

/* It negotiates IPv6CP anew as soon as the router is back. */
static void what_is_repeated_waits_for_ipv6cp(void **state)
{
	struct ppp_packet p;
	struct disk disk;
	struct world w;
	struct dial d;
	struct rrq q = start(&w, &d, &disk);

	disk_restart(&w, &disk);
	dial_ask(&d, q.m.hoa_request_iid);
	p = dial_next(&d, PPP_PROTOCOL_IPV6CP, PPP_CODE_CONFIGURE_REQUEST);
	dial_next(&d, PPP_PROTOCOL_IPV6CP, PPP_CODE_CONFIGURE_ACK);
	world_pass(&w, 0);
	world_next(&w, ACTION_TUNNEL_SET);
	world_next(&w, ACTION_ADDRESS_SET);
	world_quiet(&w);
	dial_control(&d, PPP_PROTOCOL_IPV6CP, PPP_CODE_CONFIGURE_ACK, p.id, p.data);
	dial_packet(&d, PPP_PROTOCOL_IPV6);
	world_done(&w);
}

/* Killed before the host has heard that it has an address: it is not there after that. */
static void a_session_is_kept_once_ipv6cp_is_through(void **state)
{
	struct disk disk = { 0 };
	struct world w;
	struct dial d;
	struct rrq q;

	world_ppp(&w);
	d = dial_new(&w, 1);
	dial_in(&d);
	dial_ask(&d, 0);
	q = world_request(&w);
	world_answer(&w, &q, NULL);
	disk_store(&w, &disk, true);
	assert_int_equal(disk_records(&disk), 0);
	disk_restart(&w, &disk);
	world_pass(&w, 0);
	dial_ask(&d, 0); /* there is no such session */
	assert_int_equal(world_drops(&w, DROP_PPPOE_SESSION), 1);
	assert_int_equal(dial_heard(&d, PPPOE_PADT)->session, d.session);
	world_quiet(&w);
	world_done(&w);
}

static void what_ends_is_forgotten(void **state)
{
	struct disk disk;
	struct world w;
	struct dial d;

	start(&w, &d, &disk);
	assert_int_equal(disk_records(&disk), 1);
	dial_say(&d, PPPOE_PADT, d.session, BYTES(NULL, 0));
	disk_store(&w, &disk, true);
	assert_int_equal(disk_records(&disk), 0);
	world_done(&w);
}

static void a_port_without_ppp_has_no_session_any_more(void **state)
{
	struct disk disk;
	struct world w;
	struct dial d;

	start(&w, &d, &disk);
	w.config.ports[0].addressing = AR_SLAAC;
	disk_restart(&w, &disk);
	assert_int_equal(world_hosts(&w), 0);
	disk_store(&w, &disk, true);
	assert_int_equal(disk_records(&disk), 0);
	world_done(&w);
}

/* A damaged store: a number has one session on a port. */
static void a_number_is_restored_once(void **state)
{
	struct disk disk;
	struct world w;
	struct dial d;
	struct ar_record r;
	uint8_t buf[AR_RECORD_MAX];
	struct writer value = writer_new(buf, sizeof(buf));
	size_t at;

	start(&w, &d, &disk);
	disk_restart(&w, &disk);
	at = disk_find(&disk, BYTES("R\0\0\0\1", 5));
	assert_int_equal(ar_record_read(BYTES(disk.v[at].value, disk.v[at].length), &r), 0);
	r.host = world_host(9);
	r.nai = bytes_of("bob@example.net");
	r.registration.home = world_in6("2001:db8:b:9::9");
	ar_record_write(&value, &r);
	assert_int_equal(ar_role.restore(w.ar, BYTES("R\0\0\0\2", 5), writer_bytes(&value), w.now),
			 -EBADMSG);
	assert_int_equal(world_hosts(&w), 1);
	world_done(&w);
}

static const struct test tests[] = {
	TEST(a_session_goes_on_after_a_restart, "AR-27"),
	TEST(who_has_gone_meanwhile_is_found_out, ""),
	TEST(a_host_may_hang_up_or_redial_after_a_restart, ""),
	TEST(a_session_is_kept_once_ipv6cp_is_through, ""),
	TEST(what_is_repeated_waits_for_ipv6cp, "AR-7"),
	TEST(what_ends_is_forgotten, ""),
	TEST(a_port_without_ppp_has_no_session_any_more, ""),
	TEST(a_number_is_restored_once, ""),
};

int main(void)
{
	return TESTS_RUN("core/ppp_store", tests);
}
