/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a restart costs in the data plane: 10^6 tunnels and as many addresses that a process has
 * left, taken over by its successor, set once more (nothing is to be written, being right) and
 * looked through. Entries a second of CPU time, and the longest step of the sweep, which the event
 * loop does between other work.
 */
#include "dataplane/dataplane.h"

#include <arpa/inet.h>
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ENTRIES 1000000
#define STEP    2048 /* as in daemon/restart.c */

static char place[64], pins[80];

static void fail(const char *what, int err)
{
	fprintf(stderr, "bench/takeover: %s: %s\n", what, strerror(err < 0 ? -err : err));
	exit(1);
}

static double cpu_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static struct dataplane *new_plane(void)
{
	struct dataplane_config c = { .tunnels_max = ENTRIES,
				      .addresses_max = ENTRIES,
				      .prefixes_max = 1,
				      .core_mtu = 1500,
				      .punts_per_second = 1,
				      .pins = pins };
	struct dataplane *d;
	const char *why;

	if (dataplane_new(&c, &d, &why)) {
		fprintf(stderr, "bench/takeover: %s\n", why);
		exit(1);
	}
	return d;
}

static void figure(const char *name, double seconds)
{
	printf("bench restart.%s %.3g M/s\n", name, ENTRIES / seconds / 1e6);
	fflush(stdout);
}

/* Of each kind by itself, as far as a million hosts go. */
static void set_all(struct dataplane *d, const char *tunnels, const char *addresses)
{
	struct tunnel t = { .local.s_addr = htonl(0x0a000001) };
	struct address a = { .length = 128, .state = ADDRESS_BOUND, .local = t.local };
	double start = cpu_seconds();
	int err = 0;

	for (uint32_t i = 0; i < ENTRIES && !err; i++) {
		t.remote.s_addr = htonl(0x0b000000 + i);
		err = dataplane_tunnel_set(d, &t);
	}
	if (err)
		fail("setting tunnels", err);
	figure(tunnels, cpu_seconds() - start);
	start = cpu_seconds();
	a.prefix.s6_addr32[0] = htonl(0x20010db8);
	for (uint32_t i = 0; i < ENTRIES && !err; i++) {
		a.prefix.s6_addr32[3] = htonl(i);
		a.remote.s_addr = htonl(0x0b000000 + i);
		err = dataplane_address_set(d, &a);
	}
	if (err)
		fail("setting addresses", err);
	figure(addresses, cpu_seconds() - start);
}

/* A process that ends without taking anything back. */
static void predecessor(void)
{
	int status;
	pid_t child = fork();

	if (!child) {
		struct dataplane *d = new_plane();
		int err;

		set_all(d, "fill.tunnels", "fill.addresses");
		err = dataplane_ready(d);
		if (err)
			fail(dataplane_why(d), err);
		_exit(0);
	}
	if (child < 0 || waitpid(child, &status, 0) != child || status)
		fail("the process that fills the maps", ECHILD);
}

static bool wants_tunnel(void *ctx, const struct tunnel *t)
{
	return true;
}

static bool wants_address(void *ctx, const struct address *a)
{
	return true;
}

static void sweep(struct dataplane *d)
{
	static const struct dataplane_wanted all = { wants_tunnel, wants_address };
	double begin = cpu_seconds(), longest = 0;
	int more;

	do {
		double start = cpu_seconds(), took;

		more = dataplane_sweep(d, &all, NULL, STEP);
		took = cpu_seconds() - start;
		if (took > longest)
			longest = took;
	} while (more > 0);
	if (more < 0)
		fail("the sweep", more);
	printf("bench restart.sweep %.3g s\n", cpu_seconds() - begin);
	printf("bench restart.sweep_step_max %.3g ms\n", longest * 1e3);
}

int main(void)
{
	struct dataplane *d;
	double start;

	snprintf(place, sizeof(place), "/tmp/netmip4-takeover-XXXXXX");
	if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    !mkdtemp(place))
		fail("a folder for the pins", errno);
	snprintf(pins, sizeof(pins), "%s/one", place);
	printf("A restart with 10^6 tunnels and 10^6 addresses: filling new maps, taking over, "
	       "setting "
	       "what is right, the sweep.\n");
	fflush(stdout);
	predecessor();
	start = cpu_seconds();
	d = new_plane();
	if (!dataplane_taken_over(d))
		fail("taking over", ENOENT);
	printf("bench restart.take_over %.3g ms\n", (cpu_seconds() - start) * 1e3);
	set_all(d, "set_right.tunnels", "set_right.addresses");
	sweep(d);
	dataplane_free(d);
	umount(place);
	rmdir(place);
	return 0;
}
