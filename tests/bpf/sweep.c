/* SPDX-License-Identifier: Apache-2.0 */
/* What a predecessor left in the maps and nobody knows any more (src/dataplane/sweep.c). */
#include "heir.h"
#include "bpf/abi.h"

#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#define MANY 3000

static bool wants_tunnel(void *ctx, const struct tunnel *t)
{
	if (t->access)
		return t->remote.s_addr == in4(REMOTE3).s_addr;
	return t->remote.s_addr == in4(REMOTE).s_addr || t->local.s_addr == in4(CARE_OF).s_addr;
}

static bool wants_address(void *ctx, const struct address *a)
{
	struct in6_addr host = in6(HOST), host2 = in6(HOST2), unique = in6(UNIQUE);
	struct in6_addr neighbour = in6(NEIGHBOUR), own = in6(NEIGHBOUR_UNIQUE);

	if (a->ifindex)
		return a->ifindex == ifindex("port") && mac_equal(a->host, mac(HOST_MAC)) &&
		       in6_equal(&a->prefix, a->length == 128 ? &neighbour : &own);

	return (a->length == 128 &&
		(in6_equal(&a->prefix, &host) || in6_equal(&a->prefix, &host2))) ||
	       (a->length == 64 && in6_equal(&a->prefix, &unique));
}

static const struct dataplane_wanted wanted = { wants_tunnel, wants_address };

static void sweep(void)
{
	assert_int_equal(dataplane_sweep(bed, &wanted, NULL, UINT32_MAX), 0);
}

static void set_strangers(void)
{
	set_and_use_all();
	set_tunnel(LOCAL, REMOTE2);
	set_address("2001:db8:1::77", 128, ADDRESS_BOUND, REMOTE2);
	set_address("2001:db8:6::", 64, ADDRESS_BOUND, REMOTE2);
	set_access("10.1.0.6", "10.9.0.2", "02:00:00:00:00:02", ROUTER_MAC, ROUTER);
	set_neighbours("2001:db8:1::78", "2001:db8:9::");
}

static void the_sweep_removes_what_nobody_knows(void **state)
{
	struct tunnel t = { .local = in4(LOCAL), .remote = in4(REMOTE2) };
	struct frame p = udp6(HOST, CORRESPONDENT, 100),
		     f = V6(ROUTER_MAC, "02:00:00:00:00:02", &p);
	struct dataplane_counters c;

	predecessor(heir_config(), set_strangers);
	bed_new(heir_config());
	assert_int_equal(towards("2001:db8:1::77").verdict, TC_ACT_REDIRECT);
	assert_int_equal(towards("2001:db8:6::7").verdict, TC_ACT_REDIRECT);
	assert_int_equal(run("nm4_access", "port", &f).verdict, TC_ACT_REDIRECT);
	assert_int_equal(out_of_tunnel("2001:db8:1::78").verdict, TC_ACT_REDIRECT);
	assert_int_equal(out_of_tunnel("2001:db8:9::7").verdict, TC_ACT_REDIRECT);
	sweep();
	assert_int_equal(out_of_tunnel("2001:db8:1::78").verdict, TC_ACT_SHOT); /* punted */
	assert_int_equal(out_of_tunnel("2001:db8:9::7").verdict, TC_ACT_SHOT);
	punted();
	punted();
	assert_int_equal(dataplane_tunnel_counters(bed, &t, &c), -ENOENT);
	assert_int_equal(towards("2001:db8:1::77").verdict, TC_ACT_OK);
	assert_int_equal(towards("2001:db8:6::7").verdict, TC_ACT_OK);
	assert_int_equal(run("nm4_access", "port", &f).verdict, TC_ACT_SHOT); /* punted */
	assert_int_equal(punted().packet.from, PACKET_ACCESS);
	bed_free();
}

/* Killed between the two maps: a host whose tunnel is not there, or is another host's. */
static void the_sweep_removes_hosts_without_a_tunnel_of_theirs(void **state)
{
	struct host_key k = { .ifindex = ifindex("port"), .mac = { 2, [5] = 0x77 } };
	struct host_value v = { .tunnel = { in4(CARE_OF).s_addr, in4("10.9.0.2").s_addr, 0 } };
	int hosts;

	predecessor(heir_config(), set_and_use_all);
	bed_new(heir_config());
	hosts = pinned("hosts");
	assert_int_equal(bpf_map_update_elem(hosts, &k, &v, BPF_ANY), 0);
	k.mac[5]++;
	v.tunnel.local++;
	assert_int_equal(bpf_map_update_elem(hosts, &k, &v, BPF_ANY), 0);
	sweep();
	assert_int_equal(bpf_map_lookup_elem(hosts, &k, &v), -ENOENT);
	k.mac[5]--;
	assert_int_equal(bpf_map_lookup_elem(hosts, &k, &v), -ENOENT);
	assert_int_equal(from_access_host().verdict, TC_ACT_REDIRECT); /* has one */
	close(hosts);
	bed_free();
}

static void the_sweep_leaves_what_is_right_alone(void **state)
{
	struct tunnel t = { .local = in4(CARE_OF), .remote = in4("10.9.0.2") };
	struct dataplane_counters c;

	predecessor(heir_config(), set_and_use_all);
	bed_new(heir_config());
	freeze_maps();
	sweep();
	assert_int_equal(packets_to(HOST, 128), 1);
	assert_int_equal(packets_to(UNIQUE, 64), 1);
	assert_int_equal(dataplane_tunnel_counters(bed, &t, &c), 0);
	assert_int_equal(c.in_packets, 1);
	assert_int_equal(out_of_tunnel(NEIGHBOUR).verdict, TC_ACT_REDIRECT);
	assert_int_equal(out_of_tunnel(NEIGHBOUR_UNIQUE "7").verdict, TC_ACT_REDIRECT);
	bed_free();
}

/* The slot that an address has; of all there are. */
static struct address_slot find_slot(int slots, const char *address, uint32_t *ret_at)
{
	struct in6_addr a = in6(address);
	struct address_slot s;

	for (uint32_t i = 0; bpf_map_lookup_elem_flags(slots, &i, &s, BPF_F_LOCK) == 0; i++)
		if (s.tunnel.remote && memcmp(&s.address, &a, sizeof(a)) == 0) {
			*ret_at = i;
			return s;
		}
	fail_msg("%s has no slot", address);
	return s;
}

static void the_sweep_corrects_slots_that_disagree(void **state)
{
	struct address_slot s;
	struct in6_addr gone = in6("2001:db8:1::99");
	struct result r;
	uint32_t at, other;
	int slots;

	predecessor(heir_config(), set_and_use_all);
	bed_new(heir_config());
	slots = pinned("slots");
	s = find_slot(slots, HOST, &at);
	s.tunnel.remote = in4(REMOTE2).s_addr;
	assert_int_equal(bpf_map_update_elem(slots, &at, &s, BPF_F_LOCK), 0);
	r = towards(HOST);
	assert_outer(&r.out, LOCAL, REMOTE2, true);
	sweep();
	r = towards(HOST);
	assert_outer(&r.out, LOCAL, REMOTE, true);
	assert_int_equal(packets_to(HOST, 128), 3);

	/* A copy of an address that the hash map does not have. */
	bed_free();
	predecessor(heir_config(), set_and_use_all);
	bed_new(heir_config());
	close(slots);
	slots = pinned("slots");
	set_address("2001:db8:1::99", 128, ADDRESS_BOUND, REMOTE);
	s = find_slot(slots, "2001:db8:1::99", &other);
	close(slots);
	slots = pinned("addresses");
	assert_int_equal(bpf_map_delete_elem(slots, &gone), 0);
	close(slots);
	assert_int_equal(towards("2001:db8:1::99").verdict, TC_ACT_REDIRECT);
	sweep();
	assert_int_equal(towards("2001:db8:1::99").verdict, TC_ACT_OK);
	bed_free();
}

static struct address number(uint32_t i)
{
	struct address a = { .prefix = in6("2001:db8:1::"),
			     .length = 128,
			     .state = ADDRESS_BOUND,
			     .local = in4(LOCAL),
			     .remote.s_addr = htonl(0x0a090000 + i) };

	a.prefix.s6_addr32[3] = htonl(i);
	return a;
}

static void set_many(void)
{
	for (uint32_t i = 0; i < MANY; i++) {
		struct address a = number(i);
		struct tunnel t = { .local = a.local, .remote = a.remote };

		assert_int_equal(dataplane_tunnel_set(bed, &t), 0);
		assert_int_equal(dataplane_address_set(bed, &a), 0);
	}
}

struct asked {
	unsigned tunnels, addresses;
};

static bool wants_even_tunnel(void *ctx, const struct tunnel *t)
{
	struct asked *n = ctx;

	n->tunnels++;
	return !(ntohl(t->remote.s_addr) & 1);
}

static bool wants_even_address(void *ctx, const struct address *a)
{
	struct asked *n = ctx;

	n->addresses++;
	return !(a->prefix.s6_addr[15] & 1);
}

static void the_sweep_goes_in_bounded_steps(void **state)
{
	static const struct dataplane_wanted even = { wants_even_tunnel, wants_even_address };
	struct dataplane_config c = heir_config();
	struct asked all = { 0 };
	struct dataplane_counters counters;
	int more, steps = 0;

	c.tunnels_max = c.addresses_max = MANY;
	predecessor(c, set_many);
	bed_new(c);
	do {
		struct asked one = { 0 };

		more = dataplane_sweep(bed, &even, &one, 1);
		assert_true(more >= 0);
		assert_true(one.tunnels + one.addresses <= 256);
		all.tunnels += one.tunnels;
		all.addresses += one.addresses;
		steps++;
	} while (more);
	assert_true(steps > 4 * MANY / 256); /* tunnels, addresses, two slots each */
	assert_int_equal(all.tunnels, MANY);
	assert_int_equal(all.addresses, MANY);
	for (uint32_t i = 0; i < MANY; i++) {
		struct address a = number(i);
		struct tunnel t = { .local = a.local, .remote = a.remote };
		uint64_t n;

		assert_int_equal(dataplane_tunnel_counters(bed, &t, &counters),
				 i & 1 ? -ENOENT : 0);
		assert_int_equal(dataplane_address_counters(bed, &a, &n, &n), i & 1 ? -ENOENT : 0);
	}
	assert_int_equal(dataplane_sweep(bed, &even, &all, 1), 0); /* once is enough */
	bed_free();
}

int main(void)
{
	static const struct test tests[] = {
		TEST(the_sweep_removes_what_nobody_knows, ""),
		TEST(the_sweep_removes_hosts_without_a_tunnel_of_theirs, ""),
		TEST(the_sweep_leaves_what_is_right_alone, ""),
		TEST(the_sweep_corrects_slots_that_disagree, ""),
		TEST(the_sweep_goes_in_bounded_steps, ""),
	};
	int failed;

	if (!heir_begin())
		return 77;
	failed = TESTS_RUN("bpf", tests);
	heir_end();
	return failed;
}
