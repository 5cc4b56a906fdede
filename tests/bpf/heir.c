/* SPDX-License-Identifier: Apache-2.0 */
#include "heir.h"

#include <bpf/bpf.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

char heir_place[64], heir_root[80], heir_folder[96];

bool heir_begin(void)
{
	if (!bed_namespace())
		return false;
	/* The mount is seen by nobody else and goes with the process. */
	if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL)) {
		perror("no mounts of its own");
		return false;
	}
	snprintf(heir_place, sizeof(heir_place), "/tmp/netmip4-pins-XXXXXX");
	if (!mkdtemp(heir_place))
		return false;
	snprintf(heir_root, sizeof(heir_root), "%s/bpf", heir_place);
	snprintf(heir_folder, sizeof(heir_folder), "%s/one", heir_root);
	return true;
}

void heir_end(void)
{
	char command[80];

	umount(heir_root);
	snprintf(command, sizeof(command), "rm -rf %s", heir_place);
	if (system(command))
		abort();
}

struct dataplane_config heir_config(void)
{
	struct dataplane_config c = bed_config();

	c.pins = heir_folder;
	c.neighbours_max = 8;
	return c;
}

void predecessor(struct dataplane_config c, void (*fill)(void))
{
	int status;
	pid_t child = fork();

	assert_true(child >= 0);
	if (!child) {
		bed_new(c);
		fill();
		assert_int_equal(dataplane_ready(bed), 0);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

int pinned(const char *name)
{
	char path[160];
	int fd;

	snprintf(path, sizeof(path), "%s/maps/%s", heir_folder, name);
	fd = bpf_obj_get(path);
	assert_true(fd >= 0);
	return fd;
}

void freeze_maps(void)
{
	static const char *const maps[] = { "hosts",    "tunnels",    "addresses",
					    "prefixes", "neighbours", "neighbour64" };

	for (size_t i = 0; i < sizeof(maps) / sizeof(maps[0]); i++) {
		int fd = pinned(maps[i]);

		assert_int_equal(bpf_map_freeze(fd), 0);
		close(fd);
	}
}

struct result towards(const char *host)
{
	struct frame p = udp6(CORRESPONDENT, host, 100), f = V6(HOME_MAC, NEIGHBOUR_MAC, &p);

	return run("nm4_home", "home", &f);
}

struct result from_access_host(void)
{
	struct frame p = udp6(HOST, CORRESPONDENT, 100), f = V6(ROUTER_MAC, HOST_MAC, &p);

	return run("nm4_access", "port", &f);
}

uint64_t packets_to(const char *address, uint8_t length)
{
	struct address a = { .prefix = in6(address), .length = length };
	uint64_t packets, octets;

	assert_int_equal(dataplane_address_counters(bed, &a, &packets, &octets), 0);
	return packets;
}

static void set_neighbour(const char *address, uint8_t length)
{
	struct address a = { .prefix = in6(address),
			     .length = length,
			     .local = in4(LOCAL),
			     .remote = in4(REMOTE3),
			     .ifindex = ifindex("port"),
			     .host = mac(HOST_MAC) };

	assert_int_equal(dataplane_address_set(bed, &a), 0);
}

void set_neighbours(const char *address, const char *prefix)
{
	struct tunnel t = { .local = in4(LOCAL), .remote = in4(REMOTE3), .access = true };

	assert_int_equal(dataplane_tunnel_set(bed, &t), 0);
	set_neighbour(address, 128);
	set_neighbour(prefix, 64);
}

struct result out_of_tunnel(const char *to)
{
	struct frame p = udp6(CORRESPONDENT, to, 100), o = outer(REMOTE3, LOCAL, &p),
		     f = V4(CORE_MAC, GATEWAY4_MAC, &o);

	return run("nm4_core", "core", &f);
}

void set_all(void)
{
	set_tunnel(LOCAL, REMOTE);
	set_address(HOST, 128, ADDRESS_BOUND, REMOTE);
	set_address(HOST2, 128, ADDRESS_TENTATIVE, REMOTE);
	set_address(UNIQUE, 64, ADDRESS_BOUND, REMOTE);
	set_access(CARE_OF, "10.9.0.2", HOST_MAC, ROUTER_MAC, ROUTER);
	set_neighbours(NEIGHBOUR, NEIGHBOUR_UNIQUE);
}

void set_and_use_all(void)
{
	set_all();
	assert_int_equal(dataplane_path_mtu(bed, in4(REMOTE), 1400), 0);
	assert_int_equal(dataplane_attach(bed, ifindex("core"), DATAPLANE_CORE), 0);
	towards(HOST);
	towards(HOST2); /* is dropped */
	towards(UNIQUE "7");
	from_access_host();
	out_of_tunnel(NEIGHBOUR);
	out_of_tunnel(NEIGHBOUR_UNIQUE "7");
}
