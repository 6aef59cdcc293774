/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The state: everything that one decision reads, under the kernel's own names. fields.def says
 * unit, range and default of each field.
 */
#ifndef TCPOOM_MODEL_STATE_H
#define TCPOOM_MODEL_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Where the kernel decides. `retransmit` and `probe` compute the argument that `timer` is given. */
enum tcpoom_entry {
	TCPOOM_TIMER,	   /* tcp_out_of_resources */
	TCPOOM_CLOSE,	   /* the check in tcp_close */
	TCPOOM_RETRANSMIT, /* tcp_write_timeout */
	TCPOOM_PROBE,	   /* tcp_probe_timer */
	TCPOOM_ENTRIES
};

enum tcpoom_field {
#define FIELD(name, type, range, unit, absent, meaning, reader) TCPOOM_F_##name,
#include "fields.def"
#undef FIELD
	TCPOOM_FIELDS
};

/* A set of fields, one bit each. */
typedef uint64_t tcpoom_fieldset;
#define TCPOOM_BIT(name) ((tcpoom_fieldset)1 << TCPOOM_F_##name)

/*
 * `given` holds the fields that have a value; the others are 0. It matters to a decision itself for
 * self_counted and memcg_limit only. `unknown` holds those that were said to be unknown, and so
 * have no default.
 */
struct tcpoom_state {
	tcpoom_fieldset given, unknown;
#define FIELD(name, type, range, unit, absent, meaning, reader) type name;
#include "fields.def"
#undef FIELD
};

struct tcpoom_field_info {
	const char *name, *unit, *absent, *meaning, *reader;
	int64_t min, max;
	uint16_t offset;
	uint8_t size; /* bytes */
};

extern const struct tcpoom_field_info tcpoom_field_table[TCPOOM_FIELDS];
extern const char *const tcpoom_entry_names[TCPOOM_ENTRIES];

/* The field of that name, or TCPOOM_FIELDS. */
enum tcpoom_field tcpoom_field_find(const char *name, size_t len);

/* `value` must be in the field's range. Inline: all that reads events does little else. */
static inline void tcpoom_field_set(struct tcpoom_state *s, enum tcpoom_field f, int64_t value)
{
	char *at = (char *)s + tcpoom_field_table[f].offset;
	const uint8_t u8 = (uint8_t)value;
	const uint32_t u32 = (uint32_t)value;

	/* signed and unsigned members of one size share their bits */
	switch (tcpoom_field_table[f].size) {
	case 1:
		memcpy(at, &u8, sizeof(u8));
		break;
	case 4:
		memcpy(at, &u32, sizeof(u32));
		break;
	default:
		memcpy(at, &value, sizeof(value));
	}
	s->given |= (tcpoom_fieldset)1 << f;
	s->unknown &= ~((tcpoom_fieldset)1 << f);
}

/* Says that it is unknown. */
void tcpoom_field_forget(struct tcpoom_state *s, enum tcpoom_field f);
int64_t tcpoom_field_get(const struct tcpoom_state *s, enum tcpoom_field f);

/*
 * Gives the absent fields their defaults, and each orphan count that is absent the value of one
 * that is there. Returns the counts that were assumed so: an answer that rests on them says it.
 */
tcpoom_fieldset tcpoom_state_complete(struct tcpoom_state *s);

/*
 * What no range of a single field says. Returns NULL if the state is sound, else what was
 * expected of `*at`.
 */
const char *tcpoom_state_unsound(const struct tcpoom_state *s, enum tcpoom_field *at);

#endif
