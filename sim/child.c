/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/child.h"

#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* What a callback of a run needs. */
static struct {
	struct child *child;
	struct run *run;
} self;

void *child_share(size_t n)
{
	void *p = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	assert(p != MAP_FAILED);
	return p;
}

static void failed(void *ctx, const char *text)
{
	snprintf(self.child->text, sizeof(self.child->text), "%.3f s: %s",
		 (double)(self.run->w.now - WORLD_START) / 1e9, text);
	_exit(1);
}

static void keep_line(void *ctx, const char *text)
{
	snprintf(self.child->lines[self.child->n_lines++ % CHILD_LINES], CHILD_LINE_MAX,
		 "%10.3f %s", (double)(self.run->w.now - WORLD_START) / 1e9, text);
}

struct run_options child_options(struct child *c, struct run *r, uint64_t seed, const char *keep,
				 bool lines)
{
	self.child = c;
	self.run = r;
	c->seed = seed;
	c->text[0] = 0;
	c->n_lines = 0;
	return (struct run_options){
		.seed = seed, .keep = keep, .line = lines ? keep_line : NULL, .failed = failed
	};
}

static void be_child(struct child *c, uint64_t seed, const char *keep, bool lines)
{
	const struct rlimit limit = { CHILD_SECONDS_MAX, CHILD_SECONDS_MAX };
	const int null = open("/dev/null", O_WRONLY);
	static struct run r;
	struct run_options o = child_options(c, &r, seed, keep, lines);

	setrlimit(RLIMIT_CPU, &limit);
	if (null >= 0 && !lines)
		dup2(null, STDERR_FILENO);
	if (run_new(&r, &o))
		_exit(2);
	run_all(&r);
	run_done(&r);
	_exit(0);
}

bool child_run(struct child *c, uint64_t seed, const char *keep, bool lines)
{
	pid_t pid;
	int status = 0;

	fflush(NULL);
	pid = fork();
	assert(pid >= 0);
	if (pid == 0)
		be_child(c, seed, keep, lines);
	waitpid(pid, &status, 0);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}
