/* SPDX-License-Identifier: Apache-2.0 */
/* Maps that outlive the process (src/dataplane/pins.c): what a successor takes over, replaces, or
 * refuses. */
#include "heir.h"
#include "bpf/abi.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static uint32_t map_id(const char *name)
{
	struct bpf_map_info i = { 0 };
	uint32_t n = sizeof(i);
	int fd = pinned(name);

	assert_int_equal(bpf_obj_get_info_by_fd(fd, &i, &n), 0);
	close(fd);
	return i.id;
}

static bool is_there(const char *path)
{
	return access(path, F_OK) == 0;
}

/* The program at an ingress; 0 if there is none. */
static uint32_t attached_to(const char *interface)
{
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = (int)ifindex(interface),
		    .attach_point = BPF_TC_INGRESS);
	LIBBPF_OPTS(bpf_tc_opts, opts, .handle = 1, .priority = 434);

	return bpf_tc_query(&hook, &opts) ? 0 : opts.prog_id;
}

/* ---- taking over ---- */

static void maps_and_programs_outlive_the_process(void **state)
{
	struct frame large = udp6(CORRESPONDENT, HOST, 1400),
		     f = V6(HOME_MAC, NEIGHBOUR_MAC, &large);
	struct tunnel t = { .local = in4(CARE_OF), .remote = in4("10.9.0.2") };
	struct dataplane_counters c;
	struct result r;
	uint32_t before;

	predecessor(heir_config(), set_and_use_all);
	before = attached_to("core");
	assert_int_not_equal(before, 0);
	bed_new(heir_config());
	assert_true(dataplane_taken_over(bed));
	r = towards(HOST);
	assert_outer(&r.out, LOCAL, REMOTE, true);
	assert_int_equal(packets_to(HOST, 128), 2);
	r = towards(UNIQUE "7");
	assert_outer(&r.out, LOCAL, REMOTE, true);
	assert_int_equal(packets_to(UNIQUE, 64), 2);
	assert_int_equal(towards(HOST2).verdict, TC_ACT_SHOT);
	assert_dropped(DROP_ADDRESS_TENTATIVE, 2); /* one of them before */
	r = run("nm4_home", "home", &f);           /* answered with Packet Too Big */
	assert_too_big(BYTES(r.out.b + 14, r.out.n - 14), HA_ADDRESS, CORRESPONDENT, 1380, &large);
	assert_int_equal(from_access_host().verdict, TC_ACT_REDIRECT);
	assert_int_equal(dataplane_tunnel_counters(bed, &t, &c), 0);
	assert_int_equal(c.in_packets, 2);

	assert_int_equal(attached_to("core"), before);
	assert_int_equal(dataplane_attach(bed, ifindex("core"), DATAPLANE_CORE), 0);
	assert_int_not_equal(attached_to("core"), 0);
	assert_int_not_equal(attached_to("core"), before);
	bed_free();
	assert_int_equal(attached_to("core"), 0);
}

static void what_is_right_is_not_written_again(void **state)
{
	struct address moved = { .prefix = in6(HOST),
				 .length = 128,
				 .state = ADDRESS_BOUND,
				 .local = in4(LOCAL),
				 .remote = in4(REMOTE2) };

	predecessor(heir_config(), set_and_use_all);
	bed_new(heir_config());
	freeze_maps();
	set_all();
	assert_int_equal(dataplane_address_set(bed, &moved), -EPERM); /* they are frozen indeed */
	assert_int_equal(packets_to(HOST, 128), 1);
	assert_int_equal(packets_to(UNIQUE, 64), 1);
	bed_free();
}

static void a_clean_end_leaves_no_pins(void **state)
{
	bed_new(heir_config());
	assert_false(dataplane_taken_over(bed));
	assert_int_equal(dataplane_ready(bed), 0);
	assert_true(is_there(heir_folder));
	bed_free();
	assert_false(is_there(heir_folder));
	assert_true(is_there(heir_root));
}

static void the_folder_is_for_us_alone(void **state)
{
	struct stat s;

	bed_new(heir_config());
	assert_int_equal(dataplane_ready(bed), 0);
	assert_int_equal(stat(heir_folder, &s), 0);
	assert_int_equal(s.st_mode & 07777, 0700);
	bed_free();
}

static void set_and_attach_two(void)
{
	set_and_use_all();
	assert_int_equal(dataplane_attach(bed, ifindex("beyond"), DATAPLANE_HOME), 0);
}

static void an_interface_that_is_not_used_any_more_is_released(void **state)
{
	struct dataplane_config c = heir_config();

	for (int i = 0; i < 2; i++) { /* with the same maps and with new ones */
		predecessor(c, set_and_attach_two);
		c.tunnels_max *= 2;
		bed_new(i ? c : heir_config());
		assert_int_equal(dataplane_taken_over(bed), !i);
		assert_int_equal(dataplane_attach(bed, ifindex("core"), DATAPLANE_CORE), 0);
		assert_int_not_equal(attached_to("beyond"), 0);
		assert_int_equal(dataplane_ready(bed), 0);
		assert_int_equal(attached_to("beyond"), 0);
		assert_int_not_equal(system("tc qdisc show dev beyond | grep -q clsact"), 0);
		assert_int_not_equal(attached_to("core"), 0);
		bed_free();
		c = heir_config();
	}
}

/* ---- replacing ---- */

/* The predecessor's programs and pins stay until all is repeated, then everything is ours. */
static void assert_replaces(struct dataplane_config c)
{
	uint32_t program = attached_to("core"), tunnels = map_id("tunnels");
	struct result r;

	bed_new(c);
	assert_false(dataplane_taken_over(bed));
	assert_int_equal(dataplane_attach(bed, ifindex("core"), DATAPLANE_CORE), 0);
	set_all();
	assert_int_equal(attached_to("core"), program);
	assert_int_equal(map_id("tunnels"), tunnels);
	assert_int_equal(dataplane_ready(bed), 0);
	assert_int_not_equal(attached_to("core"), 0);
	assert_int_not_equal(attached_to("core"), program);
	assert_int_not_equal(map_id("tunnels"), tunnels);
	r = towards(HOST);
	assert_outer(&r.out, LOCAL, REMOTE, true);
	assert_int_equal(packets_to(HOST, 128), 1);
	bed_free();
	assert_false(is_there(heir_folder));
	assert_int_equal(attached_to("core"), 0);
}

static void maps_of_another_version_are_replaced_when_all_is_repeated(void **state)
{
	const uint32_t first = 0;
	struct abi_state s;
	int fd;

	predecessor(heir_config(), set_and_use_all);
	fd = pinned("state");
	assert_int_equal(bpf_map_lookup_elem(fd, &first, &s), 0);
	assert_int_equal(s.version, ABI_VERSION);
	s.version++;
	assert_int_equal(bpf_map_update_elem(fd, &first, &s, BPF_ANY), 0);
	close(fd);
	assert_replaces(heir_config());
}

static void maps_of_another_size_are_replaced_when_all_is_repeated(void **state)
{
	struct dataplane_config c = heir_config();

	predecessor(heir_config(), set_and_use_all);
	c.addresses_max *= 4;
	assert_replaces(c);
}

static void what_a_killed_process_had_begun_is_cleared_away(void **state)
{
	char path[2][160];
	int fd;

	predecessor(heir_config(), set_and_use_all);
	fd = pinned("hosts");
	for (int i = 0; i < 2; i++) {
		snprintf(path[i], sizeof(path[i]), "%s/%s", heir_folder, i ? "new" : "old");
		assert_int_equal(mkdir(path[i], 0700), 0);
		strcat(path[i], "/hosts");
		assert_int_equal(bpf_obj_pin(fd, path[i]), 0);
	}
	close(fd);
	bed_new(heir_config());
	assert_true(dataplane_taken_over(bed));
	assert_false(is_there(path[0]) || is_there(path[1]));
	bed_free();
	assert_false(is_there(heir_folder));
}

/* ---- what is none of ours ---- */

static void assert_refused(const char *word)
{
	struct dataplane_config c = heir_config();
	struct dataplane *d;
	const char *why;
	char remove[128];

	assert_int_not_equal(dataplane_new(&c, &d, &why), 0);
	snprintf(remove, sizeof(remove), "(rm -r %s/maps)", heir_folder);
	if (!strstr(why, remove) || !strstr(why, word))
		fail_msg("%s", why);
	assert_int_not_equal(attached_to("core"), 0);
	remove[strlen(remove) - 1] = 0;
	assert_int_equal(system(remove + 1), 0);
	assert_int_equal(system("tc qdisc del dev core clsact"), 0);
}

static void an_incomplete_set_is_refused_with_a_sentence(void **state)
{
	char path[160];

	predecessor(heir_config(), set_and_use_all);
	snprintf(path, sizeof(path), "%s/maps/addresses", heir_folder);
	assert_int_equal(unlink(path), 0);
	assert_refused("addresses");
}

static void a_foreign_pin_is_refused_with_a_sentence(void **state)
{
	char path[160];
	int fd;

	predecessor(heir_config(), set_and_use_all);
	for (int program = 0; program < 2; program++) {
		snprintf(path, sizeof(path), "%s/maps/state", heir_folder);
		fd = pinned("hosts");
		if (program) {
			close(fd);
			fd = bpf_prog_get_fd_by_id(attached_to("core"));
		}
		assert_true(fd >= 0);
		assert_int_equal(unlink(path), 0);
		assert_int_equal(bpf_obj_pin(fd, path), 0);
		close(fd);
		if (!program) {
			struct dataplane_config c = heir_config();
			struct dataplane *d;
			const char *why;

			assert_int_equal(dataplane_new(&c, &d, &why), -EBADF);
			assert_non_null(strstr(why, "state"));
		}
	}
	assert_refused("state");
}

static void a_start_that_fails_leaves_the_pins(void **state)
{
	struct dataplane_config c = heir_config();
	struct dataplane *d;
	const char *why;

	predecessor(c, set_and_use_all);
	for (int i = 0; i < 2; i++) { /* would take over, would replace */
		c.n_home_prefixes = 9;
		c.addresses_max *= 1 + 3 * (uint32_t)i;
		assert_int_equal(dataplane_new(&c, &d, &why), -ENOSPC);
		assert_non_null(strstr(why, "prefixes"));
	}
	bed_new(heir_config());
	assert_true(dataplane_taken_over(bed));
	assert_int_not_equal(attached_to("core"), 0);
	assert_int_equal(dataplane_attach(bed, ifindex("core"), DATAPLANE_CORE), 0);
	bed_free();
}

static void a_bpffs_is_not_mounted_over_files(void **state)
{
	struct dataplane_config c = heir_config();
	struct dataplane *d;
	const char *why;
	char path[128], full[160];

	snprintf(path, sizeof(path), "%s/full", heir_place);
	assert_int_equal(mkdir(path, 0700), 0);
	strcat(path, "/file");
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(full, sizeof(full), "%s/full/one", heir_place);
	c.pins = full;
	assert_int_equal(dataplane_new(&c, &d, &why), -ENOTEMPTY);
	assert_non_null(strstr(why, "mount -t bpf"));
	assert_true(is_there(path));
}

int main(void)
{
	static const struct test tests[] = {
		TEST(maps_and_programs_outlive_the_process, ""),
		TEST(what_is_right_is_not_written_again, ""),
		TEST(a_clean_end_leaves_no_pins, ""),
		TEST(the_folder_is_for_us_alone, ""),
		TEST(an_interface_that_is_not_used_any_more_is_released, ""),
		TEST(maps_of_another_version_are_replaced_when_all_is_repeated, ""),
		TEST(maps_of_another_size_are_replaced_when_all_is_repeated, ""),
		TEST(what_a_killed_process_had_begun_is_cleared_away, ""),
		TEST(an_incomplete_set_is_refused_with_a_sentence, ""),
		TEST(a_foreign_pin_is_refused_with_a_sentence, ""),
		TEST(a_start_that_fails_leaves_the_pins, ""),
		TEST(a_bpffs_is_not_mounted_over_files, ""),
	};
	int failed;

	if (!heir_begin())
		return 77;
	failed = TESTS_RUN("bpf", tests);
	heir_end();
	return failed;
}
