/* SPDX-License-Identifier: Apache-2.0 */
#include "load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LINE_MAX_OCTETS (2 * REQUEST_MAX + NAI_MAX + 160)

struct journal {
	int fd;
	size_t n;
	char text[256 * LINE_MAX_OCTETS]; /* more than between two flushes */
	int err;                          /* of an earlier write */
};

int journal_new(const char *path, struct journal **ret)
{
	struct journal *j = calloc(1, sizeof(*j));

	if (!j)
		return -ENOMEM;
	j->fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	if (j->fd < 0) {
		const int err = -errno;

		free(j);
		return err;
	}
	*ret = j;
	return 0;
}

void journal_free(struct journal *j)
{
	if (!j)
		return;
	close(j->fd);
	free(j);
}

int journal_flush(struct journal *j)
{
	const char *p = j->text;

	while (j->n && !j->err) {
		ssize_t n = write(j->fd, p, j->n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			j->err = -errno;
			break;
		}
		p += n;
		j->n -= (size_t)n;
	}
	j->n = 0;
	return j->err;
}

/* Room for a line, at its beginning. */
static char *line_begin(struct journal *j)
{
	if (sizeof(j->text) - j->n < LINE_MAX_OCTETS)
		journal_flush(j); /* an error stays */
	return j->text + j->n;
}

void journal_accepted(struct load *l, uint32_t host, uint16_t lifetime)
{
	const struct host *h = &l->p.hosts[host];
	const struct in_addr care_of = population_care_of(l->o, &l->p, host, h->place);
	char nai[NAI_MAX + 1], four[INET_ADDRSTRLEN], six[INET6_ADDRSTRLEN] = "-";
	struct timespec now;
	char *p;

	if (!l->journal)
		return;
	p = line_begin(l->journal);
	clock_gettime(CLOCK_REALTIME, &now);
	host_nai(l, host, nai);
	if (!in6_is_unspecified(&h->home))
		inet_ntop(AF_INET6, &h->home, six, sizeof(six));
	p += sprintf(p, "%s %s %s %s %u %016" PRIx64 " %lld.%03ld ",
		     h->kind == DEREGISTRATION ? "ended" : "accepted", nai,
		     inet_ntop(AF_INET, &care_of, four, sizeof(four)), six, lifetime,
		     h->identification, (long long)now.tv_sec, now.tv_nsec / 1000000);
	for (size_t i = 0; i < l->request_lengths[host]; i++) {
		*p++ = "0123456789abcdef"[l->requests[host][i] >> 4];
		*p++ = "0123456789abcdef"[l->requests[host][i] & 15];
	}
	*p++ = '\n';
	l->journal->n = (size_t)(p - l->journal->text);
}

static void write_asked(struct load *l, uint32_t host, const char *what)
{
	char nai[NAI_MAX + 1];
	char *p = line_begin(l->journal);

	host_nai(l, host, nai);
	p += sprintf(p, "asked %s %s\n", nai, what);
	l->journal->n = (size_t)(p - l->journal->text);
}

void journal_asked(struct load *l, uint32_t host)
{
	const struct host *h = &l->p.hosts[host];

	if (l->journal && h->kind != RENEWAL)
		write_asked(l, host, kind_names[h->kind]);
}

void journal_revoked(struct load *l, uint32_t host)
{
	if (l->journal)
		write_asked(l, host, "revocation");
}
