/* SPDX-License-Identifier: Apache-2.0 */
/* The ring in which the programs hand packets up. */
#include "dataplane/private.h"
#include "netmip4.skel.h"

#include <errno.h>

static int one(void *ctx, void *data, size_t n)
{
	struct dataplane *d = ctx;
	struct packet p;
	int err = punt_decode(BYTES(data, n), &d->completed, &p);

	if (err)
		return err;
	d->each(d->each_ctx, &p);
	return ++d->n_read == d->read_max ? -ECANCELED : 0;
}

int punt_new(struct dataplane *d)
{
	d->ring = ring_buffer__new(bpf_map__fd(d->bpf->maps.nm4_punts), one, d, NULL);
	return d->ring ? 0 : -errno;
}

int dataplane_punt_fd(struct dataplane *d)
{
	return ring_buffer__epoll_fd(d->ring);
}

/* libbpf reads until the ring is empty or one() fails, which has then taken its record. */
int dataplane_punt_read(struct dataplane *d, int max,
			void (*each)(void *ctx, const struct packet *p), void *ctx)
{
	int err;

	d->each = each;
	d->each_ctx = ctx;
	d->n_read = 0;
	d->read_max = max;
	if (max <= 0)
		return 0;
	err = ring_buffer__consume(d->ring);
	return err < 0 && err != -ECANCELED ? err : d->n_read;
}
