/* SPDX-License-Identifier: GPL-2.0-only */
#define _DEFAULT_SOURCE /* klogctl */
#include "sources.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reading.h"

#define PATH_SIZE 4096

/* Below a root: what is set for the next boot first, so that what is in force overrules it. */
static const struct place {
	const char *folder, *prefix; /* of a file's name; all of it, where it ends in a $ */
} places[] = {
	{ "etc", "sysctl.conf$" },
	{ "proc", "version$" },
	{ "proc", "version_signature$" },
	{ "proc", "meminfo$" },
	{ "proc", "slabinfo$" },
	{ "proc/sys/net/core", "message_cost$" },
	{ "proc/sys/net/ipv4", "tcp_max_orphans$" },
	{ "proc/sys/net/ipv4", "tcp_mem$" },
	{ "proc/sys/net/ipv4", "tcp_wmem$" },
	{ "proc/sys/net/ipv4", "tcp_rmem$" },
	{ "proc/sys/net/ipv4", "tcp_orphan_retries$" },
	{ "sos_commands/kernel", "sysctl" },
	{ "sos_commands/kernel", "uname" },
	{ "sos_commands/memory", "slabinfo" },
	{ "sos_commands/networking", "ss_-" },
	{ "sos_commands/networking", "netstat_-" },
	{ "sos_commands/networking", "nstat" },
	{ "proc/net", "sockstat$" },
	{ "proc/net", "sockstat6$" },
	{ "proc/net", "netstat$" },
	{ "proc/net", "tcp$" },
	{ "proc/net", "tcp6$" },
};
static const struct place logs[] = {
	{ "sos_commands/kernel", "dmesg" },
	{ "sos_commands/general", "dmesg" },
	{ "sos_commands/logs", "journalctl" },
	{ "var/log", "messages" },
	{ "var/log", "kern.log" },
	{ "var/log", "syslog" },
	{ "var/log", "dmesg" },
};
/* words in the name of a log in a folder of files */
static const char *const log_names[] = { "dmesg", "journal", "messages", "kern", "syslog" };

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static bool is_log(const char *name)
{
	for (size_t i = 0; i < COUNT(log_names); i++)
		if (strstr(name, log_names[i]))
			return true;
	return false;
}

static unsigned read_one(struct tcpoom_facts *facts, const char *path,
			 struct tcpoom_trouble *trouble)
{
	struct tcpoom_error e;
	struct stat info;
	unsigned held;

	/* links of a sosreport that lead nowhere, FIFOs; and what /proc keeps for root */
	if (stat(path, &info) || !S_ISREG(info.st_mode) ||
	    (!strncmp(path, "/proc/", 6) && access(path, R_OK)))
		return 0;
	if (!tcpoom_read_file(facts, path, &held, &e))
		trouble->tell(trouble, &e);
	return held != 0;
}

static bool fits(const char *name, const char *prefix)
{
	const size_t len = strcspn(prefix, "$");

	return !strncmp(name, prefix, len) && (!prefix[len] || !name[len]);
}

static bool has_lines(const struct tcpoom_klog *log)
{
	return log->bursts > 0;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* The files of root/folder whose names fit, in the order of their names. */
static unsigned read_place(struct tcpoom_facts *facts, const char *root, const struct place *place,
			   bool log, struct tcpoom_trouble *trouble)
{
	char path[PATH_SIZE];
	struct dirent **entry;
	unsigned held = 0;
	int entries;

	snprintf(path, sizeof(path), "%s/%s", root, place->folder);
	entries = scandir(path, &entry, NULL, by_name);
	for (int i = 0; i < entries; i++) {
		snprintf(path, sizeof(path), "%s/%s/%s", root, place->folder, entry[i]->d_name);
		if (fits(entry[i]->d_name, place->prefix) && !(log && has_lines(&facts->log)))
			held += read_one(facts, path, trouble);
		free(entry[i]);
	}
	if (entries >= 0)
		free(entry);
	return held;
}

static unsigned read_root(struct tcpoom_facts *facts, const char *root,
			  struct tcpoom_trouble *trouble)
{
	unsigned held = 0;

	for (size_t i = 0; i < COUNT(places); i++)
		held += read_place(facts, root, &places[i], false, trouble);
	return held;
}

/* The ring buffer that dmesg prints; unknown where it may not be read. */
static void read_ring(struct tcpoom_facts *facts, struct tcpoom_trouble *trouble)
{
	enum { READ_ALL = 3, SIZE_BUFFER = 10 };
	const int size = klogctl(SIZE_BUFFER, NULL, 0);
	char *text = size > 0 ? malloc((size_t)size) : NULL;
	const int len = text ? klogctl(READ_ALL, text, size) : -1;
	FILE *in = len > 0 ? fmemopen(text, (size_t)len, "r") : NULL;
	struct tcpoom_error e;
	unsigned held;

	if (in) {
		facts->log.read = true;
		if (!tcpoom_read_text(facts, in, "dmesg", &held, &e))
			trouble->tell(trouble, &e);
		fclose(in);
	}
	free(text);
}

unsigned tcpoom_read_live(struct tcpoom_facts *facts, struct tcpoom_trouble *trouble)
{
	unsigned held = 0;

	for (size_t i = 0; i < COUNT(places); i++)
		if (!strncmp(places[i].folder, "proc", 4))
			held += read_place(facts, "", &places[i], false, trouble);
	read_ring(facts, trouble);
	return held;
}

static bool has_folder(const char *root, const char *name)
{
	char path[PATH_SIZE];
	struct stat info;

	snprintf(path, sizeof(path), "%s/%s", root, name);
	return !stat(path, &info) && S_ISDIR(info.st_mode);
}

/* Settings and samples first, for a log is read with what the limiter is set to. */
static unsigned read_plain(struct tcpoom_facts *facts, const char *root,
			   struct tcpoom_trouble *trouble)
{
	char path[PATH_SIZE];
	struct dirent **entry;
	const int entries = scandir(root, &entry, NULL, by_name);
	unsigned held = 0;

	if (entries < 0) {
		struct tcpoom_error e = { .file = root };

		tcpoom_fail(&e, 0, "%s", strerror(errno));
		trouble->tell(trouble, &e);
		return 0;
	}
	for (int log = 0; log <= 1; log++)
		for (int i = 0; i < entries; i++) {
			const char *name = entry[i]->d_name;

			if (is_log(name) != log || (log && has_lines(&facts->log)))
				continue;
			snprintf(path, sizeof(path), "%s/%s", root, name);
			facts->log.read |= log;
			held += read_one(facts, path, trouble);
		}
	for (int i = 0; i < entries; i++)
		free(entry[i]);
	free(entry);
	return held;
}

unsigned tcpoom_read_folder(struct tcpoom_facts *facts, const char *path,
			    struct tcpoom_trouble *trouble)
{
	unsigned held;

	if (!has_folder(path, "sos_commands") && !has_folder(path, "proc"))
		return read_plain(facts, path, trouble);
	held = read_root(facts, path, trouble);
	for (size_t i = 0; i < COUNT(logs); i++) {
		facts->log.read |= has_folder(path, logs[i].folder);
		held += read_place(facts, path, &logs[i], true, trouble);
	}
	return held;
}
