/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netmip4-pppoe-load: acts as many hosts that dial in by PPPoE (RFC 2516, RFC 1661, RFC 5072; draft
 * 3.1.1), and checks every answer. What a host does is a matter of frames in, frames out and time
 * (dial.c and the files after it); sockets and clock are elsewhere (wire.c, run.c).
 */
#pragma once

#include "base/hash.h"
#include "base/net.h"
#include "base/heap.h"
#include "base/rng.h"
#include "histogram.h"
#include "proto/ppp_auth.h"
#include "proto/pppoe.h"

#include <signal.h>

#define SESSIONS_MAX     (1u << 20)
#define TEXT_MAX         128 /* of a user, a service, a secret */
#define TAG_MAX          64  /* cookie and relay's tag that a host can give back */
#define EXPLANATIONS_MAX 10  /* wrong packets that are described; all are counted */
#define FRAME_MAX        (14 + PPPOE_PACKET_MAX)

struct options {
	const char *interface;
	uint32_t sessions, window;
	char user[TEXT_MAX + 1]; /* with %u for the number of the host */
	char secret[TEXT_MAX + 1], service[TEXT_MAX + 1];
	enum ppp_method auth; /* PPP_AUTH_OTHER: whichever the router wants */
	bool identifiers;     /* hosts ask for one of their own */
	bool one_mac;         /* that of the interface */
	struct mac_addr mac;  /* of the first host, or of all */
	double duration;      /* s that they stay */
	double echoes;        /* Echo-Requests a second, of all hosts together */
	bool leave;           /* sessions stay when we go */
	nsec_t timeout;       /* of a dial */
	bool json;
};

/* Reads the command line. 0; 1: the program is done (help, version); 2: a mistake, which has been
 * said. */
int options_read(int argc, char **argv, struct options *ret);

/* What a host waits for. */
enum phase {
	WAITS, /* for its turn */
	OFFER,
	SESSION,
	LCP,
	AUTHENTICATION,
	IPV6CP,
	ADVERTISEMENT,
	UP,
	END, /* of its session, which it asked for */
	GONE,
	PHASES,
};
extern const char *const phase_names[PHASES];

/* One of the two negotiations: a Configure-Request from either side, and its acknowledgment. */
struct negotiation {
	uint8_t id, tries;
	bool acked;       /* ours */
	bool agreed;      /* theirs */
	uint32_t refused; /* options of ours that they reject, a bit each */
};

struct host {
	struct timer timer; /* of what it waits for */
	struct hash_node by_address;
	nsec_t began, echoed; /* its first PADI; its latest Echo-Request */
	struct mac_addr router;
	uint16_t session; /* 0 = none */
	uint8_t phase;    /* enum phase */
	uint8_t tries;
	uint8_t auth; /* enum ppp_method */
	uint8_t id;   /* of its latest other request, or of the challenge that it answered */
	uint8_t echo_id;
	bool answered, up; /* the challenge; it has been up */
	bool waits_for_echo;
	uint8_t cookie_length, relay_length;
	uint8_t digest[16]; /* the answer to the challenge */
	uint8_t cookie[TAG_MAX], relay[TAG_MAX];
	struct negotiation lcp, ipv6cp;
	uint32_t magic, peer_magic;
	uint64_t identifier, peer_identifier;
	struct in6_addr address; /* :: = none */
};

struct counts {
	uint64_t up, hung_up;
	uint64_t lost[PHASES];      /* gave up, having waited for that */
	uint64_t refused[PHASES];   /* told so by the router */
	uint64_t ended;             /* by the router, having been up */
	uint64_t repeated;          /* packets of ours */
	uint64_t wrong, unexpected; /* packets that cannot be right; that come too late or again */
	uint64_t echoes, echo_replies, echoes_answered;
	uint64_t received, unsent, missed; /* frames: missed ones found no room */
	double seconds, end_seconds;       /* until the last was up; until the last had hung up */
};

struct dialler {
	const struct options *o;
	struct host *hosts;
	uint32_t *of_session; /* with one MAC: host of a session number plus one */
	struct hash addresses;
	struct heap timers;
	struct rng rng;
	nsec_t now;
	uint32_t n_dialling; /* neither WAITS nor UP nor GONE */
	struct counts counts;
	struct histogram setup, echo; /* from the first PADI to the address; round trips */
	unsigned explained;
	void (*send)(void *ctx, struct bytes frame); /* takes a copy */
	void *ctx;
};

/* dial.c */
int dialler_new(const struct options *o, uint64_t seed, struct dialler *ret); /* 0 or -ENOMEM */
void dialler_done(struct dialler *d);
void dial_begin(struct dialler *d, uint32_t host);
void dial_hang_up(struct dialler *d, uint32_t host); /* of one that is up */
void dial_echo(struct dialler *d, uint32_t host);    /* the same */
void dial_receive(struct dialler *d, struct bytes frame);
/* All timers that are due. */
void dial_time(struct dialler *d);
/* The next is due; NSEC_NEVER. */
nsec_t dial_due(const struct dialler *d);

/* What its files share. `h` is one of d->hosts; what takes it may end it. */
static inline uint32_t host_number(const struct dialler *d, const struct host *h)
{
	return (uint32_t)(h - d->hosts);
}
struct mac_addr host_mac(const struct dialler *d, const struct host *h);
size_t host_user(const struct dialler *d, const struct host *h, char ret[TEXT_MAX + 1]);
void host_enter(struct dialler *d, struct host *h, enum phase p);
void host_wait(struct dialler *d, struct host *h, nsec_t time);
/* It gives up, or the router says no, or ends what was up: PADT if there is a session. */
void host_lost(struct dialler *d, struct host *h);
void host_refused(struct dialler *d, struct host *h);
void host_ended(struct dialler *d, struct host *h);
/* Counts what is wrong, and describes the first ones. */
void host_explain(struct dialler *d, const struct host *h, const char *what);
void host_send(struct dialler *d, const struct host *h, uint16_t protocol, struct bytes packet);
void host_send_packet(struct dialler *d, const struct host *h, uint16_t protocol, uint8_t code,
		      uint8_t id, struct bytes data);

/* discovery.c (RFC 2516 5) */
void discovery_begin(struct dialler *d, struct host *h);
void discovery_receive(struct dialler *d, struct host *h, struct mac_addr from,
		       const struct pppoe_discovery *p);
void discovery_timeout(struct dialler *d, struct host *h);
void discovery_end(struct dialler *d, struct host *h); /* PADT */
/* The host that a packet for our MAC is for: its number is in the Host-Uniq. SESSIONS_MAX: none. */
uint32_t discovery_host(const struct dialler *d, const struct pppoe_discovery *p);

/* control.c (RFC 1661): LCP and IPv6CP */
void control_begin(struct dialler *d, struct host *h, bool lcp);
void control_receive(struct dialler *d, struct host *h, bool lcp, const struct ppp_packet *p);
void control_timeout(struct dialler *d, struct host *h, bool lcp);
void control_terminate(struct dialler *d, struct host *h);
void control_echo(struct dialler *d, struct host *h);
void control_reject(struct dialler *d, struct host *h, uint16_t protocol, struct bytes packet);

/* auth.c: PAP, CHAP with MD5, EAP with MD5-Challenge */
void auth_begin(struct dialler *d, struct host *h);
void auth_receive(struct dialler *d, struct host *h, uint16_t protocol, const struct ppp_packet *p);
void auth_timeout(struct dialler *d, struct host *h);

/* network.c: router discovery (RFC 4861 6.3) and the address (RFC 4862 5.5) */
void network_begin(struct dialler *d, struct host *h);
void network_receive(struct dialler *d, struct host *h, struct bytes packet);
void network_timeout(struct dialler *d, struct host *h);
void network_forget(struct dialler *d, struct host *h); /* its address is nobody's */

/* wire.c */
struct wire;
/* What comes to every MAC address on it. 0 or a negative errno. */
int wire_new(const char *interface, struct mac_addr *ret_mac, struct wire **ret);
void wire_free(struct wire *w);
void wire_send(void *wire, struct bytes frame); /* with others, at the latest when flushed */
void wire_flush(struct wire *w);
/* Frames there are, at most some; returns how many, or a negative errno. */
int wire_receive(struct wire *w, void (*on_frame)(void *ctx, struct bytes frame), void *ctx);
int wire_fd(const struct wire *w);
/* Frames that could not be sent; that came and found no room. */
void wire_counts(struct wire *w, uint64_t *ret_unsent, uint64_t *ret_missed);

/* run.c */
extern volatile sig_atomic_t stopped; /* by a signal */
/* Dials all, waits, hangs up. 0, or -EIO: no host came up, or a negative errno. */
int run(struct dialler *d, struct wire *w);

/* report.c */
void report_progress(const struct dialler *d, const char *what, double seconds);
void report_print(const struct dialler *d);
