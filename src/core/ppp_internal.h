/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of PPP sessions share with each other and with the access router. */
#pragma once

#include "core/ar_internal.h"
#include "proto/nd.h"
#include "proto/ppp_auth.h"
#include "proto/pppoe.h"

#define PPPOE_NUMBERS   65536 /* of sessions (RFC 2516 4) */
#define PPP_REQUEST_MAX 64    /* options of ours */
#define PPP_REJECT_MAX  256   /* of a packet that is rejected: enough to know it again */
/* Of identifiers that we choose: universal and group bit are clear (RFC 4291 2.5.1), so it is none
 * of the reserved anycast ones either (RFC 5453). */
#define PPP_IDENTIFIER_MASK 0xfcffffffffffffff

/* ppp_session.c; what takes a session may end it: then it is not to be looked at any more */
/* Of a configuration: as many as hosts, if there is a port for them. */
uint32_t ppp_sessions_max(const struct ar_config *c);
int ppp_new(struct ar *ar, const struct memory *m);
struct ppp_session *ppp_find(const struct ar *ar, const struct access_link *l, struct mac_addr mac,
			     uint16_t number);
/* Sessions of that host; *ret_same is the one whose PADR had this digest. */
uint32_t ppp_count(const struct ar *ar, const struct access_link *l, struct mac_addr mac,
		   uint64_t request, struct ppp_session **ret_same);
/* With a number that is free, or with this one, of before a restart. NULL: there is no room. */
struct ppp_session *ppp_session_new(struct ar *ar, struct access_link *l, struct mac_addr mac,
				    uint16_t number, nsec_t now);
uint32_t ppp_question_id(struct ar *ar, const struct ppp_session *s);
struct ppp_session *ppp_by_question(const struct ar *ar, uint32_t id);
void ppp_enter(struct ar *ar, struct ppp_session *s, enum ar_session_phase phase, nsec_t now);
/* Ends it: LCP is told if it is up, then PPPoE; the host leaves, its registration ends. */
void ppp_end(struct ar *ar, struct ppp_session *s, enum ar_session_end why,
	     const struct access_input *in);
/* The host goes on elsewhere, with its registration; the registration has ended before. */
void ppp_end_replaced(struct ar *ar, struct ar_attachment *h, const struct access_input *in);
void ppp_end_unregistered(struct ar *ar, struct ar_attachment *h, const struct access_input *in);
/* LCP has finished: PADT, and it is gone. */
void ppp_finish(struct ar *ar, struct ppp_session *s, const struct access_input *in);
/* What of a session outlives the process, and what it is then: open, and asked whether it is there.
 * False: another has its number. */
void ppp_record(const struct ppp_session *s, struct ar_record *ret);
bool ppp_restore(struct ar *ar, struct ar_attachment *h, const struct ar_record *r, struct now now);
void ppp_unrestore(struct ar *ar, struct ar_attachment *h);
void ppp_stop(struct ar *ar, nsec_t now);
void ppp_timer(struct ar *ar, struct timer *t, const struct access_input *in);

/* pppoe.c: discovery, and what a session's packets are wrapped in */
void pppoe_discovery(struct ar *ar, const struct packet *p, struct now now, struct actions *out);
void pppoe_session(struct ar *ar, const struct packet *p, struct now now, struct actions *out);
/* PADT */
void pppoe_terminate(const struct ar *ar, const struct ppp_session *s, struct actions *out);
/* A packet of a protocol of PPP; `id` as in actions.h. */
void ppp_send(const struct ar *ar, const struct ar_peer *to, uint32_t id, uint16_t protocol,
	      struct bytes packet, struct actions *out);
void ppp_session_send(const struct ar *ar, const struct ppp_session *s, uint16_t protocol,
		      struct bytes packet, struct actions *out);

/* ppp_control.c: what LCP and IPv6CP have in common */
struct ppp_layer {
	uint16_t protocol;
	/* The options that we ask for now. */
	void (*write_request)(const struct ar *ar, const struct ppp_session *s, struct writer *w);
	/* A Configure-Request of the host; its Nak or Reject of our last one. */
	void (*request)(struct ar *ar, struct ppp_session *s, const struct ppp_packet *p,
			const struct access_input *in);
	void (*refusal)(struct ar *ar, struct ppp_session *s, const struct ppp_packet *p,
			const struct access_input *in);
	/* An event of the automaton; `why` is the reason if it ends the session. */
	void (*step)(struct ar *ar, struct ppp_session *s, enum ppp_event e,
		     const struct ppp_packet *p, enum ar_session_end why,
		     const struct access_input *in);
};
struct ppp_answer { /* to a Configure-Request, ready when the automaton says so */
	uint8_t code;
	struct bytes options;
};
/* The options of a request that are not taken as they are, in their order. */
struct ppp_judged {
	struct writer nak, reject;
	uint8_t nak_options[PPPOE_MRU_MAX], reject_options[PPPOE_MRU_MAX];
};
void ppp_judge_begin(struct ppp_judged *j);
/* An Ack of all, or the worst. */
struct ppp_answer ppp_judge_end(const struct ppp_judged *j, const struct ppp_packet *request);
/* Sends what the automaton says, in its order. `*id` is of our last request; p, and answer if it is
 * a request, are what led to it, or NULL. */
void ppp_control_act(const struct ar *ar, struct ppp_session *s, const struct ppp_layer *l,
		     uint8_t *id, unsigned actions, const struct ppp_packet *p,
		     const struct ppp_answer *answer, struct actions *out);
/* A packet with a code that both have, or with one that is not known; `id` is of our last request.
 */
void ppp_control_receive(struct ar *ar, struct ppp_session *s, const struct ppp_layer *l,
			 uint8_t id, const struct ppp_packet *p, const struct access_input *in);
void ppp_control_send(const struct ar *ar, const struct ppp_session *s, uint16_t protocol,
		      uint8_t code, uint8_t id, struct bytes data, struct actions *out);

/* ppp_lcp.c */
/* The PADS is out; the host has sent something, or it is time for us to. */
void ppp_lcp_start(struct ar *ar, struct ppp_session *s, const struct access_input *in);
void ppp_lcp_up(struct ar *ar, struct ppp_session *s, const struct access_input *in);
void ppp_lcp_receive(struct ar *ar, struct ppp_session *s, const struct ppp_packet *p,
		     const struct access_input *in);
void ppp_lcp_timeout(struct ar *ar, struct ppp_session *s, const struct access_input *in);
/* Terminate-Request; false: there is nothing to wait for. */
bool ppp_lcp_close(struct ar *ar, struct ppp_session *s, const struct access_input *in);
void ppp_lcp_echo(struct ar *ar, struct ppp_session *s, const struct access_input *in);
void ppp_lcp_reject_protocol(struct ar *ar, struct ppp_session *s, uint16_t protocol,
			     struct bytes packet, const struct access_input *in);

/* ppp_auth.c */
bool ppp_auth_is_protocol(uint16_t protocol);
void ppp_auth_start(struct ar *ar, struct ppp_session *s, const struct access_input *in);
/* What waits is forgotten. */
void ppp_auth_stop(struct ar *ar, struct ppp_session *s);
void ppp_auth_receive(struct ar *ar, struct ppp_session *s, uint16_t protocol,
		      const struct ppp_packet *p, const struct access_input *in);
void ppp_auth_timeout(struct ar *ar, struct ppp_session *s, const struct access_input *in);
void ppp_verdict(void *self, uint32_t id, const struct auth_verdict *v, struct now now,
		 struct actions *out);

/* ppp_ip6cp.c */
void ppp_ip6cp_receive(struct ar *ar, struct ppp_session *s, const struct ppp_packet *p,
		       const struct access_input *in);
void ppp_ip6cp_timeout(struct ar *ar, struct ppp_session *s, const struct access_input *in);
void ppp_network_timeout(struct ar *ar, struct ppp_session *s, const struct access_input *in);
/* LCP is not up any more, and may be again. */
void ppp_ip6cp_down(struct ar *ar, struct ppp_session *s, const struct access_input *in);
/* The host's registration stands: what waits for it is answered. */
void ppp_registered(struct ar *ar, struct ppp_session *s, const struct access_input *in);
