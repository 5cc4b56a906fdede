/* SPDX-License-Identifier: Apache-2.0 */
#include "dial.h"

#include "proto/nd.h"

#define FIRST_WAIT NSEC_PER_SEC       /* for one unasked; Linux waits as long after a link is up */
#define WAIT       (4 * NSEC_PER_SEC) /* RTR_SOLICITATION_INTERVAL (RFC 4861 10) */
#define TRIES_MAX  3

static struct in6_addr with_identifier(const uint8_t prefix[8], uint64_t identifier)
{
	struct in6_addr a;
	struct writer w = writer_new(&a, sizeof(a));

	write_bytes(&w, BYTES(prefix, 8));
	write_u64(&w, identifier);
	return a;
}

static const uint8_t link_local[8] = { 0xfe, 0x80 };

void network_begin(struct dialler *d, struct host *h)
{
	host_enter(d, h, ADVERTISEMENT);
	host_wait(d, h, FIRST_WAIT);
}

void network_timeout(struct dialler *d, struct host *h)
{
	const struct nd rs = { .type = ND_RS,
			       .src = with_identifier(link_local, h->identifier),
			       .dst = in6_all_routers };
	uint8_t buf[100];
	struct writer w = writer_new(buf, sizeof(buf));

	if (h->tries++ == TRIES_MAX) {
		host_lost(d, h);
		return;
	}
	d->counts.repeated += h->tries > 1;
	if (nd_write(&w, &rs) == 0)
		host_send(d, h, PPP_PROTOCOL_IPV6, writer_bytes(&w));
	host_wait(d, h, WAIT);
}

static uint64_t key_of(const struct dialler *d, const struct in6_addr *a)
{
	return hash_key(&d->addresses, a, sizeof(*a));
}

static bool is_taken(const struct dialler *d, const struct in6_addr *a)
{
	const uint64_t key = key_of(d, a);

	for (struct hash_node *n = hash_first(&d->addresses, key); n; n = hash_next(n, key))
		if (in6_equal(&container_of(n, struct host, by_address)->address, a))
			return true;
	return false;
}

void network_forget(struct dialler *d, struct host *h)
{
	if (in6_is_unspecified(&h->address))
		return;
	hash_remove(&d->addresses, &h->by_address);
	h->address = in6addr_any;
}

/* That a host makes its address of (RFC 4862 5.5.3). */
static const struct nd_prefix *usable_prefix(const struct nd *ra)
{
	for (size_t i = 0; i < ra->n_prefixes; i++)
		if (ra->prefixes[i].autonomous && ra->prefixes[i].length == 64 &&
		    ra->prefixes[i].valid && !in6_is_link_local(&ra->prefixes[i].prefix))
			return &ra->prefixes[i];
	return NULL;
}

static const char *check(const struct dialler *d, const struct host *h, const struct nd *ra,
			 const struct in6_addr *address)
{
	const struct in6_addr router = with_identifier(link_local, h->peer_identifier);

	if (!in6_equal(&ra->src, &router))
		return "an advertisement not from the router's identifier";
	if (!ra->lifetime)
		return "an advertisement of no default router";
	if (ra->mtu > PPPOE_MRU_MAX)
		return "an advertisement with a larger MTU than that of the link";
	return is_taken(d, address) ? "an address that another host has" : NULL;
}

static void advertised(struct dialler *d, struct host *h, const struct nd *ra)
{
	const struct nd_prefix *prefix = usable_prefix(ra);
	struct in6_addr address;
	const char *wrong;

	if (!prefix)
		return; /* there may come another one */
	address = with_identifier(prefix->prefix.s6_addr, h->identifier);
	wrong = check(d, h, ra, &address);
	if (wrong) {
		host_explain(d, h, wrong);
		host_lost(d, h);
		return;
	}
	h->address = address;
	hash_insert(&d->addresses, &h->by_address, key_of(d, &address));
	histogram_add(&d->setup, d->now - h->began);
	d->counts.up++;
	h->up = true;
	host_enter(d, h, UP);
}

void network_receive(struct dialler *d, struct host *h, struct bytes packet)
{
	struct ip6 p;
	struct nd ra;

	if (h->phase < IPV6CP)
		host_explain(d, h, "IPv6 before IPv6CP has begun");
	else if (h->phase == IPV6CP) /* the router is through with it: its last packet was lost */
		d->counts.unexpected++;
	else if (ip6_decode(packet, &p) < 0)
		host_explain(d, h, "an IPv6 packet that cannot be read");
	else if (h->phase == ADVERTISEMENT && nd_decode(&p, &ra) == 0 && ra.type == ND_RA)
		advertised(d, h, &ra);
}
