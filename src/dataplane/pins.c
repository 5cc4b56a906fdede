/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The maps outlive the process as pins in a bpffs: FOLDER/maps is the whole set. It is made in
 * FOLDER/new and renamed when complete, and renamed to FOLDER/old before it is removed: whenever
 * the process is killed, FOLDER/maps is there and whole, or not there.
 */
#include "dataplane/private.h"
#include "netmip4.skel.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <linux/magic.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#define USUAL "/sys/fs/bpf" /* the kernel's own place for a bpffs */
#define PINS  10
#define STATE 0 /* in the list of pins */

struct pin {
	const char *name;
	struct bpf_map *map;
};

/* What is not here is of one process: the ring and what limits it, where packets are put together.
 */
static void list_pins(const struct dataplane *d, struct pin ret[PINS])
{
	const struct netmip4_bpf *b = d->bpf;
	const struct pin v[PINS] = {
		[STATE] = { "state", b->maps.bss },
		{ "hosts", b->maps.nm4_hosts },
		{ "tunnels", b->maps.nm4_tunnels },
		{ "addresses", b->maps.nm4_addresses },
		{ "slots", b->maps.nm4_slots },
		{ "prefixes", b->maps.nm4_prefixes },
		{ "path_mtus", b->maps.nm4_path_mtus },
		{ "drops", b->maps.nm4_drops },
		{ "neighbours", b->maps.nm4_neighbours },
		{ "neighbour64", b->maps.nm4_neighbour64 },
	};

	memcpy(ret, v, sizeof(v));
}

static const char *in_folder(const struct dataplane *d, char buf[PINS_PATH_MAX], const char *set,
			     const char *pin)
{
	snprintf(buf, PINS_PATH_MAX, "%s/%s%s%s", d->pins, set, *pin ? "/" : "", pin);
	return buf;
}

/* ---- the folder ---- */

/* `path`, or the nearest folder above it that there is. */
static bool is_on_bpffs(const char *path)
{
	char above[PINS_PATH_MAX], *slash;
	struct statfs s;

	snprintf(above, sizeof(above), "%s", path);
	while (statfs(above, &s)) {
		slash = strrchr(above, '/');
		if (!slash || slash == above)
			return false;
		*slash = 0;
	}
	return s.f_type == BPF_FS_MAGIC;
}

/* Nothing may be hidden by what is mounted: the folder must be empty, or not be there. */
static int make_empty(const char *path)
{
	if (rmdir(path) && errno != ENOENT)
		return -errno;
	return mkdir(path, 0700) ? -errno : 0;
}

/* One mount for all that has its pins in `root`. */
static int mount_bpffs(const char *root)
{
	bool usual = strncmp(root, USUAL "/", sizeof(USUAL)) == 0;
	int err = usual ? 0 : make_empty(root);

	if (!err && mount("bpf", usual ? USUAL : root, "bpf", 0, "mode=0700"))
		err = -errno;
	return err;
}

/* What contains the folders of all instances. */
static void find_root(const struct dataplane *d, char ret[PINS_PATH_MAX])
{
	char *slash;

	snprintf(ret, PINS_PATH_MAX, "%s", d->pins);
	slash = strrchr(ret, '/');
	assert(slash);
	*slash = 0;
}

static int make_folder(struct dataplane *d)
{
	char root[PINS_PATH_MAX];
	int err = 0;

	find_root(d, root);
	if (!is_on_bpffs(root))
		err = mount_bpffs(root);
	if (!err && mkdir(root, 0700) && errno != EEXIST)
		err = -errno;
	if (!err && mkdir(d->pins, 0700) && errno != EEXIST)
		err = -errno;
	if (err)
		dataplane_explain(d,
				  "cannot make the folder %s for the data plane's maps: %s; "
				  "mount a bpffs at %s (mount -t bpf bpf %s), or at a place of "
				  "your choice and say so in the configuration",
				  d->pins, strerror(-err), root, root);
	return err;
}

/* What is left of it is found by the next process. */
static void remove_set(const struct dataplane *d, const char *set)
{
	char path[PINS_PATH_MAX];
	DIR *dir = opendir(in_folder(d, path, set, ""));
	struct dirent *e;

	if (!dir)
		return;
	while ((e = readdir(dir)))
		if (e->d_name[0] != '.')
			unlinkat(dirfd(dir), e->d_name, 0);
	closedir(dir);
	rmdir(path);
}

/* ---- what a predecessor left ---- */

static bool same_name(const struct bpf_map *m, const struct bpf_map_info *i)
{
	return strncmp(bpf_map__name(m), i->name, sizeof(i->name) - 1) == 0;
}

static bool same_shape(const struct bpf_map *m, const struct bpf_map_info *i)
{
	return i->type == (uint32_t)bpf_map__type(m) && i->key_size == bpf_map__key_size(m) &&
	       i->value_size == bpf_map__value_size(m) && i->max_entries == bpf_map__max_entries(m);
}

static int not_ours(struct dataplane *d, const char *pin, int err)
{
	char path[PINS_PATH_MAX];

	dataplane_explain(d,
			  "%s is not as this program leaves it: %s %s; if nothing else uses it, "
			  "remove it (rm -r %s)",
			  in_folder(d, path, "maps", ""), pin,
			  err ? strerror(-err) : "is something else", path);
	return err ? err : -EBADF;
}

/* 1: the same map as ours; 0: of another version or size; or a negative errno. */
static int open_pin(struct dataplane *d, const struct pin *p, int *ret_fd)
{
	struct bpf_map_info info = {};
	uint32_t n = sizeof(info);
	char path[PINS_PATH_MAX];
	int err, fd = bpf_obj_get(in_folder(d, path, "maps", p->name));

	if (fd < 0)
		return not_ours(d, p->name, fd);
	*ret_fd = fd;
	err = bpf_obj_get_info_by_fd(fd, &info, &n);
	if (err || !same_name(p->map, &info))
		return not_ours(d, p->name, err);
	return same_shape(p->map, &info);
}

/* The version is asked first: another one may have other maps. */
static int open_set(struct dataplane *d, const struct pin *pins, int fds[PINS])
{
	const uint32_t first = 0;
	struct abi_state left;
	int found = open_pin(d, &pins[STATE], &fds[STATE]);

	if (found > 0) {
		int err = bpf_map_lookup_elem(fds[STATE], &first, &left);

		if (err)
			return not_ours(d, pins[STATE].name, err);
		found = left.version == ABI_VERSION;
	}
	if (found > 0)
		d->left = left;
	for (size_t i = STATE + 1; i < PINS && found > 0; i++)
		found = open_pin(d, &pins[i], &fds[i]);
	return found;
}

int pins_take_over(struct dataplane *d)
{
	struct pin pins[PINS];
	int fds[PINS], found, err = 0;
	char path[PINS_PATH_MAX];

	for (size_t i = 0; i < PINS; i++)
		fds[i] = -1;
	list_pins(d, pins);
	found = make_folder(d);
	if (found < 0) {
		*d->pins = 0; /* whatever is there, it is none of ours */
		return found;
	}
	remove_set(d, "new");
	remove_set(d, "old");
	if (access(in_folder(d, path, "maps", ""), F_OK) == 0)
		found = open_set(d, pins, fds);
	for (size_t i = 0; i < PINS; i++) {
		if (found > 0 && !err)
			err = bpf_map__reuse_fd(pins[i].map, fds[i]);
		if (fds[i] >= 0)
			close(fds[i]);
	}
	if (found < 0 || err)
		return found < 0 ? found : err;
	d->taken_over = found;
	return 0;
}

/* ---- ours ---- */

int pins_make(struct dataplane *d)
{
	struct pin pins[PINS];
	char path[PINS_PATH_MAX];
	int err;

	list_pins(d, pins);
	remove_set(d, "new"); /* a former attempt */
	err = mkdir(in_folder(d, path, "new", ""), 0700) ? -errno : 0;
	for (size_t i = 0; i < PINS && !err; i++)
		err = bpf_obj_pin(bpf_map__fd(pins[i].map),
				  in_folder(d, path, "new", pins[i].name));
	if (err)
		dataplane_explain(d, "cannot make %s: %s", path, strerror(-err));
	return err;
}

int pins_replace(struct dataplane *d)
{
	char maps[PINS_PATH_MAX], path[PINS_PATH_MAX];
	int err = 0;

	in_folder(d, maps, "maps", "");
	if (rename(maps, in_folder(d, path, "old", "")) && errno != ENOENT)
		err = -errno;
	if (!err && rename(in_folder(d, path, "new", ""), maps))
		err = -errno;
	if (err)
		dataplane_explain(d, "cannot rename %s: %s", path, strerror(-err));
	else
		remove_set(d, "old");
	return err;
}

void pins_remove(struct dataplane *d)
{
	char maps[PINS_PATH_MAX], old[PINS_PATH_MAX], root[PINS_PATH_MAX];

	remove_set(d, "new");
	if (d->ready && rename(in_folder(d, maps, "maps", ""), in_folder(d, old, "old", "")) == 0)
		remove_set(d, "old");
	rmdir(d->pins);
	find_root(d, root);
	rmdir(root); /* unless others are in it, or it is where the bpffs is mounted */
}
