/* SPDX-License-Identifier: (GPL-2.0-only OR Apache-2.0) */
/*
 * The data plane: one object for kernels 6.1 and newer, attached at clsact by src/dataplane.
 *   nm4_access       ingress of an access node's port      access.h
 *   nm4_router       ingress of an access router's port    router.h
 *   nm4_router_duid  the same, where hosts share MACs
 *   nm4_ppp          the same, where hosts speak PPP       ppp.h
 *   nm4_segments     frames of super-packets for these     session.h
 *   nm4_core         ingress of the IPv4 side              core.h
 *   nm4_home         ingress of a home agent's home link   home.h
 *   nm4_home_out     egress of it                          home_out.h
 *   nm4_upstream     ingress of its other IPv6 interfaces  home.h
 */
#include <stdbool.h>
#include <stddef.h>

#include "bpf/access.h"
#include "bpf/core.h"
#include "bpf/home.h"
#include "bpf/home_out.h"
#include "bpf/ppp.h"

char LICENSE[] SEC("license") = "GPL"; /* bpf_fib_lookup asks for it */
