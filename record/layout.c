/* SPDX-License-Identifier: GPL-2.0-only */
#include "layout.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "btf.h"
#include "slurp.h"

static const struct {
	const char *of, *member;
	size_t at;
	bool optional;
} wanted[] = {
#define LAYOUT(name, of, member) { of, member, offsetof(struct tcpoom_layout, name), false },
#define OPTIONAL(name, of, member) { of, member, offsetof(struct tcpoom_layout, name), true },
	TCPOOM_LAYOUT(LAYOUT, OPTIONAL)
#undef LAYOUT
#undef OPTIONAL
};
#define WANTED (sizeof(wanted) / sizeof(*wanted))

static long *place(struct tcpoom_layout *layout, size_t i)
{
	return (long *)(void *)((char *)layout + wanted[i].at);
}

static void take_btf(struct tcpoom_layout *layout, const struct tcpoom_btf *btf)
{
	for (size_t i = 0; i < WANTED; i++)
		*place(layout, i) = tcpoom_btf_offset(btf, wanted[i].of, wanted[i].member);
	layout->sizeof_sk_buff = tcpoom_btf_size(btf, "sk_buff");
}

static bool take_line(struct tcpoom_layout *layout, char *line)
{
	char name[80], path[80];
	long value;

	line[strcspn(line, "#")] = '\0';
	if (!line[strspn(line, " \t")])
		return true;
	if (sscanf(line, "%79s %li", name, &value) != 2 || value < 0)
		return false;
	if (!strcmp(name, "sk_buff")) {
		layout->sizeof_sk_buff = value;
		return true;
	}
	for (size_t i = 0; i < WANTED; i++) {
		snprintf(path, sizeof(path), "%s.%s", wanted[i].of, wanted[i].member);
		if (!strcmp(name, path)) {
			*place(layout, i) = value;
			return true;
		}
	}
	return false;
}

static bool take_text(struct tcpoom_layout *layout, char *text, struct tcpoom_error *e)
{
	e->line = 0;
	for (char *line = text, *next; line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		e->line++;
		if (!take_line(layout, line))
			return tcpoom_fail(e, 1,
					   "expected STRUCT.MEMBER OFFSET or sk_buff SIZE, as in "
					   "\"sock.sk_wmem_queued 328\"");
	}
	e->line = 0;
	return true;
}

static bool complete(const struct tcpoom_layout *layout, struct tcpoom_error *e)
{
	for (size_t i = 0; i < WANTED; i++)
		if (!wanted[i].optional &&
		    *(const long *)(const void *)((const char *)layout + wanted[i].at) < 0)
			return tcpoom_fail(e, 0, "found no %s.%s", wanted[i].of, wanted[i].member);
	return true;
}

bool tcpoom_layout_read(struct tcpoom_layout *layout, const char *file, struct tcpoom_error *e)
{
	struct tcpoom_btf btf;
	size_t len;
	char *data = tcpoom_slurp(file, &len);
	bool ok = true;

	*e = (struct tcpoom_error){ .file = file };
	if (!data)
		return tcpoom_fail(e, 0, "%s", strerror(errno));
	for (size_t i = 0; i < WANTED; i++)
		*place(layout, i) = -1;
	layout->sizeof_sk_buff = -1;
	if (len >= 2 && (unsigned char)data[0] + (unsigned char)data[1] == 0x9f + 0xeb) {
		if (!tcpoom_btf_parse(&btf, data, len))
			return tcpoom_fail(e, 0, "cannot be read as BTF of this machine");
		take_btf(layout, &btf);
		tcpoom_btf_free(&btf);
	} else {
		ok = take_text(layout, data, e);
		free(data);
	}
	return ok && complete(layout, e);
}
