/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The router on its links: advertisements to each host alone (RFC 6085, D7), its own address, which
 * is the same at every router (D6), reachability of hosts, errors.
 */
#include "core/ppp_internal.h"
#include "core/ra_interval.h"

#define FRAME_HEADER 14
#define ND_MAX       512 /* an advertisement with all that a configuration can say is below 200 */
#define ERROR_MAX    IP6_MTU_MIN
#define PROBES_MAX   3                     /* MAX_UNICAST_SOLICIT (RFC 4861 10) */
#define PROBE_WAIT   NSEC_PER_SEC          /* RETRANS_TIMER */
#define STRANGER_GAP (10 * NSEC_PER_MSEC)  /* between advertisements for hosts not attached */
#define STRANGERS    64                    /* at once: a port that comes up */
#define ERROR_GAP    (100 * NSEC_PER_MSEC) /* RFC 4443 2.4 (f) */
#define ERRORS       10

struct ar_peer ar_peer_of(const struct ar *ar, const struct ar_attachment *h)
{
	return (struct ar_peer){ .ifindex = h->base.ifindex,
				 .host = h->base.host,
				 .session = ar_session_number(ar, h),
				 .router = h->session ? in6_link_local_with(h->session->iid)
						      : ar->config.router_address };
}

struct ar_peer ar_peer_from(const struct ar *ar, const struct ar_frame *f)
{
	return (struct ar_peer){ .ifindex = ar->access.config.ports[f->link->index].ifindex,
				 .host = f->host,
				 .session = f->session ? f->session->number : 0,
				 .router = f->session ? in6_link_local_with(f->session->iid)
						      : ar->config.router_address };
}

void ar_send(const struct ar *ar, const struct ar_peer *to, uint32_t id, struct bytes packet,
	     struct actions *out)
{
	const size_t n = FRAME_HEADER + packet.n;
	struct writer w;
	struct action *l;

	if (to->session) {
		ppp_send(ar, to, id, PPP_PROTOCOL_IPV6, packet, out);
		return;
	}
	w = writer_new(actions_reserve(out, n), n);
	l = action_add(out, ACTION_LINK_SEND, id);
	ether_write(&w, to->host, ar->config.router_mac, ETHER_IPV6);
	write_bytes(&w, packet);
	l->link_send.ifindex = to->ifindex;
	l->link_send.frame = writer_bytes(&w);
}

static void send_nd(const struct ar *ar, const struct ar_peer *to, uint32_t id, const struct nd *m,
		    struct actions *out)
{
	uint8_t buf[ND_MAX];
	struct writer w = writer_new(buf, sizeof(buf));

	if (nd_write(&w, m) == 0)
		ar_send(ar, to, id, writer_bytes(&w), out);
}

/* advertisements */

/* With addresses by DHCPv6 there is no prefix to make one from. req: AR-2 */
static struct nd advertisement(const struct ar *ar, const struct access_link *l,
			       const struct ar_peer *to)
{
	const struct ar_config *c = &ar->config;
	struct nd ra = { .type = ND_RA,
			 .src = to->router,
			 .dst = in6_all_nodes,
			 .managed = c->ports[l->index].addressing == AR_DHCPV6,
			 .other = c->other,
			 .hop_limit = c->hop_limit,
			 .lifetime = c->router_lifetime,
			 .has_lla = !to->session,
			 .lla = c->router_mac,
			 .mtu = c->link_mtu,
			 .n_rdnss = c->n_dns,
			 .rdnss_lifetime = 3u * c->ra_max }; /* RFC 8106 5.1 */

	memcpy(ra.rdnss, c->dns, sizeof(ra.rdnss));
	return ra;
}

/* The host's own /64; its neighbours are reached through us (D8). req: AR-3 AR-18 AR-32 */
static void add_prefix(struct nd *ra, const struct ar_attachment *h, struct ar_terms t)
{
	struct nd_prefix *p = &ra->prefixes[ra->n_prefixes++];

	*p = (struct nd_prefix){ .prefix = h->base.client.home,
				 .length = 64,
				 .autonomous = true,
				 .valid = t.valid,
				 .preferred = t.preferred };
	memset(&p->prefix.s6_addr[8], 0, 8);
}

/* Hosts of a shared prefix make their address by PPP: the identifier that they were given has it.
 */
static bool makes_its_address(const struct ar *ar, const struct ar_attachment *h)
{
	return ar->config.ports[h->base.link->index].addressing != AR_DHCPV6;
}

void ar_advertise(struct ar *ar, struct ar_attachment *h, const struct access_input *in)
{
	const struct ar_config *c = &ar->config;
	const struct ar_peer to = ar_peer_of(ar, h);
	struct nd ra = advertisement(ar, h->base.link, &to);

	if (in6_is_link_local(&h->neighbour))
		ra.dst = h->neighbour;
	if (makes_its_address(ar, h))
		add_prefix(&ra, h, ar_terms(ar, h, in->now.mono));
	send_nd(ar, &to, h->base.client.id, &ra, in->out);
	h->ra_last = in->now.mono;
	heap_set(&ar->access.timers, &h->ra,
		 in->now.mono + ra_interval(&ar->access.rng, c->ra_min, c->ra_max, &h->ra_initial));
}

/* Of a host that is not attached: how to get an address is all that it can be told. */
static void advertise_to_stranger(struct ar *ar, const struct ar_frame *f,
				  const struct access_input *in)
{
	const struct ar_peer to = ar_peer_from(ar, f);
	struct nd ra = advertisement(ar, f->link, &to);

	if (!bucket_take(&ar->links[f->link->index].advertisements, in->now.mono, STRANGER_GAP,
			 STRANGERS)) {
		ar->access.drops[DROP_RATE_LIMITED]++;
		return;
	}
	if (in6_is_link_local(&f->ip.src))
		ra.dst = f->ip.src;
	send_nd(ar, &to, 0, &ra, in->out);
}

void ar_solicited(struct ar *ar, const struct ar_frame *f, struct ar_attachment *h,
		  const struct access_input *in)
{
	nsec_t due;

	if (!h || !ar_is_attached(h)) {
		advertise_to_stranger(ar, f, in);
		return;
	}
	if (bucket_take(&h->ra_asked, in->now.mono, RA_MIN_DELAY, RA_ASKED_BURST)) {
		ar_advertise(ar, h, in);
		return;
	}
	due = bucket_next(&h->ra_asked, RA_MIN_DELAY, RA_ASKED_BURST);
	if (!timer_is_set(&h->ra) || due < h->ra.due)
		heap_set(&ar->access.timers, &h->ra, due);
}

/* The router stays the host's: what it sends, if only from an address that is deprecated, is what
 * registers it again once it can be. */
void ar_withdraw(struct ar *ar, struct ar_attachment *h, const struct access_input *in)
{
	const struct ar_peer to = ar_peer_of(ar, h);
	struct nd ra = advertisement(ar, h->base.link, &to);

	if (!makes_its_address(ar, h))
		return;
	add_prefix(&ra, h, (struct ar_terms){ 0, 0 });
	send_nd(ar, &to, h->base.client.id, &ra, in->out);
}

/* neighbours */

void ar_defend(struct ar *ar, const struct ar_frame *f, const struct nd *ns, struct actions *out)
{
	const struct ar_peer to = ar_peer_from(ar, f);
	const bool dad = nd_is_dad(ns);
	const struct nd na = { .type = ND_NA,
			       .src = to.router,
			       .dst = dad ? in6_all_nodes : ns->src,
			       .target = to.router,
			       .router = true,
			       .solicited = !dad,
			       .override = true,
			       .has_lla = !to.session,
			       .lla = ar->config.router_mac };

	send_nd(ar, &to, 0, &na, out);
}

/* Unicast: whether the neighbour is there (RFC 4861 7.3). */
void ar_probe(struct ar *ar, struct ar_attachment *h, const struct access_input *in)
{
	const struct ar_peer to = ar_peer_of(ar, h);
	struct nd ns = { .type = ND_NS,
			 .src = to.router,
			 .dst = h->neighbour,
			 .target = h->neighbour,
			 .has_lla = true,
			 .lla = ar->config.router_mac };

	if (h->probes++ == PROBES_MAX) {
		access_dispatch(&ar->access, &h->base, ACCESS_ON_LEAVE, in);
		return;
	}
	/* Hosts that share a MAC share its link-local address; their own they answer from. */
	if (in6_is_unspecified(&h->neighbour) || ar_by_duid(ar, h->base.link))
		ns.dst = ns.target = h->base.client.home;
	send_nd(ar, &to, h->base.client.id, &ns, in->out);
	heap_set(&ar->access.timers, &h->probe, in->now.mono + PROBE_WAIT);
}

bool ar_may_err(struct ar *ar, const struct access_link *l, nsec_t now)
{
	if (bucket_take(&ar->links[l->index].errors, now, ERROR_GAP, ERRORS))
		return true;
	ar->access.drops[DROP_RATE_LIMITED]++;
	return false;
}

void ar_error(struct ar *ar, struct access_link *l, const struct ar_peer *to, uint8_t type,
	      uint8_t code, struct bytes about, const struct access_input *in)
{
	uint8_t buf[ERROR_MAX];
	struct writer w = writer_new(buf, sizeof(buf));

	if (icmp6_write_error(&w, type, code, 0, &to->router, about) < 0)
		return; /* about an error, or a group: no answer (RFC 4443 2.4 e) */
	if (!ar_may_err(ar, l, in->now.mono))
		return;
	ar_send(ar, to, 0, writer_bytes(&w), in->out);
}
