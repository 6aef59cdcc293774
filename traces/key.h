/* SPDX-License-Identifier: GPL-2.0-only */
/* The keys of an event and of what stands under it, as all three forms of a trace name them. */
#ifndef TCPOOM_TRACES_KEY_H
#define TCPOOM_TRACES_KEY_H

#include "../model/state.h"

/* A field is its own key (enum tcpoom_field); these come behind the fields. */
enum tcpoom_key {
	TCPOOM_K_tcp_mem = TCPOOM_FIELDS,
	TCPOOM_K_sk,
	TCPOOM_K_cpu,
	TCPOOM_K_id,
	TCPOOM_K_time,
	TCPOOM_K_recorded,
	TCPOOM_K_recorded_messages,
	TCPOOM_K_suppressed,
	TCPOOM_K_expect,
	TCPOOM_KEYS
};

#define TCPOOM_KEY_SLOTS 128

/*
 * A name as what 16 bytes that begin with it have in common. A longer one has no mask: none is a
 * name of the text.
 */
struct tcpoom_key_word {
	uint64_t word[2], mask[2];
	uint8_t len;
};

/* Where each key is found by its name. */
struct tcpoom_keys {
	struct tcpoom_key_word name[TCPOOM_KEYS];
	uint8_t slot[TCPOOM_KEY_SLOTS]; /* TCPOOM_KEYS = none */
};

void tcpoom_keys_make(struct tcpoom_keys *keys);

/* TCPOOM_KEYS if there is none of that name. */
unsigned tcpoom_key_find(const struct tcpoom_keys *keys, const char *name, size_t len);

extern const char *const tcpoom_key_names[TCPOOM_KEYS];

#endif
