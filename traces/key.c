/* SPDX-License-Identifier: GPL-2.0-only */
#include "key.h"

#include <string.h>

#define FIELD(name, type, range, unit, absent, meaning, reader) NAME(name)
#define ALL_NAMES                                                                                  \
	NAME(tcp_mem)                                                                              \
	NAME(sk)                                                                                   \
	NAME(cpu)                                                                                  \
	NAME(id)                                                                                   \
	NAME(time)                                                                                 \
	NAME(recorded)                                                                             \
	NAME(recorded_messages)                                                                    \
	NAME(suppressed)                                                                           \
	NAME(expect)

#define NAME(name) #name,
const char *const tcpoom_key_names[TCPOOM_KEYS] = {
#include "../model/fields.def"
	ALL_NAMES
};
#undef NAME

#define NAME(name) sizeof(#name) - 1,
static const uint8_t lengths[TCPOOM_KEYS] = {
#include "../model/fields.def"
	ALL_NAMES
};
#undef NAME

/* Length, first and last letter tell the names apart; where they do not, the next slot serves. */
static unsigned first_slot(const char *name, size_t len)
{
	return ((unsigned)len + (unsigned char)name[0] * 15u + (unsigned char)name[len - 1] * 13u) %
	       TCPOOM_KEY_SLOTS;
}

void tcpoom_keys_make(struct tcpoom_keys *keys)
{
	memset(keys->slot, TCPOOM_KEYS, sizeof(keys->slot));
	for (unsigned key = 0; key < TCPOOM_KEYS; key++) {
		unsigned at = first_slot(tcpoom_key_names[key], lengths[key]);
		struct tcpoom_key_word *name = &keys->name[key];

		*name = (struct tcpoom_key_word){ .len = lengths[key] };
		if (name->len <= sizeof(name->word)) {
			memcpy(name->word, tcpoom_key_names[key], name->len);
			memset(name->mask, 0xff, name->len);
		}

		while (keys->slot[at] != TCPOOM_KEYS)
			at = (at + 1) % TCPOOM_KEY_SLOTS;
		keys->slot[at] = (uint8_t)key;
	}
}

/* memcmp would be called: so few bytes are compared faster here. */
static bool is_same(unsigned key, const char *name, size_t len)
{
	size_t i = 0;

	while (i < len && tcpoom_key_names[key][i] == name[i])
		i++;
	return i == len;
}

unsigned tcpoom_key_find(const struct tcpoom_keys *keys, const char *name, size_t len)
{
	unsigned at, key;

	if (!len)
		return TCPOOM_KEYS;
	for (at = first_slot(name, len);; at = (at + 1) % TCPOOM_KEY_SLOTS) {
		key = keys->slot[at];
		if (key == TCPOOM_KEYS || (lengths[key] == len && is_same(key, name, len)))
			return key;
	}
}
