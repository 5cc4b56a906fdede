/* SPDX-License-Identifier: Apache-2.0 */
/* A data plane that outlives its process: pins in a bpffs of the test program's own, a predecessor
 * that ends without cleaning up, and what it had set. */
#pragma once

#include "bed.h"

#define CARE_OF          "10.1.0.5"
#define UNIQUE           "2001:db8:5::"
#define REMOTE3          "10.9.0.3" /* home agent of an access router's hosts */
#define NEIGHBOUR        "2001:db8:1::8"
#define NEIGHBOUR_UNIQUE "2001:db8:8::"

extern char heir_place[64];  /* a folder of this program */
extern char heir_root[80];   /* where the bpffs is mounted */
extern char heir_folder[96]; /* the data plane's */

/* bed_namespace, and the folders. */
bool heir_begin(void);
void heir_end(void);
/* That of the bed, with pins. */
struct dataplane_config heir_config(void);

/* Another process that has a data plane, calls `fill`, is ready, and ends. */
void predecessor(struct dataplane_config c, void (*fill)(void));
/* A tunnel and a bound, a tentative address and a /64 of a home agent, a host of an access node,
 * the tunnel of an access router with an address and a /64. */
void set_all(void);
void set_neighbours(const char *address, const char *prefix);
/* The same, and one packet to or from each. */
void set_and_use_all(void);

/* A pinned map's file descriptor. */
int pinned(const char *name);
/* From now on the maps refuse every write from user space; but not that of the slots, since maps
 * with a lock inside cannot be frozen. */
void freeze_maps(void);
/* A packet of 100 octets on the home link to that address, from the access host. */
struct result towards(const char *address);
struct result from_access_host(void);
/* For a host of the access router. */
struct result out_of_tunnel(const char *to);
uint64_t packets_to(const char *address, uint8_t length);
