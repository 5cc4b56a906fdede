/* SPDX-License-Identifier: Apache-2.0 */
/* The programs at clsact, through libbpf's netlink. */
#include "dataplane/private.h"

#include <errno.h>
#include <net/if.h>

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

static int attach(struct dataplane *d, uint32_t ifindex, enum bpf_tc_attach_point point,
		  const char *program)
{
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = (int)ifindex, .attach_point = point);
	LIBBPF_OPTS(bpf_tc_opts, opts, .handle = FILTER_HANDLE, .priority = FILTER_PRIORITY,
		    .prog_fd = dataplane_program_fd(d, program), .flags = BPF_TC_F_REPLACE);
	struct attached *a = &d->attached[d->n_attached];
	int err;

	if (d->n_attached == ATTACHED_MAX)
		return -ENOSPC;
	err = bpf_tc_hook_create(&hook);
	if (err && err != -EEXIST)
		return err;
	err = program_id(opts.prog_fd, &a->program);
	if (!err)
		err = bpf_tc_attach(&hook, &opts);
	if (err)
		return err;
	a->ifindex = ifindex;
	a->point = point;
	d->n_attached++;
	return 0;
}

int dataplane_attach(struct dataplane *d, uint32_t ifindex, enum dataplane_hook hook)
{
	static const char *const programs[] = {
		[DATAPLANE_ACCESS] = "nm4_access",
		[DATAPLANE_CORE] = "nm4_core",
		[DATAPLANE_HOME] = "nm4_home",
		[DATAPLANE_UPSTREAM] = "nm4_upstream",
	};
	char name[IF_NAMESIZE];
	int err;

	if (!if_indextoname(ifindex, name)) {
		dataplane_explain(d, "there is no interface with index %u", ifindex);
		return -ENODEV;
	}
	err = attach(d, ifindex, BPF_TC_INGRESS, programs[hook]);
	if (!err && hook == DATAPLANE_HOME)
		err = attach(d, ifindex, BPF_TC_EGRESS, "nm4_home_out");
	if (err)
		dataplane_explain(d, "the BPF programs cannot be attached to interface %s: %s",
				  name, strerror(-err));
	return err;
}

static void detach(const struct attached *a)
{
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = (int)a->ifindex, .attach_point = a->point);
	LIBBPF_OPTS(bpf_tc_opts, found, .handle = FILTER_HANDLE, .priority = FILTER_PRIORITY);
	LIBBPF_OPTS(bpf_tc_opts, ours, .handle = FILTER_HANDLE, .priority = FILTER_PRIORITY);

	if (!bpf_tc_query(&hook, &found) && found.prog_id == a->program)
		bpf_tc_detach(&hook, &ours);
}

void dataplane_detach(struct dataplane *d)
{
	while (d->n_attached)
		detach(&d->attached[--d->n_attached]);
}
