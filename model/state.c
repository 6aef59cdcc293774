/* SPDX-License-Identifier: GPL-2.0-only */
/* The fields of a state as a table, and the values of those that nobody gave. */
#include "state.h"

#include <string.h>

#include "ticks.h"

const struct tcpoom_field_info tcpoom_field_table[TCPOOM_FIELDS] = {
#define FIELD(name_, type, range, unit_, absent_, meaning_, reader_)                               \
	[TCPOOM_F_##name_] = { .name = #name_,                                                     \
			       .unit = unit_,                                                      \
			       .absent = absent_,                                                  \
			       .meaning = meaning_,                                                \
			       .reader = reader_,                                                  \
			       range,                                                              \
			       .offset = offsetof(struct tcpoom_state, name_),                     \
			       .size = sizeof(type) },
#include "fields.def"
#undef FIELD
};

const char *const tcpoom_entry_names[TCPOOM_ENTRIES] = {
	[TCPOOM_TIMER] = "timer",
	[TCPOOM_CLOSE] = "close",
	[TCPOOM_RETRANSMIT] = "retransmit",
	[TCPOOM_PROBE] = "probe",
};

enum tcpoom_field tcpoom_field_find(const char *name, size_t len)
{
	int f = 0;

	while (f < TCPOOM_FIELDS && (strlen(tcpoom_field_table[f].name) != len ||
				     memcmp(tcpoom_field_table[f].name, name, len) != 0))
		f++;
	return (enum tcpoom_field)f;
}

void tcpoom_field_forget(struct tcpoom_state *s, enum tcpoom_field f)
{
	tcpoom_field_set(s, f, 0);
	s->given &= ~((tcpoom_fieldset)1 << f);
	s->unknown |= (tcpoom_fieldset)1 << f;
}

int64_t tcpoom_field_get(const struct tcpoom_state *s, enum tcpoom_field f)
{
	const char *at = (const char *)s + tcpoom_field_table[f].offset;
	uint8_t u8;
	uint32_t u32;
	int64_t value;

	switch (tcpoom_field_table[f].size) {
	case 1:
		memcpy(&u8, at, sizeof(u8));
		return u8;
	case 4:
		memcpy(&u32, at, sizeof(u32));
		return tcpoom_field_table[f].min < 0 ? (int64_t)wrap_s32(u32) : (int64_t)u32;
	default:
		memcpy(&value, at, sizeof(value));
		return value;
	}
}

static bool is_given(const struct tcpoom_state *s, enum tcpoom_field f)
{
	return s->given >> f & 1;
}

#define CONSTANTS(ASSUME)                                                                          \
	ASSUME(page_size, 4096)                                                                    \
	ASSUME(sizeof_sk_buff, 232)                                                                \
	ASSUME(net_alive, 1)                                                                       \
	ASSUME(user_timeout, 0)                                                                    \
	ASSUME(ratelimit_budget, UINT32_MAX)                                                       \
	ASSUME(message_cost, 5)                                                                    \
	ASSUME(message_burst, 10)                                                                  \
	ASSUME(contended, 0)

/* Almost every event leaves these out, so they are not set one by one. */
static void assume_constants(struct tcpoom_state *s)
{
#define BIT(field, value) | TCPOOM_BIT(field)
#define SET(field, value) s->field = absent & TCPOOM_BIT(field) ? (value) : s->field;
	const tcpoom_fieldset absent = (0 CONSTANTS(BIT)) & ~(s->given | s->unknown);

	CONSTANTS(SET)
	s->given |= absent;
#undef BIT
#undef SET
}

static tcpoom_fieldset assume_counts(struct tcpoom_state *s)
{
	const tcpoom_fieldset exact = TCPOOM_BIT(orphans), approx = TCPOOM_BIT(orphans_approx),
			      cached = TCPOOM_BIT(orphans_cached), all = exact | approx | cached;
	const tcpoom_fieldset given = s->given & all, absent = all & ~(given | s->unknown);
	int64_t count;

	if (!given)
		return 0;
	count = given & exact ? s->orphans : given & approx ? s->orphans_approx : s->orphans_cached;
	if (absent & exact)
		s->orphans = count;
	if (absent & approx)
		s->orphans_approx = count;
	if (absent & cached)
		s->orphans_cached = wrap_s32((uint32_t)count);
	s->given |= absent;
	/* self_counted speaks of the first two counts: a cached one is never adjusted */
	if (given == cached)
		tcpoom_field_forget(s, TCPOOM_F_self_counted);
	return absent;
}

tcpoom_fieldset tcpoom_state_complete(struct tcpoom_state *s)
{
	assume_constants(s);
	if (is_given(s, TCPOOM_F_hz) && !((s->given | s->unknown) & TCPOOM_BIT(rto_max)))
		tcpoom_field_set(s, TCPOOM_F_rto_max, 120 * (int64_t)s->hz);
	return assume_counts(s);
}

const char *tcpoom_state_unsound(const struct tcpoom_state *s, enum tcpoom_field *at)
{
	const tcpoom_fieldset memcg = TCPOOM_BIT(memcg_allocated) | TCPOOM_BIT(memcg_limit);
	const tcpoom_fieldset bound = TCPOOM_BIT(hz) | TCPOOM_BIT(rto_max);
	const tcpoom_fieldset memcg_unknown = memcg & s->unknown;
	const bool timers = s->entry == TCPOOM_RETRANSMIT || s->entry == TCPOOM_PROBE;

	if (s->page_size & (s->page_size - 1)) { /* equivalent: 2, no page is of one byte */
		*at = TCPOOM_F_page_size;
		return "a power of two";
	}
	if (memcg_unknown) {
		*at = memcg_unknown & TCPOOM_BIT(memcg_limit) ? TCPOOM_F_memcg_limit
							      : TCPOOM_F_memcg_allocated;
		return "a number: without a cgroup it is left out";
	}
	if ((s->given & memcg) == TCPOOM_BIT(memcg_allocated)) {
		*at = TCPOOM_F_memcg_allocated;
		return "memcg_limit beside it";
	}
	if ((s->given & memcg) == TCPOOM_BIT(memcg_limit)) {
		*at = TCPOOM_F_memcg_limit;
		return "memcg_allocated beside it";
	}
	if (timers && (s->given & bound) == bound && s->rto_max < s->hz / 5) {
		*at = TCPOOM_F_rto_max;
		return "at least hz/5 for retransmit and probe";
	}
	return NULL;
}
