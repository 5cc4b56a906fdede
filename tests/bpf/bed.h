/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bed for the BPF programs: a network namespace of its own with one interface per hook, routes
 * and neighbours, and a data plane whose programs are run on single packets by BPF_PROG_TEST_RUN.
 *
 *   port  access port, 02:00:00:00:00:a0          core  10.0.0.1/24, IPv4 side
 *   home  2001:db8:1::1/64, home link             beyond 2001:db8:2::1/64, upstream
 */
#pragma once

#include "dataplane/dataplane.h"
#include "test.h"

#include <linux/bpf.h>
#include <linux/pkt_cls.h>

#define PORT_MAC      "02:00:00:00:00:a0"
#define CORE_MAC      "02:00:00:00:00:c0"
#define HOME_MAC      "02:00:00:00:00:40"
#define UP_MAC        "02:00:00:00:00:b0"
#define GATEWAY4_MAC  "02:00:00:00:00:c1" /* 10.0.0.2, towards every tunnel's far end */
#define NEIGHBOUR_MAC "02:00:00:00:00:49" /* 2001:db8:1::9 on the home link */
#define GATEWAY6_MAC  "02:00:00:00:00:b1" /* 2001:db8:2::fe, the default route */

#define HOST_MAC      "02:00:00:00:00:01"
#define ROUTER_MAC    "02:00:5e:00:04:34"
#define ROUTER        "fe80::ff:fe00:434"
#define HA_ADDRESS    "2001:db8:1::1"
#define HOST          "2001:db8:1::5" /* a host of ours, bound through LOCAL - REMOTE */
#define HOST2         "2001:db8:1::6" /* another one, through LOCAL - REMOTE2 */
#define LOCAL         "10.0.0.1"
#define REMOTE        "10.9.0.5"
#define REMOTE2       "10.9.0.6"
#define CORRESPONDENT "2001:db8:77::7"

struct frame {
	uint8_t b[2048];
	size_t n;
};

struct result {
	int verdict; /* TC_ACT_ */
	struct frame out;
};

struct punted {
	struct packet packet; /* its payload is in `bytes` */
	struct frame bytes;
};

extern struct dataplane *bed;

/* For main(): the namespace; false and a line for a person if that needs privileges we lack. */
bool bed_namespace(void);
/* A fresh data plane before and none after each test. */
void bed_new(struct dataplane_config c);
struct dataplane_config bed_config(void);
void bed_free(void);
/* Runs `ip ARGS` in the namespace. */
void bed_ip(const char *args);

struct in_addr in4(const char *text);
struct in6_addr in6(const char *text);
struct mac_addr mac(const char *text);
uint32_t ifindex(const char *name);

void set_access(const char *local, const char *remote, const char *host, const char *router_mac,
		const char *router);
void set_tunnel(const char *local, const char *remote);
void set_address(const char *address, uint8_t length, enum address_state state, const char *remote);

/* n octets that are not all alike. */
struct bytes pattern(size_t n);
struct frame ether(const char *dst, const char *src, uint16_t type, struct bytes payload);
/* The IPv6 packet alone; hop limit 64. */
struct frame ip6(const char *src, const char *dst, uint8_t next, struct bytes payload);
/* A UDP datagram whose IPv6 packet has `length` octets. */
struct frame udp6(const char *src, const char *dst, size_t length);
struct frame icmp6(const char *src, const char *dst, uint8_t type, const char *target);
/* `inner` in IPv4 from src to dst. */
struct frame outer(const char *src, const char *dst, const struct frame *inner);
struct frame in_ether(const char *dst, const char *src, uint16_t type, const struct frame *f);
#define V6(dst, src, f) in_ether(dst, src, 0x86dd, f)
#define V4(dst, src, f) in_ether(dst, src, 0x0800, f)

struct result run_gso(const char *program, const char *interface, const struct frame *f,
		      uint32_t gso_size);
struct result run(const char *program, const char *interface, const struct frame *f);
/* As if another interface had handed it to this one. */
struct result run_forwarded(const char *program, const char *interface, const struct frame *f);

/* Reads the next punted packet, which there must be. */
struct punted punted(void);
/* False if there is none. */
bool try_punted(void);
void assert_nothing_punted(void);
/* Since the data plane is new: exactly n drops for this reason, and for no other. */
void assert_dropped(enum drop reason, uint64_t n);
void assert_no_drops(void);
/* The frame is `ethertype` from src to dst and carries exactly these octets. */
void assert_frame(const struct frame *f, const char *dst, const char *src, uint16_t ethertype,
		  struct bytes payload);
void assert_same(const struct frame *a, const struct frame *b);
/* The frame is a tunnelled packet on its way to the core; returns what is inside. */
struct bytes assert_outer(const struct frame *f, const char *src, const char *dst, bool df);
/* The packet is a right Packet Too Big that quotes `about`. */
void assert_too_big(struct bytes packet, const char *src, const char *dst, uint32_t mtu,
		    const struct frame *about);
