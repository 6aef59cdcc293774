/* SPDX-License-Identifier: GPL-2.0-only */
#include "log.h"

#include <string.h>

#include "../model/ticks.h"

/*
 * The 64-bit counter begins five minutes before its lower half wraps, so a trace's `now` is most
 * often behind that. What is before it is as far from 0, and that is all the limiters can tell.
 */
/* equivalent: 2 or 33, it is only farther from 0 */
#define FIRST_TICK ((uint64_t)1 << 32)

void tcpoom_log_init(struct tcpoom_log *log, const struct tcpoom_kernel *kernel, unsigned bits)
{
	*log = (struct tcpoom_log){ .bits = bits };
	log->limiter.variant = kernel->rules->limiter;
}

static int64_t tick_of(const struct tcpoom_event *event, bool by_now)
{
	const int64_t second = 1000000000, hz = event->state.hz;

	return by_now ? event->state.now
		      : event->time / second * hz + event->time % second * hz / second;
}

static void boot(struct tcpoom_log *log, uint32_t hz, bool by_now, int64_t tick)
{
	struct tcpoom_ratelimit *rs = &log->limiter;

	tcpoom_ratelimit_init(rs, (enum tcpoom_ratelimit_variant)rs->variant, hz, log->bits);
	log->hz = hz;
	log->by_now = by_now;
	log->tick = FIRST_TICK + (uint64_t)tick;
	log->last_tick = tick;
}

/* Moves the clock on to the event; false: what time it is there is not known. */
static bool move_clock(struct tcpoom_log *log, const struct tcpoom_event *event)
{
	const struct tcpoom_state *s = &event->state;
	const bool by_now = s->given & TCPOOM_BIT(now);
	int64_t tick, step;

	if (!(s->given & TCPOOM_BIT(hz)))
		return false;
	tick = tick_of(event, by_now);
	if (!log->hz)
		boot(log, s->hz, by_now, tick);
	if (log->hz != s->hz || log->by_now != by_now)
		return false;
	/* `now` wraps: what lies less than half of 32 bits ahead is later */
	step = by_now ? ticks_since((uint32_t)tick, (uint32_t)log->last_tick)
		      : tick - log->last_tick;
	/* equivalent: >=, no step moves nothing */
	if (step > 0) {
		log->tick += (uint64_t)step;
		log->last_tick = tick;
	}
	return true;
}

/* The limiter does not look at the clock where net.core.message_cost is 0; but buckets do. */
static bool needs_clock(const struct tcpoom_log *log, const struct tcpoom_state *s)
{
	return !(s->given & TCPOOM_BIT(message_cost)) || s->message_cost ||
	       log->limiter.variant <= TCPOOM_RATELIMIT_U32;
}

/* The sysctl keeps message_cost in ticks, and that of 2.4 message_burst too. */
static bool take_settings(struct tcpoom_log *log, const struct tcpoom_state *s)
{
	const tcpoom_fieldset needed =
		TCPOOM_BIT(message_cost) | TCPOOM_BIT(message_burst) | TCPOOM_BIT(contended);
	struct tcpoom_ratelimit *rs = &log->limiter;

	if (needed & ~s->given)
		return false;
	rs->interval = wrap_s32(s->message_cost * log->hz);
	rs->burst = wrap_s32(s->message_burst);
	if (rs->variant == TCPOOM_RATELIMIT_NET)
		rs->burst = wrap_s32((uint32_t)rs->burst * (uint32_t)rs->interval);
	return true;
}

/*
 * How many messages are let through since boot, whenever they are asked for. A bucket begins with
 * 50 s in it; where it holds 32 bits of ticks it may also begin almost empty.
 */
static uint64_t free_messages(const struct tcpoom_log *log, const struct tcpoom_state *s)
{
	const bool is_bucket = log->limiter.variant <= TCPOOM_RATELIMIT_U32;
	const tcpoom_fieldset needed = TCPOOM_BIT(message_cost) | TCPOOM_BIT(message_burst);

	if ((needed & ~s->given) || s->contended || !(s->given & TCPOOM_BIT(contended)))
		return 0;
	if (!s->message_cost)
		return UINT64_MAX; /* equivalent: UINT32_MAX, no trace asks as often */
	if (!is_bucket)
		return s->message_burst;
	if (log->bits == 32 || log->limiter.variant == TCPOOM_RATELIMIT_U32)
		return 0;
	/* equivalent: <= or 51, the lesser of two that are the same */
	return s->message_burst < 50 / s->message_cost ? s->message_burst : 50 / s->message_cost;
}

static void start(struct tcpoom_log *log, const char *file)
{
	log->file = file;
	log->hz = 0;
	log->asked = 0;
	log->free = UINT64_MAX; /* equivalent: UINT32_MAX, no trace asks as often */
	log->lost = false;
}

void tcpoom_log_event(struct tcpoom_log *log, const char *file, const struct tcpoom_event *event,
		      const struct tcpoom_verdict *v, struct tcpoom_log_lines *lines)
{
	const struct tcpoom_state *s = &event->state;
	const bool needs = needs_clock(log, s);
	uint64_t free;

	*lines = (struct tcpoom_log_lines){ .known = v != NULL };
	if (log->file != file)
		start(log, file);
	if (!v) {
		log->lost = true;
		log->asked += 2;
		return;
	}
	if (!v->messages)
		return;
	free = free_messages(log, s);
	/* equivalent: <=, the lesser of two that are the same */
	log->free = free < log->free ? free : log->free;
	log->asked += v->messages;
	log->lost |= needs && !move_clock(log, event);
	log->lost |= !take_settings(log, s);
	lines->messages = v->messages;
	lines->known = !log->lost || !needs || log->asked <= log->free;
	for (unsigned i = 0; i < v->messages; i++)
		lines->printed[i] = log->lost || tcpoom_ratelimit(&log->limiter, log->tick,
								  s->contended, &lines->own[i]);
}

bool tcpoom_log_same(const struct tcpoom_log_lines *a, const struct tcpoom_log_lines *b)
{
	for (unsigned i = 0; i < a->messages; i++) {
		const struct tcpoom_ratelimit_line *own = &a->own[i], *other = &b->own[i];
		/* equivalent: 121 or 119, no line is as long */
		char text[120], other_text[120];

		if (a->printed[i] != b->printed[i] || own->text != other->text)
			return false;
		if (!own->text)
			continue;
		tcpoom_ratelimit_print(own, text, sizeof(text));
		tcpoom_ratelimit_print(other, other_text, sizeof(other_text));
		if (strcmp(text, other_text))
			return false;
	}
	return true;
}

unsigned tcpoom_log_suppressed(const struct tcpoom_log_lines *lines)
{
	unsigned suppressed = 0;

	for (unsigned i = 0; i < lines->messages; i++)
		suppressed += !lines->printed[i];
	return suppressed;
}
