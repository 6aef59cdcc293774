/* SPDX-License-Identifier: GPL-2.0-only */
#include "tracefs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "slurp.h"

#define INSTANCE "instances/tcpoom"
#define EVENTS INSTANCE "/events/" TCPOOM_PROBE_GROUP
#define PATH_MOST 200

static void path_of(const struct tcpoom_tracefs *t, char path[static PATH_MOST], const char *file)
{
	snprintf(path, PATH_MOST, "%s/%s", t->root, file);
}

/* One write is one command. O_TRUNC on kprobe_events would remove everybody's probes. */
static bool write_file(const struct tcpoom_tracefs *t, const char *file, const char *text)
{
	char path[PATH_MOST];
	const size_t len = strlen(text);
	bool ok;
	int fd;

	path_of(t, path, file);
	fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
	if (fd < 0)
		return false;
	ok = write(fd, text, len) == (ssize_t)len;
	if (!ok) {
		const int error = errno;

		close(fd);
		errno = error;
		return false;
	}
	return close(fd) == 0;
}

static bool fail_open(const struct tcpoom_tracefs *t, struct tcpoom_error *e)
{
	if (errno == EACCES || errno == EPERM)
		return tcpoom_fail(e, 0,
				   "%s: %s: run it as root (CAP_SYS_ADMIN), where the kernel is "
				   "not "
				   "locked down",
				   t->root, strerror(errno));
	return tcpoom_fail(e, 0,
			   "%s/kprobe_events: %s: mount tracefs (mount -t tracefs tracefs "
			   "/sys/kernel/tracing); the kernel needs CONFIG_KPROBE_EVENTS",
			   t->root, strerror(errno));
}

static bool take_lock(struct tcpoom_tracefs *t, struct tcpoom_error *e)
{
	static const char *const roots[] = { "/sys/kernel/tracing", "/sys/kernel/debug/tracing" };
	char path[PATH_MOST];
	int error = 0;

	for (size_t i = 0; i < 2 && t->lock < 0; i++) {
		t->root = roots[i];
		path_of(t, path, "kprobe_events");
		t->lock = open(path, O_RDONLY | O_CLOEXEC);
		error = i ? error : errno;
	}
	if (t->lock < 0) {
		t->root = roots[0];
		errno = error;
		return fail_open(t, e);
	}
	if (!flock(t->lock, LOCK_EX | LOCK_NB))
		return true;
	return tcpoom_fail(e, 0, "another tcpoom record runs");
}

/* The probes of our group in kprobe_events, each a line `p:tcpoom/oor_in ...`. */
static bool remove_probes(const struct tcpoom_tracefs *t)
{
	char path[PATH_MOST], *text;
	bool ok = true;
	size_t len;

	path_of(t, path, "kprobe_events");
	text = tcpoom_slurp(path, &len);
	if (!text)
		return false;
	for (char *line = text, *next; line && *line; line = next) {
		char *name, command[80];

		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		name = strstr(line, ":" TCPOOM_PROBE_GROUP "/");
		if (!name || strcspn(line, " ") < (size_t)(name - line))
			continue;
		snprintf(command, sizeof(command), "-%.*s\n", (int)strcspn(name, " "), name);
		ok &= write_file(t, "kprobe_events", command);
	}
	free(text);
	return ok;
}

/* An event that was just switched off may be in use for a moment yet. */
static bool remove_all(const struct tcpoom_tracefs *t)
{
	const struct timespec moment = { 0, 20000000 };
	char path[PATH_MOST];
	bool ok = false;

	path_of(t, path, INSTANCE);
	for (int try = 0; try < 50 && !ok; try++) {
		struct stat info;

		if (try)
			nanosleep(&moment, NULL);
		write_file(t, EVENTS "/enable", "0");
		ok = (stat(path, &info) || !rmdir(path)) && remove_probes(t);
	}
	return ok;
}

/* The number of return probes at once is not known to kernels before 4.14. */
static bool install(const struct tcpoom_tracefs *t, const struct tcpoom_probe *p,
		    struct tcpoom_error *e)
{
	char text[sizeof(p->text) + 8], file[PATH_MOST];

	snprintf(text, sizeof(text), "r64%s\n", p->text + 1);
	if (p->text[0] != 'r' || !write_file(t, "kprobe_events", text)) {
		snprintf(text, sizeof(text), "%s\n", p->text);
		if (!write_file(t, "kprobe_events", text))
			return tcpoom_fail(e, 0, "the kernel refuses the probe \"%.150s\": %s",
					   p->text, strerror(errno));
	}
	if (p->filter) {
		snprintf(file, sizeof(file), EVENTS "/%s/filter", p->name);
		if (!write_file(t, file, p->filter))
			return tcpoom_fail(e, 0, "the kernel refuses the filter \"%s\": %s",
					   p->filter, strerror(errno));
	}
	return true;
}

static bool make(struct tcpoom_tracefs *t, const struct tcpoom_probes *probes, unsigned buffer_kb,
		 struct tcpoom_error *e)
{
	char path[PATH_MOST], kb[16];

	path_of(t, path, INSTANCE);
	if (!remove_all(t))
		return tcpoom_fail(e, 0, "%s: what a killed recorder left cannot be removed: %s",
				   path, strerror(errno));
	t->made = true;
	if (mkdir(path, 0700))
		return tcpoom_fail(e, 0, "%s: %s", path, strerror(errno));
	snprintf(kb, sizeof(kb), "%u", buffer_kb);
	if (!write_file(t, INSTANCE "/trace_clock", "mono") ||
	    !write_file(t, INSTANCE "/buffer_size_kb", kb))
		return tcpoom_fail(e, 0, "%s: cannot set its clock and size: %s", path,
				   strerror(errno));
	for (unsigned i = 0; i < probes->count; i++)
		if (!install(t, &probes->probe[i], e))
			return false;
	path_of(t, path, INSTANCE "/trace_pipe");
	t->pipe = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	return t->pipe >= 0 || tcpoom_fail(e, 0, "%s: %s", path, strerror(errno));
}

bool tcpoom_tracefs_open(struct tcpoom_tracefs *t, const struct tcpoom_probes *probes,
			 unsigned buffer_kb, struct tcpoom_error *e)
{
	struct tcpoom_error ignored;

	*t = (struct tcpoom_tracefs){ .lock = -1, .pipe = -1 };
	if (take_lock(t, e) && make(t, probes, buffer_kb, e))
		return true;
	tcpoom_tracefs_close(t, &ignored);
	return false;
}

bool tcpoom_tracefs_switch(const struct tcpoom_tracefs *t, bool on, struct tcpoom_error *e)
{
	return write_file(t, EVENTS "/enable", on ? "1" : "0") ||
	       tcpoom_fail(e, 0, "%s/" EVENTS "/enable: %s", t->root, strerror(errno));
}

static bool is_ours(const struct tcpoom_probes *probes, const char *name)
{
	for (unsigned i = 0; i < probes->count; i++)
		if (!strcmp(probes->probe[i].name, name))
			return true;
	return false;
}

unsigned long long tcpoom_tracefs_missed(const struct tcpoom_tracefs *t,
					 const struct tcpoom_probes *probes)
{
	unsigned long long sum = 0, hits, missed;
	char path[PATH_MOST], name[64], *text;
	size_t len;

	path_of(t, path, "kprobe_profile");
	text = tcpoom_slurp(path, &len);
	for (char *line = text, *next; line && *line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		if (sscanf(line, "%63s %llu %llu", name, &hits, &missed) == 3 &&
		    is_ours(probes, name))
			sum += missed;
	}
	free(text);
	return sum;
}

bool tcpoom_tracefs_close(struct tcpoom_tracefs *t, struct tcpoom_error *e)
{
	bool ok = true;

	if (t->pipe >= 0)
		close(t->pipe);
	if (t->made)
		ok = remove_all(t);
	if (t->lock >= 0)
		close(t->lock);
	t->made = false;
	return ok || tcpoom_fail(e, 0,
				 "%s/" INSTANCE " and its probes cannot all be removed: %s; the "
				 "next tcpoom record tries again",
				 t->root, strerror(errno));
}
