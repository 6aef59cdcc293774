/* SPDX-License-Identifier: GPL-2.0-only */
#include "knobs.h"

#include <stdbool.h>
#include <string.h>

#define V TCPOOM_VERSION_OF

static const struct tcpoom_knob knobs[] = {
#define KNOB(folder, name, values, setting, since, gone, why)                                      \
	{ #folder, #name, values, setting, since, gone, why },
#include "knobs.def"
#undef KNOB
};

/* Equal, where a slash is a dot. */
static bool same(const char *text, const char *name, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (name[i] != (text[i] == '/' ? '.' : text[i]))
			return false;
	return true;
}

const struct tcpoom_knob *tcpoom_knob_find(struct tcpoom_span name, bool *bare)
{
	for (size_t i = 0; i < sizeof(knobs) / sizeof(*knobs); i++) {
		const size_t folder = strlen(knobs[i].folder), len = strlen(knobs[i].name);

		*bare = name.len == len;
		if (*bare && same(name.text, knobs[i].name, len))
			return &knobs[i];
		if (name.len == folder + 1 + len && same(name.text, knobs[i].folder, folder) &&
		    same(name.text + folder, ".", 1) &&
		    same(name.text + folder + 1, knobs[i].name, len))
			return &knobs[i];
	}
	return NULL;
}

const struct tcpoom_knob *tcpoom_knob_of(struct tcpoom_span key)
{
	bool bare;

	for (size_t i = 0; i < sizeof(knobs) / sizeof(*knobs); i++)
		if (knobs[i].setting && strlen(knobs[i].setting) == key.len &&
		    same(key.text, knobs[i].setting, key.len))
			return &knobs[i];
	return tcpoom_knob_find(key, &bare);
}
