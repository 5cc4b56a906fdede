/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the access router share: its state, and the doors between them. */
#pragma once

#include "core/access.h"
#include "core/ar.h"
#include "core/ar_record.h"
#include "core/bucket.h"
#include "core/changes.h"
#include "core/ppp_session.h"
#include "proto/dhcp6.h"
#include "proto/nd.h"

/* Home agents at a time: the one configured, and those it may assign (RFC 4433). */
#define AR_HOME_AGENTS_MAX 8

enum ar_timer {
	AR_TIMER_RA = ACCESS_TIMER_MAX, /* ra_min to ra_max: the next unsolicited advertisement */
	AR_TIMER_PROBE,                 /* 1 s: the host has not answered yet */
	AR_TIMER_CONFIRM,               /* 30 s: nobody has asked for what was offered */
	/* of PPP sessions */
	AR_TIMER_PPP_LIMIT, /* 60 s: a phase takes too long */
	AR_TIMER_PPP, /* 0.5 s for the host to begin; authentication: 3 s; then 3 s until IPv6CP
			 begins; then echo_interval */
	AR_TIMER_LCP, /* 3 s: Restart timers (ppp_automaton.h) */
	AR_TIMER_IP6CP,
	AR_TIMER_PPP_STOP, /* at once: the rest of the sessions end */
};
#define AR_TIMERS_EACH    3 /* of an attachment */
#define AR_TIMERS_SESSION 4

struct ar_lease { /* what the host has by DHCPv6 */
	bool given;
	nsec_t preferred, valid; /* until; NSEC_NEVER = infinite */
	uint32_t iaid;
	uint8_t duid_length;
	uint8_t duid[AR_DUID_MAX];
};

struct ar_attachment { /* a host on a port; its home address is the client's */
	struct attachment base;
	struct hash_node by_nai; /* a host is at one place, because its care-of address is */
	struct hash_node by_home;
	struct ppp_session *session; /* of a host by PPP; NULL: it is over */
	struct in6_addr neighbour;   /* an address that it has on the link; :: = none seen */
	struct hold_queue question;  /* the DHCPv6 message that the registration answers */
	struct ar_lease lease;
	bool offered; /* registered for an Advertise, and not asked for yet */
	struct timer ra, probe, confirm;
	nsec_t ra_last;
	uint8_t ra_initial;
	struct bucket ra_asked;
	uint8_t probes;
};

struct ar_link { /* beside its access_link */
	struct bucket advertisements, errors;
	uint32_t offered;
};

struct ar_tunnel {
	struct in_addr remote;
	uint32_t users;
};

struct ar {
	struct access access;
	struct ar_config config; /* without associations */
	struct ar_link links[ACCESS_PORTS_MAX];
	struct hash by_nai, by_home;
	struct ar_tunnel tunnels[AR_HOME_AGENTS_MAX];
	struct changes changes;                               /* of places */
	bool *stored;                                         /* by place: there is a record */
	bool unsure;                                          /* of which that cannot be said */
	uint8_t key[AR_RECORD_KEY_MAX], value[AR_RECORD_MAX]; /* of the record that is told */
	ar_dhcp6_counters dhcp6;
	struct ppp_table ppp;
	struct ar_pppoe_counters pppoe;
};

static inline struct ar *ar_of(struct access *n)
{
	return container_of(n, struct ar, access);
}

static inline struct ar_attachment *ar_host(struct attachment *a)
{
	return container_of(a, struct ar_attachment, base);
}

static inline bool ar_is_attached(const struct ar_attachment *h)
{
	return h->base.state == ACCESS_ATTACHED || h->base.state == ACCESS_LINK_LOST;
}

/* By PPP, once IPv6CP is through. */
static inline bool ar_is_reachable(const struct ar_attachment *h)
{
	return !h->session || h->session->phase == AR_SESSION_OPEN;
}

static inline bool ar_is_ppp(const struct ar *ar, const struct access_link *l)
{
	return ar->config.ports[l->index].addressing == AR_PPP;
}

/* Its hosts share a MAC: each is told apart by its DUID. */
static inline bool ar_by_duid(const struct ar *ar, const struct access_link *l)
{
	return ar->config.ports[l->index].identity == AR_BY_DUID;
}

/* A frame of a host, read. */
struct ar_frame {
	struct access_link *link;
	struct mac_addr host;
	struct ppp_session *session; /* that it came in; NULL: none */
	struct ip6 ip;
	struct in6_addr own; /* an address of the host's: it speaks from it, or of it */
	bool settled;        /* it was for the router itself: answered, or counted */
};

/* A host as its link knows it, and what we are there: where packets go, and from whom. */
struct ar_peer {
	uint32_t ifindex;
	struct mac_addr host;
	uint16_t session; /* of PPPoE; 0 = plain Ethernet */
	struct in6_addr router;
};

/* ar_attachment.c */
extern const struct access_ops ar_access_ops;
int ar_attachments_new(struct ar *ar, const struct memory *m);
void ar_unoffer(struct ar *ar, struct ar_attachment *h);

/* ar_place.c: who hosts are, and where */
/* The host of that frame, by MAC or by this DUID; NULL: it is not known here. */
struct ar_attachment *ar_attachment_find(const struct ar *ar, const struct ar_frame *f,
					 struct bytes duid);
/* The same, or one at another place of this router. */
struct ar_attachment *ar_attachment_find_anywhere(const struct ar *ar, const struct ar_frame *f,
						  struct bytes duid);
/* The same, moved to where the frame came from, or a new one: its state is ACCESS_REGISTERING then,
 * and nothing has begun. NULL, with the reason counted. */
struct ar_attachment *ar_attachment_get(struct ar *ar, const struct ar_frame *f, struct bytes duid,
					const struct access_input *in);
/* For a host of before a restart. */
struct ar_attachment *ar_attachment_new(struct ar *ar, struct access_link *l, struct mac_addr host,
					uint64_t tag, const char *nai);
/* The host of a session, by its name: one that comes from another place of this router brings its
 * registration along. As ar_attachment_get. */
struct ar_attachment *ar_attachment_dial(struct ar *ar, struct ppp_session *s,
					 const struct access_input *in);
/* The identifier of an address that the host makes itself: neither zero nor ours, and the same
 * wherever it comes, so that a home agent that has forgotten it gives it the same again (draft
 * 3.1.1.1 step 3, D8). */
uint64_t ar_identifier(const struct ar *ar, struct bytes nai);
struct ar_attachment *ar_attachment_by_nai(const struct ar *ar, struct bytes nai);
/* A frame reached us: the host is there. */
void ar_attachment_heard(struct ar *ar, struct ar_attachment *h, const struct ar_frame *f,
			 const struct access_input *in);
/* Whether a home address is of use on a port: a host that makes its addresses itself needs a prefix
 * of its own (D8). */
bool ar_serves(const struct ar *ar, const struct access_link *l, bool unique);

/* ar_home.c */
/* False: there are too many home agents for the host's to be another. */
bool ar_home_fits(struct ar *ar, const struct ar_attachment *h);
/* The host, which fits, has its client's home address, and a user of the tunnel to its home agent.
 */
void ar_home_add(struct ar *ar, struct ar_attachment *h);
/* To the data plane: so it is. */
void ar_home_write(const struct ar *ar, const struct ar_attachment *h, struct actions *out);
/* It has it no more, here and there. */
void ar_home_remove(struct ar *ar, struct ar_attachment *h, struct actions *out);
/* The host with that address, or with the /64 that it lies in (`unique`); attached, and open. */
struct ar_attachment *ar_home_find(const struct ar *ar, const struct in6_addr *a, bool unique);
/* The one to whom packets for it go: the address itself wins. */
struct ar_attachment *ar_attachment_by_home(const struct ar *ar, const struct in6_addr *a);
bool ar_has_home(const struct ar_attachment *h, const struct in6_addr *a);
struct address ar_address(const struct ar *ar, const struct ar_attachment *h);
bool ar_has_tunnel(const void *self, const struct tunnel *t);
bool ar_has_address(const void *self, const struct address *a);

/* ar_router.c: what a router says on its links */
/* Of a host by PPP, also of one whose session is over; 0: of another. */
static inline uint16_t ar_session_number(const struct ar *ar, const struct ar_attachment *h)
{
	return ar_is_ppp(ar, h->base.link) ? (uint16_t)h->base.tag : 0;
}
struct ar_peer ar_peer_of(const struct ar *ar, const struct ar_attachment *h);
struct ar_peer ar_peer_from(const struct ar *ar, const struct ar_frame *f);
/* An IPv6 packet. */
void ar_send(const struct ar *ar, const struct ar_peer *to, uint32_t id, struct bytes packet,
	     struct actions *out);
/* An advertisement for a host that is attached; it arms the next. */
void ar_advertise(struct ar *ar, struct ar_attachment *h, const struct access_input *in);
/* A solicitation; h may be NULL. */
void ar_solicited(struct ar *ar, const struct ar_frame *f, struct ar_attachment *h,
		  const struct access_input *in);
/* The prefix is not to be used any more. */
void ar_withdraw(struct ar *ar, struct ar_attachment *h, const struct access_input *in);
/* Answers a solicitation for the router's own address. */
void ar_defend(struct ar *ar, const struct ar_frame *f, const struct nd *ns, struct actions *out);
/* Asks the host whether it is there. */
void ar_probe(struct ar *ar, struct ar_attachment *h, const struct access_input *in);
/* Whether the rate of ICMPv6 errors about hosts of a port allows one more (RFC 4443 2.4 f); counted
 * if not. */
bool ar_may_err(struct ar *ar, const struct access_link *l, nsec_t now);
/* An ICMPv6 error about a frame, if the rate allows. */
void ar_error(struct ar *ar, struct access_link *l, const struct ar_peer *to, uint8_t type,
	      uint8_t code, struct bytes about, const struct access_input *in);

/* ar_packet.c */
bool ar_wants(const void *self, const struct packet *in);
void ar_packet(void *self, const struct packet *in, struct now now, struct actions *out);
/* False, with the reason counted, if that cannot be the source of a host's frame on this port
 * (NULL: on none). */
bool ar_is_host(struct ar *ar, const struct access_link *l, struct mac_addr source);
/* A packet of a host. */
void ar_from_host(struct ar *ar, struct ar_frame *f, enum packet_why why,
		  const struct access_input *in);
/* Keeps data of a host that is being registered; what else it sends has done its part. */
void ar_hold(struct ar *ar, struct ar_attachment *h, const struct access_input *in);
/* Passes a packet of an attached host on, as its router. */
void ar_forward(struct ar *ar, struct ar_attachment *h, struct bytes packet,
		const struct access_input *in);

/* ar_dhcp6.c */
void ar_dhcp6_receive(struct ar *ar, const struct ar_frame *f, const struct access_input *in);
/* Answers an attached host. */
void ar_dhcp6_answer(struct ar *ar, struct ar_attachment *h, const struct access_input *in);
/* Answers one that gets no address. */
void ar_dhcp6_deny(struct ar *ar, struct ar_attachment *h, const struct access_input *in);
void ar_dhcp6_count(struct ar *ar, enum dhcp6_type type, enum ar_dhcp6_outcome o);

/* ar_question.c */
/* Lets it wait for the registration. */
void ar_dhcp6_wait(struct ar *ar, struct ar_attachment *h, const struct access_input *in);
/* What waits is answered: with the address, or that there is none (`refused`). */
void ar_dhcp6_registered(struct ar *ar, struct ar_attachment *h, const struct access_input *in);
void ar_dhcp6_refused(struct ar *ar, struct ar_attachment *h, const struct access_input *in);
/* It never will be. */
void ar_dhcp6_forget(struct ar *ar, struct ar_attachment *h);

/* ar_lease.c: what a lease and an advertised prefix say */
struct ar_terms {
	uint32_t preferred, valid; /* s */
};
struct ar_terms ar_terms(const struct ar *ar, const struct ar_attachment *h, nsec_t now);

/* ar_store.c */
void ar_stores(struct ar *ar, const struct attachment *a);
bool ar_changed(void *self, struct now now, struct bytes *ret_key, struct bytes *ret_value);
bool ar_batch_end(void *self, bool stored, struct now now);
int ar_restore(void *self, struct bytes key, struct bytes value, struct now now);
