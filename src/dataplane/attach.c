/* SPDX-License-Identifier: Apache-2.0 */
/* The programs at clsact, through libbpf's netlink. */
#include "dataplane/private.h"

#include <errno.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>

/* One place of our own among an interface's filters: what a killed process left there is replaced,
 * what others attach is not touched. */
#define FILTER_HANDLE   1
#define FILTER_PRIORITY 434

static int program_id(int fd, uint32_t *ret)
{
	struct bpf_prog_info info = {};
	uint32_t size = sizeof(info);
	int err = bpf_obj_get_info_by_fd(fd, &info, &size);

	if (!err)
		*ret = info.id;
	return err;
}

static bool same_place(const struct abi_attached *a, const struct abi_attached *b)
{
	return a->ifindex == b->ifindex && a->point == b->point;
}

/* Where a successor finds it. */
static void note(struct abi_state *s, const struct abi_attached *a)
{
	for (uint32_t i = 0; i < s->n_attached; i++)
		if (same_place(&s->attached[i], a))
			return;
	if (s->n_attached < ABI_ATTACHED_MAX)
		s->attached[s->n_attached++] = *a;
}

static int attach(struct dataplane *d, uint32_t ifindex, enum bpf_tc_attach_point point,
		  const char *program)
{
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = (int)ifindex, .attach_point = point);
	LIBBPF_OPTS(bpf_tc_opts, opts, .handle = FILTER_HANDLE, .priority = FILTER_PRIORITY,
		    .prog_fd = dataplane_program_fd(d, program), .flags = BPF_TC_F_REPLACE);
	LIBBPF_OPTS(bpf_tc_opts, left, .handle = FILTER_HANDLE, .priority = FILTER_PRIORITY);
	struct attached *a = &d->attached[d->n_attached];
	int err;

	if (d->n_attached == ATTACHED_MAX)
		return -ENOSPC;
	err = bpf_tc_hook_create(&hook);
	if (err && err != -EEXIST)
		return err;
	*a = (struct attached){ .at = { .ifindex = ifindex, .point = point } };
	/* A killed process left both behind. */
	a->at.made_qdisc = !err || !bpf_tc_query(&hook, &left);
	d->n_attached++;
	note(d->state, &a->at);
	err = program_id(opts.prog_fd, &a->program);
	return err ? err : bpf_tc_attach(&hook, &opts);
}

static int attach_hook(struct dataplane *d, uint32_t ifindex, enum dataplane_hook hook)
{
	static const char *const programs[] = {
		[DATAPLANE_ACCESS] = "nm4_access", [DATAPLANE_CORE] = "nm4_core",
		[DATAPLANE_HOME] = "nm4_home",     [DATAPLANE_UPSTREAM] = "nm4_upstream",
		[DATAPLANE_ROUTER] = "nm4_router", [DATAPLANE_ROUTER_DUID] = "nm4_router_duid",
		[DATAPLANE_PPP] = "nm4_ppp",       [DATAPLANE_SEGMENTS] = "nm4_segments",
	};
	char name[IF_NAMESIZE];
	int err;

	if (!if_indextoname(ifindex, name)) {
		dataplane_explain(d, "there is no interface with index %u", ifindex);
		return -ENODEV;
	}
	err = attach(d, ifindex, hook == DATAPLANE_SEGMENTS ? BPF_TC_EGRESS : BPF_TC_INGRESS,
		     programs[hook]);
	if (!err && hook == DATAPLANE_HOME)
		err = attach(d, ifindex, BPF_TC_EGRESS, "nm4_home_out");
	if (err)
		dataplane_explain(d, "the BPF programs cannot be attached to interface %s: %s",
				  name, strerror(-err));
	return err;
}

int dataplane_attach(struct dataplane *d, uint32_t ifindex, enum dataplane_hook hook)
{
	if (d->ready)
		return attach_hook(d, ifindex, hook);
	if (d->n_waiting == ATTACHED_MAX) {
		dataplane_explain(d, "more than %d interfaces", ATTACHED_MAX);
		return -ENOSPC;
	}
	d->waiting[d->n_waiting++] = (struct waiting){ ifindex, hook };
	return 0;
}

/* Whether anything is attached there; if that cannot be found out, something is. */
static bool has_filters(uint32_t ifindex, uint32_t minor)
{
	struct {
		struct nlmsghdr h;
		struct tcmsg t;
	} ask = {
		.h = { .nlmsg_len = sizeof(ask),
		       .nlmsg_type = RTM_GETTFILTER,
		       .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
		.t = { .tcm_family = AF_UNSPEC,
		       .tcm_ifindex = (int)ifindex,
		       .tcm_parent = TC_H_MAKE(TC_H_CLSACT, minor) },
	};
	union {
		struct nlmsghdr h; /* the first one says it: a filter, or the end */
		char room[16384];
	} answer;
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	bool none = fd >= 0 && send(fd, &ask, sizeof(ask), 0) == sizeof(ask) &&
		    recv(fd, &answer, sizeof(answer), 0) >= (ssize_t)sizeof(answer.h) &&
		    answer.h.nlmsg_type == NLMSG_DONE;

	if (fd >= 0)
		close(fd);
	return !none;
}

/* Without a program: whichever is in our place. */
static void detach(const struct attached *a)
{
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = (int)a->at.ifindex, .attach_point = a->at.point);
	LIBBPF_OPTS(bpf_tc_opts, found, .handle = FILTER_HANDLE, .priority = FILTER_PRIORITY);
	LIBBPF_OPTS(bpf_tc_opts, ours, .handle = FILTER_HANDLE, .priority = FILTER_PRIORITY);

	if (!bpf_tc_query(&hook, &found) && (found.prog_id == a->program || !a->program))
		bpf_tc_detach(&hook, &ours);
	if (!a->at.made_qdisc || has_filters(a->at.ifindex, TC_H_MIN_INGRESS) ||
	    has_filters(a->at.ifindex, TC_H_MIN_EGRESS))
		return;
	hook.attach_point = BPF_TC_INGRESS | BPF_TC_EGRESS; /* the qdisc itself */
	bpf_tc_hook_destroy(&hook);
}

void dataplane_detach(struct dataplane *d)
{
	/* Backwards: what made an interface's qdisc was the first to be attached there. */
	while (d->n_attached)
		detach(&d->attached[--d->n_attached]);
}

/* What a predecessor attached to interfaces that are none of ours any more. */
static void release(struct dataplane *d)
{
	struct abi_state *s = d->state;

	for (uint32_t i = s->n_attached; i-- > 0;) { /* as dataplane_detach */
		const struct attached left = { .at = s->attached[i] };
		bool ours = false;

		for (size_t k = 0; k < d->n_attached && !ours; k++)
			ours = same_place(&left.at, &d->attached[k].at);
		if (!ours)
			detach(&left);
	}
	s->n_attached = 0;
	for (size_t k = 0; k < d->n_attached; k++)
		note(s, &d->attached[k].at);
}

/* The new pins are made first and renamed last: if we are killed in between, the next process finds
 * the old ones, or none, fills maps of its own and replaces what is attached. */
static int attach_waiting(struct dataplane *d)
{
	int err = pins_make(d);

	for (size_t i = 0; i < d->n_waiting && !err; i++)
		err = attach_hook(d, d->waiting[i].ifindex, d->waiting[i].hook);
	return err ? err : pins_replace(d);
}

int dataplane_ready(struct dataplane *d)
{
	int err = d->ready ? 0 : attach_waiting(d);

	if (err)
		return err;
	d->ready = true;
	release(d);
	return 0;
}
