/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A host at an access node or access router: who it is, where it is found, its registration, and
 * what it has sent meanwhile (draft 3.2.2 steps 1 and 3). What a role ties to it the role embeds
 * this in, as its first member.
 */
#pragma once

#include "base/hash.h"
#include "core/access_state.h"
#include "core/client.h"
#include "core/hold.h"

struct access;
struct access_link;

struct attachment {
	struct hash_node by_host;
	struct attachment *previous, *next; /* of its port */
	struct access_link *link;           /* the port */
	uint32_t epoch;                     /* the port's, when it last heard of a link event */
	bool used;
	enum access_state state;
	uint8_t event; /* enum access_event: the last that meant something, and led to it */
	struct client client;
	uint32_t ifindex; /* the port's */
	struct mac_addr host;
	uint64_t tag;  /* tells hosts apart that share a MAC; 0 = none does */
	bool open;     /* the data plane has it */
	bool restored; /* and has not heard of it since the restart */
	struct timer timer;
	struct hold_queue held; /* from the host */
	bool left;              /* it leaves by its own will */
	bool seen;              /* since the last registration (D5) */
	bool lifted;            /* blocked, and the back-off is over */
	uint8_t failures;       /* in a row: doubles the back-off */
	uint8_t code;           /* of the last denial */
	char nai[NAI_MAX + 1];
};

struct access_link *access_link_find(struct access *n, uint32_t ifindex);
struct attachment *attachment_find(const struct access *n, uint32_t ifindex, struct mac_addr host,
				   uint64_t tag);
/* NULL if the id is not, or no longer, one of ours. */
struct attachment *attachment_by_id(struct access *n, uint32_t id);
/* Who a host is (D1): what is configured for its port or its MAC, else `id` in hexadecimal digits @
 * the port's realm. ret has room for NAI_MAX + 1; false if the name would be longer. */
bool attachment_name(const struct access *n, const struct access_link *l, struct mac_addr host,
		     struct bytes id, char *ret);
/* Of a name that attachment_name has made. NULL, with the reason counted, if there is no room. */
struct attachment *attachment_new(struct access *n, struct access_link *l, struct mac_addr host,
				  uint64_t tag, const char *nai);
/* A port has as many hosts as it may. */
bool attachment_link_is_full(const struct access *n, const struct access_link *l);
/* It keeps the name that it has registered with, whatever the configuration says now. */
void attachment_rename(struct attachment *a, struct bytes nai);
/* The host is at another place of this node. */
void attachment_move(struct access *n, struct attachment *a, struct access_link *l,
		     struct mac_addr host, uint64_t tag);
void attachment_free(struct access *n, struct attachment *a, nsec_t now);
/* To the end of its port's list: it has heard of the last link event. */
void attachment_requeue(struct attachment *a);
void attachment_event(const struct access *n, const struct attachment *a, enum event event,
		      uint32_t code, struct actions *out);
