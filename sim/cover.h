/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which pairs of state and event a run has seen: for each input the role, the door, what came, and
 * the state in which it found its host; and each event that a role tells, in that state. They are
 * bits in a map that processes share; two pairs that share a bit count as one.
 */
#pragma once

#include "sim/world.h"

#define COVER_BITS 65536

/* NULL: nothing is noted. */
extern uint8_t *cover_map; /* COVER_BITS octets, so that processes need no lock */

void cover_message(struct node *n, const struct datagram *d);
void cover_packet(struct node *n, const struct packet *p);
void cover_link(struct node *n, enum link_event e);
void cover_event(struct node *n, const struct event_data *e);
uint32_t cover_count(void);
