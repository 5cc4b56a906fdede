/* SPDX-License-Identifier: Apache-2.0 */
/* The loader and the maps' entries (src/dataplane), against the kernel. */
#include "bed.h"

#include <bpf/libbpf.h>
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define CARE_OF  "10.1.0.5"
#define CARE_OF2 "10.1.0.6"
#define HA       "10.9.0.2"

static struct tunnel tunnel(const char *local, const char *host)
{
	return (struct tunnel){ .local = in4(local),
				.remote = in4(HA),
				.ifindex = ifindex("port"),
				.host = mac(host),
				.router = mac(ROUTER_MAC),
				.router_address = in6(ROUTER) };
}

static int send_from(const char *host)
{
	struct frame p = udp6(HOST, CORRESPONDENT, 100), f = V6(ROUTER_MAC, host, &p);

	return run("nm4_access", "port", &f).verdict;
}

static void a_tunnel_that_changes_keeps_its_counters(void **state)
{
	struct tunnel t;
	struct dataplane_counters c;

	bed_new(bed_config());
	t = tunnel(CARE_OF, HOST_MAC);
	assert_int_equal(dataplane_tunnel_set(bed, &t), 0);
	send_from(HOST_MAC);
	t.router = mac("02:00:00:00:00:77");
	assert_int_equal(dataplane_tunnel_set(bed, &t), 0);
	send_from(HOST_MAC);
	assert_int_equal(dataplane_tunnel_counters(bed, &t, &c), 0);
	assert_int_equal(c.in_packets, 2);
	assert_int_equal(c.in_bytes, 200);
	bed_free();
}

static void a_deleted_tunnel_is_gone_in_both_directions(void **state)
{
	struct frame p = udp6(CORRESPONDENT, HOST, 100), o = outer(HA, CARE_OF, &p), f;
	struct tunnel t;
	struct dataplane_counters c;

	bed_new(bed_config());
	t = tunnel(CARE_OF, HOST_MAC);
	assert_int_equal(dataplane_tunnel_set(bed, &t), 0);
	assert_int_equal(dataplane_tunnel_del(bed, &t), 0);
	assert_int_equal(dataplane_tunnel_del(bed, &t), 0); /* what is not there */
	assert_int_equal(dataplane_tunnel_counters(bed, &t, &c), -ENOENT);
	assert_int_equal(send_from(HOST_MAC), TC_ACT_SHOT);
	assert_int_equal(punted().packet.from, PACKET_ACCESS);
	f = V4(CORE_MAC, GATEWAY4_MAC, &o);
	assert_int_equal(run("nm4_core", "core", &f).verdict, TC_ACT_SHOT);
	assert_int_equal(punted().packet.from, PACKET_TUNNEL);
	bed_free();
}

static void a_host_that_got_another_tunnel_keeps_it_when_the_first_one_ends(void **state)
{
	struct tunnel first, second;

	bed_new(bed_config());
	first = tunnel(CARE_OF, HOST_MAC);
	second = tunnel(CARE_OF2, HOST_MAC);
	assert_int_equal(dataplane_tunnel_set(bed, &first), 0);
	assert_int_equal(dataplane_tunnel_set(bed, &second), 0);
	assert_int_equal(dataplane_tunnel_del(bed, &first), 0);
	assert_int_equal(send_from(HOST_MAC), TC_ACT_REDIRECT);
	bed_free();
}

static void a_tunnel_that_got_another_host_leaves_the_first_one_without(void **state)
{
	struct tunnel t;

	bed_new(bed_config());
	t = tunnel(CARE_OF, HOST_MAC);
	assert_int_equal(dataplane_tunnel_set(bed, &t), 0);
	t.host = mac("02:00:00:00:00:02");
	assert_int_equal(dataplane_tunnel_set(bed, &t), 0);
	assert_int_equal(send_from(HOST_MAC), TC_ACT_SHOT);
	assert_int_equal(send_from("02:00:00:00:00:02"), TC_ACT_REDIRECT);
	bed_free();
}

static void full_maps_are_said_to_be_full(void **state)
{
	struct dataplane_config c = bed_config();
	struct address a = { .prefix = in6(HOST), .length = 128 };
	struct tunnel t;

	c.tunnels_max = c.addresses_max = 2;
	bed_new(c);
	for (int i = 0; i < 3; i++) {
		t = (struct tunnel){ .local = in4(LOCAL),
				     .remote.s_addr = htonl(0x0a090000 + (uint32_t)i) };
		a.prefix.s6_addr[15] = (uint8_t)i;
		assert_int_equal(dataplane_tunnel_set(bed, &t), i < 2 ? 0 : -ENOSPC);
		assert_int_equal(dataplane_address_set(bed, &a), i < 2 ? 0 : -ENOSPC);
	}
	assert_int_equal(dataplane_tunnel_del(bed, &t), 0); /* was not there */
	bed_free();
}

static void an_address_that_moves_keeps_its_counters(void **state)
{
	struct frame p = udp6(CORRESPONDENT, HOST, 100), f = V6(HOME_MAC, NEIGHBOUR_MAC, &p);
	struct address a = { .prefix = in6(HOST), .length = 128 };
	uint64_t packets, octets;
	struct result r;

	bed_new(bed_config());
	set_address(HOST, 128, ADDRESS_BOUND, REMOTE);
	r = run("nm4_home", "home", &f);
	assert_outer(&r.out, LOCAL, REMOTE, true);
	set_address(HOST, 128, ADDRESS_BOUND, REMOTE2);
	r = run("nm4_home", "home", &f);
	assert_outer(&r.out, LOCAL, REMOTE2, true);
	assert_int_equal(dataplane_address_counters(bed, &a, &packets, &octets), 0);
	assert_int_equal(packets, 2);
	assert_int_equal(octets, 200);
	assert_int_equal(dataplane_address_del(bed, &a), 0);
	assert_int_equal(dataplane_address_del(bed, &a), 0);
	assert_int_equal(run("nm4_home", "home", &f).verdict, TC_ACT_OK);
	a.length = 96;
	assert_int_equal(dataplane_address_set(bed, &a), -EINVAL);
	bed_free();
}

/* Whether an address found a slot for its copy or is in the hash map alone. */
static void all_of_many_addresses_lead_into_their_own_tunnels(void **state)
{
	struct dataplane_config c = bed_config();
	struct address a = { .prefix = in6("2001:db8:1::"), .length = 128, .local = in4(LOCAL) };
	struct frame p = udp6(CORRESPONDENT, "2001:db8:1::", 60),
		     f = V6(HOME_MAC, NEIGHBOUR_MAC, &p);
	uint64_t packets, octets;

	c.addresses_max = 2048;
	bed_new(c);
	for (int round = 0; round < 3; round++) {
		for (uint16_t i = 0; i < 2048; i++) {
			a.prefix.s6_addr16[7] = htons(i);
			a.remote.s_addr = htonl(0x0a090000 + i + (uint32_t)round);
			a.state = round == 1 ? ADDRESS_TENTATIVE : ADDRESS_BOUND;
			assert_int_equal(dataplane_address_set(bed, &a), 0);
		}
		for (uint16_t i = 0; i < 2048; i++) {
			struct in_addr remote = { htonl(0x0a090000 + i + (uint32_t)round) };
			struct result r;

			memcpy(f.b + 14 + 38, &(uint16_t){ htons(i) }, 2);
			r = run("nm4_home", "home", &f);
			assert_int_equal(r.verdict, round == 1 ? TC_ACT_SHOT : TC_ACT_REDIRECT);
			if (round != 1)
				assert_memory_equal(r.out.b + 14 + 16, &remote, 4);
		}
	}
	for (uint16_t i = 0; i < 2048; i++) {
		a.prefix.s6_addr16[7] = htons(i);
		assert_int_equal(dataplane_address_counters(bed, &a, &packets, &octets), 0);
		assert_int_equal(packets, 2); /* also if a slot was given up meanwhile */
		assert_int_equal(dataplane_address_del(bed, &a), 0);
		memcpy(f.b + 14 + 38, &(uint16_t){ htons(i) }, 2);
		assert_int_equal(run("nm4_home", "home", &f).verdict, TC_ACT_OK);
	}
	bed_free();
}

/* An address of the home link that is not known yet is learnt, others are refused (D9). */
static void prefixes_of_the_home_link_change_while_the_programs_run(void **state)
{
	const struct in6_addr v[9] = { in6("2001:db8:8::"), in6("2001:db8:9::") };
	const char *const sources[] = { "2001:db8:1::55", "2001:db8:8::55", "2001:db8:9::55" };
	const struct {
		uint32_t n;
		bool learnt[3];
	} steps[] = { { 2, { false, true, true } }, { 1, { false, true, false } }, { 0, {} } };

	bed_new(bed_config());
	set_tunnel(LOCAL, REMOTE);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(dataplane_home_prefixes(bed, v, steps[i].n), 0);
		for (size_t k = 0; k < 3; k++) {
			struct frame p = udp6(sources[k], CORRESPONDENT, 100),
				     o = outer(REMOTE, LOCAL, &p),
				     f = V4(CORE_MAC, GATEWAY4_MAC, &o);

			run("nm4_core", "core", &f);
			assert_int_equal(punted().packet.why,
					 steps[i].learnt[k] ? PACKET_UNKNOWN : PACKET_REFUSED);
		}
	}
	assert_int_equal(dataplane_home_prefixes(bed, v, 9), -ENOSPC);
	bed_free();
}

static void punts_make_the_descriptor_readable_and_are_read_in_portions(void **state)
{
	struct pollfd p = { .events = POLLIN };

	bed_new(bed_config());
	p.fd = dataplane_punt_fd(bed);
	assert_int_equal(poll(&p, 1, 0), 0);
	for (int i = 0; i < 5; i++)
		send_from(HOST_MAC);
	for (int i = 0; i < 5; i++) {
		assert_int_equal(poll(&p, 1, 0), 1);
		punted(); /* reads one */
	}
	assert_nothing_punted();
	bed_free();
}

/* What a sender on the same machine leaves to its device is done before the daemon has the packet.
 */
static void a_missing_checksum_is_completed(void **state)
{
	static const struct {
		uint8_t next, at;
	} v[] = { { IPPROTO_TCP, 56 }, { IPPROTO_UDP, 46 } };
	struct in6_addr src = in6(HOST), dst = in6(CORRESPONDENT);

	bed_new(bed_config());
	for (size_t i = 0; i < 2; i++) {
		struct frame p = ip6(HOST, CORRESPONDENT, v[i].next, pattern(61)), f;
		uint8_t pseudo[40] = { [35] = 61, [39] = v[i].next };
		uint16_t sum;
		struct punted u;

		memcpy(pseudo, p.b + 8, 32);
		sum = (uint16_t)~in4_checksum(BYTES(pseudo, 40));
		p.b[v[i].at] = (uint8_t)(sum >> 8);
		p.b[v[i].at + 1] = (uint8_t)sum;
		f = V6(ROUTER_MAC, HOST_MAC, &p);
		run("nm4_access", "port", &f);
		u = punted();
		assert_int_equal(in6_checksum(&src, &dst, v[i].next, BYTES(u.bytes.b + 40, 61)), 0);

		p.b[v[i].at] ^= 0x55; /* any other value is left as it is */
		f = V6(ROUTER_MAC, HOST_MAC, &p);
		run("nm4_access", "port", &f);
		u = punted();
		assert_same(&u.bytes, &p);
	}
	bed_free();
}

static bool has_filter(const char *interface, const char *direction, const char *what)
{
	char line[160];

	snprintf(line, sizeof(line), "tc filter show dev %s %s | grep -q '%s'", interface,
		 direction, what);
	return system(line) == 0;
}

static bool has_clsact(const char *interface)
{
	char line[80];

	snprintf(line, sizeof(line), "tc qdisc show dev %s | grep -q clsact", interface);
	return system(line) == 0;
}

static void only_what_was_attached_is_detached(void **state)
{
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = (int)ifindex("home"),
		    .attach_point = BPF_TC_INGRESS);
	LIBBPF_OPTS(bpf_tc_opts, others, .handle = 1, .priority = 7);

	bed_new(bed_config());
	assert_int_equal(bpf_tc_hook_create(&hook), 0);
	others.prog_fd = dataplane_program_fd(bed, "nm4_upstream");
	assert_int_equal(bpf_tc_attach(&hook, &others), 0);
	assert_int_equal(dataplane_attach(bed, ifindex("home"), DATAPLANE_HOME), 0);
	assert_int_equal(dataplane_attach(bed, ifindex("core"), DATAPLANE_CORE), 0);
	assert_true(has_filter("home", "ingress", "nm4_home"));
	assert_true(has_filter("home", "egress", "nm4_home_out"));
	assert_true(has_filter("core", "ingress", "nm4_core"));
	bed_free();
	assert_false(has_filter("home", "ingress", "nm4_home"));
	assert_false(has_filter("home", "egress", "nm4_home_out"));
	assert_false(has_filter("core", "ingress", "nm4_core"));
	assert_true(has_filter("home", "ingress", "nm4_upstream"));
	assert_false(has_clsact("core"));
	assert_int_equal(system("tc qdisc del dev home clsact"), 0);
}

/* A process that was killed leaves its programs; the next one takes their place. */
static void a_predecessors_programs_are_replaced(void **state)
{
	struct dataplane *before;

	bed_new(bed_config());
	assert_int_equal(dataplane_attach(bed, ifindex("core"), DATAPLANE_CORE), 0);
	before = bed;
	bed_new(bed_config());
	assert_int_equal(dataplane_attach(bed, ifindex("core"), DATAPLANE_CORE), 0);
	dataplane_free(before); /* what is attached is not its own any more */
	assert_true(has_filter("core", "ingress", "nm4_core"));
	assert_true(has_clsact("core"));
	bed_free();
	assert_false(has_clsact("core"));
}

static void a_missing_interface_is_named(void **state)
{
	bed_new(bed_config());
	assert_int_equal(dataplane_attach(bed, 4711, DATAPLANE_CORE), -ENODEV);
	assert_string_equal(dataplane_why(bed), "there is no interface with index 4711");
	bed_free();
}

static void missing_privileges_are_named(void **state)
{
	struct dataplane_config c = bed_config();
	int status;
	pid_t child = fork();

	assert_true(child >= 0);
	if (!child) {
		struct dataplane *d;
		const char *why = "";

		if (setuid(65534))
			_exit(2);
		_exit(dataplane_new(&c, &d, &why) == -EPERM && strstr(why, "CAP_BPF") ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

int main(void)
{
	static const struct test tests[] = {
		TEST(a_tunnel_that_changes_keeps_its_counters, ""),
		TEST(a_deleted_tunnel_is_gone_in_both_directions, ""),
		TEST(a_host_that_got_another_tunnel_keeps_it_when_the_first_one_ends, ""),
		TEST(a_tunnel_that_got_another_host_leaves_the_first_one_without, ""),
		TEST(full_maps_are_said_to_be_full, ""),
		TEST(an_address_that_moves_keeps_its_counters, ""),
		TEST(all_of_many_addresses_lead_into_their_own_tunnels, ""),
		TEST(prefixes_of_the_home_link_change_while_the_programs_run, ""),
		TEST(punts_make_the_descriptor_readable_and_are_read_in_portions, ""),
		TEST(a_missing_checksum_is_completed, ""),
		TEST(only_what_was_attached_is_detached, ""),
		TEST(a_predecessors_programs_are_replaced, ""),
		TEST(a_missing_interface_is_named, ""),
		TEST(missing_privileges_are_named, ""),
	};

	return bed_namespace() ? TESTS_RUN("bpf", tests) : 77;
}
