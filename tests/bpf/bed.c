/* SPDX-License-Identifier: Apache-2.0 */
#include "bed.h"

#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/ether.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define L2 14

struct dataplane *bed;

void bed_ip(const char *args)
{
	char line[256];

	snprintf(line, sizeof(line), "ip %s", args);
	if (system(line)) {
		fprintf(stderr, "failed: %s\n", line);
		abort();
	}
}

static void sysctl(const char *path, const char *value)
{
	char name[128];
	FILE *f;

	snprintf(name, sizeof(name), "/proc/sys/net/%s", path);
	f = fopen(name, "we");
	if (!f || fputs(value, f) < 0 || fclose(f))
		abort();
}

static void add_interface(const char *name, const char *address)
{
	char line[160];

	snprintf(line, sizeof(line), "link add %s address %s type veth peer name %s-far", name,
		 address, name);
	bed_ip(line);
	snprintf(line, sizeof(line), "link set dev %s up", name);
	bed_ip(line);
	snprintf(line, sizeof(line), "link set dev %s-far up", name);
	bed_ip(line);
}

bool bed_namespace(void)
{
	if (unshare(CLONE_NEWNET)) {
		printf("# needs privileges for a network namespace: %s\n", strerror(errno));
		return false;
	}
	sysctl("ipv6/conf/default/accept_dad", "0");
	sysctl("ipv6/conf/all/forwarding", "1");
	sysctl("ipv4/ip_forward", "1");
	bed_ip("link set lo up");
	add_interface("port", PORT_MAC);
	add_interface("core", CORE_MAC);
	add_interface("home", HOME_MAC);
	add_interface("beyond", UP_MAC);
	bed_ip("addr add 10.0.0.1/24 dev core");
	bed_ip("neigh add 10.0.0.2 dev core lladdr " GATEWAY4_MAC " nud permanent");
	bed_ip("route add 10.9.0.0/16 via 10.0.0.2");
	bed_ip("route add local 10.1.0.0/24 dev lo");
	bed_ip("addr add " HA_ADDRESS "/64 dev home nodad");
	bed_ip("neigh add 2001:db8:1::9 dev home lladdr " NEIGHBOUR_MAC " nud permanent");
	bed_ip("addr add 2001:db8:2::1/64 dev beyond nodad");
	bed_ip("neigh add 2001:db8:2::fe dev beyond lladdr " GATEWAY6_MAC " nud permanent");
	bed_ip("-6 route add default via 2001:db8:2::fe");
	return true;
}

struct dataplane_config bed_config(void)
{
	return (struct dataplane_config){
		.tunnels_max = 8,
		.addresses_max = 8,
		.prefixes_max = 8,
		.core_mtu = 1500,
		.home_ifindex = ifindex("home"),
		.home_mac = mac(HOME_MAC),
		.home_prefixes = { in6("2001:db8:1::") },
		.n_home_prefixes = 1,
		.router_address = in6(ROUTER),
		.error_address = in6(HA_ADDRESS),
		.punts_per_second = 10,
	};
}

void bed_new(struct dataplane_config c)
{
	const char *why;

	if (dataplane_new(&c, &bed, &why))
		fail_msg("%s", why);
}

void bed_free(void)
{
	dataplane_free(bed);
	bed = NULL;
}

struct in_addr in4(const char *text)
{
	struct in_addr a;

	assert_int_equal(inet_pton(AF_INET, text, &a), 1);
	return a;
}

struct in6_addr in6(const char *text)
{
	struct in6_addr a;

	assert_int_equal(inet_pton(AF_INET6, text, &a), 1);
	return a;
}

struct mac_addr mac(const char *text)
{
	struct mac_addr a;

	assert_non_null(ether_aton_r(text, (struct ether_addr *)&a));
	return a;
}

uint32_t ifindex(const char *name)
{
	uint32_t i = if_nametoindex(name);

	assert_int_not_equal(i, 0);
	return i;
}

void set_access(const char *local, const char *remote, const char *host, const char *router_mac,
		const char *router)
{
	struct tunnel t = { .local = in4(local),
			    .remote = in4(remote),
			    .ifindex = ifindex("port"),
			    .host = mac(host),
			    .router = mac(router_mac),
			    .router_address = in6(router) };

	assert_int_equal(dataplane_tunnel_set(bed, &t), 0);
}

void set_tunnel(const char *local, const char *remote)
{
	struct tunnel t = { .local = in4(local), .remote = in4(remote) };

	assert_int_equal(dataplane_tunnel_set(bed, &t), 0);
}

void set_address(const char *address, uint8_t length, enum address_state state, const char *remote)
{
	struct address a = { .prefix = in6(address),
			     .length = length,
			     .state = state,
			     .local = in4(LOCAL),
			     .remote = in4(remote) };

	assert_int_equal(dataplane_address_set(bed, &a), 0);
}

struct bytes pattern(size_t n)
{
	static uint8_t b[2048];

	assert_true(n <= sizeof(b));
	for (size_t i = 0; i < sizeof(b); i++)
		b[i] = (uint8_t)(i * 7 + (i >> 8));
	return BYTES(b, n);
}

static struct writer begin(struct frame *f)
{
	return writer_new(f->b, sizeof(f->b));
}

static struct frame end(struct frame *f, const struct writer *w)
{
	assert_false(w->failed);
	f->n = writer_length(w);
	return *f;
}

struct frame ether(const char *dst, const char *src, uint16_t type, struct bytes payload)
{
	struct mac_addr d = mac(dst), s = mac(src);
	struct frame f;
	struct writer w = begin(&f);

	write_bytes(&w, BYTES(d.b, 6));
	write_bytes(&w, BYTES(s.b, 6));
	write_u16(&w, type);
	write_bytes(&w, payload);
	return end(&f, &w);
}

struct frame in_ether(const char *dst, const char *src, uint16_t type, const struct frame *f)
{
	return ether(dst, src, type, BYTES(f->b, f->n));
}

struct frame ip6(const char *src, const char *dst, uint8_t next, struct bytes payload)
{
	struct in6_addr s = in6(src), d = in6(dst);
	struct frame f;
	struct writer w = begin(&f);

	write_u32(&w, 0x6b712345); /* version 6, a traffic class with ECN, a flow label */
	write_u16(&w, (uint16_t)payload.n);
	write_u8(&w, next);
	write_u8(&w, 64); /* hop limit */
	write_in6(&w, &s);
	write_in6(&w, &d);
	write_bytes(&w, payload);
	return end(&f, &w);
}

struct frame udp6(const char *src, const char *dst, size_t length)
{
	return ip6(src, dst, IPPROTO_UDP, pattern(length - 40));
}

struct frame icmp6(const char *src, const char *dst, uint8_t type, const char *target)
{
	struct in6_addr t = in6(target);
	struct frame f;
	struct writer w = begin(&f);

	write_u8(&w, type);
	write_zero(&w, 7); /* code, checksum, flags */
	write_in6(&w, &t);
	end(&f, &w);
	return ip6(src, dst, IPPROTO_ICMPV6, BYTES(f.b, f.n));
}

struct frame outer(const char *src, const char *dst, const struct frame *inner)
{
	struct frame f;
	struct writer w = begin(&f);

	write_u16(&w, 0x4500); /* version 4, 5 words, no traffic class */
	write_u16(&w, (uint16_t)(20 + inner->n));
	write_u32(&w, 0x4000); /* identification 0, DF */
	write_u8(&w, 63);
	write_u8(&w, IPPROTO_IPV6);
	write_u16(&w, 0);
	write_in4(&w, in4(src));
	write_in4(&w, in4(dst));
	write_u16_at(&w, 10, in4_checksum(BYTES(f.b, 20)));
	write_bytes(&w, BYTES(inner->b, inner->n));
	return end(&f, &w);
}

static struct result run_context(const char *program, const struct frame *f, struct __sk_buff ctx)
{
	struct result r = { 0 };
	LIBBPF_OPTS(bpf_test_run_opts, o, .data_in = f->b, .data_size_in = (uint32_t)f->n,
		    .data_out = r.out.b, .data_size_out = sizeof(r.out.b), .ctx_in = &ctx,
		    .ctx_size_in = sizeof(ctx), .repeat = 1);

	assert_int_equal(bpf_prog_test_run_opts(dataplane_program_fd(bed, program), &o), 0);
	r.verdict = (int)o.retval;
	r.out.n = o.data_size_out;
	return r;
}

struct result run_gso(const char *program, const char *interface, const struct frame *f,
		      uint32_t gso_size)
{
	return run_context(
		program, f,
		(struct __sk_buff){ .ifindex = ifindex(interface), .gso_size = gso_size });
}

struct result run(const char *program, const char *interface, const struct frame *f)
{
	return run_gso(program, interface, f, 0);
}

struct result run_forwarded(const char *program, const char *interface, const struct frame *f)
{
	return run_context(program, f,
			   (struct __sk_buff){ .ifindex = ifindex(interface),
					       .ingress_ifindex = ifindex("core") });
}

static void keep(void *ctx, const struct packet *p)
{
	struct punted *r = ctx;

	r->packet = *p;
	assert_true(p->payload.n <= sizeof(r->bytes.b));
	memcpy(r->bytes.b, p->payload.p, p->payload.n);
	r->bytes.n = p->payload.n;
}

struct punted punted(void)
{
	struct punted r;

	assert_int_equal(dataplane_punt_read(bed, 1, keep, &r), 1);
	return r;
}

bool try_punted(void)
{
	struct punted r;

	return dataplane_punt_read(bed, 1, keep, &r) == 1;
}

void assert_nothing_punted(void)
{
	assert_false(try_punted());
}

void assert_dropped(enum drop reason, uint64_t n)
{
	uint64_t v[DROP_MAX];

	dataplane_drops(bed, v);
	for (int i = 0; i < DROP_MAX; i++)
		if (v[i] != (i == (int)reason ? n : 0))
			fail_msg("%s: %lu", drop_names[i], v[i]);
}

void assert_no_drops(void)
{
	assert_dropped(DROP_TRUNCATED, 0);
}

void assert_frame(const struct frame *f, const char *dst, const char *src, uint16_t ethertype,
		  struct bytes payload)
{
	struct frame want = ether(dst, src, ethertype, payload);

	assert_same(f, &want);
}

void assert_same(const struct frame *a, const struct frame *b)
{
	assert_int_equal(a->n, b->n);
	assert_memory_equal(a->b, b->b, a->n);
}

struct bytes assert_outer(const struct frame *f, const char *src, const char *dst, bool df)
{
	struct reader r = reader_new(BYTES(f->b + L2, f->n - L2));

	assert_frame(f, GATEWAY4_MAC, CORE_MAC, 0x0800, BYTES(f->b + L2, f->n - L2));
	assert_int_equal(read_u16(&r), 0x4500);
	assert_int_equal(read_u16(&r), f->n - L2);
	read_u16(&r); /* identification */
	assert_int_equal(read_u16(&r), df ? 0x4000 : 0);
	assert_int_equal(read_u8(&r), 64);
	assert_int_equal(read_u8(&r), IPPROTO_IPV6);
	read_u16(&r);
	assert_int_equal(read_in4(&r).s_addr, in4(src).s_addr);
	assert_int_equal(read_in4(&r).s_addr, in4(dst).s_addr);
	assert_int_equal(in4_checksum(BYTES(f->b + L2, 20)), 0);
	return BYTES(r.p, reader_left(&r));
}

void assert_too_big(struct bytes packet, const char *src, const char *dst, uint32_t mtu,
		    const struct frame *about)
{
	struct in6_addr s = in6(src), d = in6(dst);
	struct reader r = reader_new(packet);

	assert_int_equal(packet.n, 1280);
	assert_int_equal(read_u32(&r), 0x60000000);
	assert_int_equal(read_u16(&r), 1240);
	assert_int_equal(read_u8(&r), IPPROTO_ICMPV6);
	assert_int_equal(read_u8(&r), 64);
	assert_memory_equal(read_bytes(&r, 16).p, &s, 16);
	assert_memory_equal(read_bytes(&r, 16).p, &d, 16);
	assert_int_equal(in6_checksum(&s, &d, IPPROTO_ICMPV6, BYTES(r.p, 1240)), 0);
	assert_int_equal(read_u16(&r), 0x0200); /* type 2, code 0 */
	read_u16(&r);
	assert_int_equal(read_u32(&r), mtu);
	assert_memory_equal(read_bytes(&r, 1232).p, about->b, 1232);
}
