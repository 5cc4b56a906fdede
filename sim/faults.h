/* SPDX-License-Identifier: Apache-2.0 */
/* Single faults, for the plan that they are parts of (faults.c). */
#pragma once

#include "sim/run.h"

void fault_begin(struct run *r, const struct fault *f);
void fault_end(struct run *r, const struct fault *f);

/* What mending needs. */
void faults_restart(struct node *n);    /* if it is down */
void faults_begin_anew(struct node *n); /* in any case */
void faults_port_up(struct node *n, uint32_t port);
void faults_reload(struct run *r, uint32_t difference); /* 0: as it began */
void faults_revoke(struct world *w, uint32_t host);
