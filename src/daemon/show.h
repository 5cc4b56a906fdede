/* SPDX-License-Identifier: Apache-2.0 */
/* What the files share that answer the control socket. */
#pragma once

#include "daemon/daemon.h"

json_t *show_text4(struct in_addr a); /* null for an address that there is none of */
json_t *show_text6(const struct in6_addr *a);
json_t *show_text_mac(struct mac_addr a);
json_t *show_text_nai(struct bytes nai);
json_t *show_seconds(uint32_t s); /* null is for ever */
void show_counters(json_t *to, const struct dataplane_counters *c);
json_t *show_tunnel(const char *role, struct bytes nai, struct in_addr local,
		    struct in_addr remote);

/* It is asked for what nodes of another kind know. */
unsigned show_elsewhere(const char *role, json_t **ret);
/* An answer; `next` is there if there is more. */
unsigned show_page(json_t **ret, const char *name, json_t *list, bool more, uint32_t cursor);
/* A page of a list; `next` gives its entries one after the other, false at the end. */
unsigned show_list(struct daemon *d, const struct control_request *q, const char *name,
		   bool (*next)(struct daemon *d, uint32_t *cursor, struct now now, json_t **ret),
		   json_t **ret);

/* Of access nodes and access routers (show_access.c); in a cursor over these and a home agent's,
 * the home agent's are through. */
#define SHOW_ACCESS 0x80000000u
bool show_next_access_tunnel(struct daemon *d, uint32_t *cursor, struct now now, json_t **ret);
unsigned show_attachments(void *ctx, const struct control_request *q, json_t **ret);
unsigned show_leases(void *ctx, const struct control_request *q, json_t **ret);
/* Of access routers alone (show_ppp.c). */
unsigned show_sessions(void *ctx, const struct control_request *q, json_t **ret);
unsigned show_pppoe(void *ctx, const struct control_request *q, json_t **ret);
unsigned show_dhcp6(void *ctx, const struct control_request *q, json_t **ret);
