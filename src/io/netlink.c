/* SPDX-License-Identifier: Apache-2.0 */
#include "io/netlink.h"

#include <errno.h>
#include <stdlib.h>

#define ANSWER_MAX 32768 /* the kernel fills dumps up to this */

int netlink_init(struct netlink *n)
{
	*n = (struct netlink){ .socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC) };
	if (!n->socket)
		return -errno;
	return mnl_socket_bind(n->socket, 0, MNL_SOCKET_AUTOPID) < 0 ? -errno : 0;
}

void netlink_done(struct netlink *n)
{
	if (n->socket)
		mnl_socket_close(n->socket);
	n->socket = NULL;
}

struct nlmsghdr *netlink_request(struct netlink *n, uint16_t type, uint16_t flags, size_t size,
				 void *ret_header)
{
	struct nlmsghdr *h = mnl_nlmsg_put_header(n->request);

	h->nlmsg_type = type;
	h->nlmsg_flags = NLM_F_REQUEST | flags;
	h->nlmsg_seq = ++n->sequence;
	*(void **)ret_header = mnl_nlmsg_put_extra_header(h, size);
	return h;
}

int netlink_ask(struct netlink *n, struct nlmsghdr *request, mnl_cb_t each, void *ctx)
{
	char *answer = malloc(ANSWER_MAX);
	int more = MNL_CB_OK, err = 0;

	if (!answer)
		return -ENOMEM;
	if ((request->nlmsg_flags & NLM_F_DUMP) !=
	    NLM_F_DUMP) /* one of its bits is also NLM_F_EXCL */
		request->nlmsg_flags |= NLM_F_ACK;
	if (mnl_socket_sendto(n->socket, request, request->nlmsg_len) < 0)
		err = -errno;
	while (!err && more > MNL_CB_STOP) {
		ssize_t length = mnl_socket_recvfrom(n->socket, answer, ANSWER_MAX);

		if (length < 0 && errno == EINTR)
			continue;
		more = length < 0 ? MNL_CB_ERROR
				  : mnl_cb_run(answer, (size_t)length, request->nlmsg_seq,
					       mnl_socket_get_portid(n->socket), each, ctx);
		if (more == MNL_CB_ERROR)
			err = -errno;
	}
	free(answer);
	return err;
}
