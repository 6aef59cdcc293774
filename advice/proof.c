/* SPDX-License-Identifier: GPL-2.0-only */
/* The command that shows again what an experiment showed. */
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "experiment.h"

static void add(char *text, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void add(char *text, size_t size, const char *format, ...)
{
	const size_t at = strlen(text);
	va_list args;

	va_start(args, format);
	vsnprintf(text + at, size - at, format, args);
	va_end(args);
}

static const char *name_of(const struct tcpoom_bench *b, const struct tcpoom_stage *stage)
{
	return stage->kernel ? stage->kernel : b->subject->name;
}

/* One count stands for all three that are equal. */
static void merge_counts(struct tcpoom_state *s)
{
	const tcpoom_fieldset others = TCPOOM_BIT(orphans_approx) | TCPOOM_BIT(orphans_cached);

	if ((s->given & (others | TCPOOM_BIT(orphans))) == (others | TCPOOM_BIT(orphans)) &&
	    s->orphans == s->orphans_approx && s->orphans == s->orphans_cached)
		s->given &= ~others;
}

/* The fields that the kernel needs, and that are not what they are by default. */
static void add_fields(const struct tcpoom_world *w, tcpoom_fieldset needs, char *text, size_t size)
{
	struct tcpoom_state s = w->state;

	s.given &= needs | TCPOOM_BIT(orphans) | TCPOOM_BIT(self_counted) |
		   TCPOOM_BIT(memcg_allocated) | TCPOOM_BIT(memcg_limit);
	merge_counts(&s);
	for (enum tcpoom_field f = TCPOOM_F_entry + 1; f < TCPOOM_FIELDS; f++) {
		const tcpoom_fieldset bit = (tcpoom_fieldset)1 << f;
		struct tcpoom_state without = s;

		if (!(s.given & bit))
			continue;
		without.given &= ~bit;
		tcpoom_state_complete(&without);
		if (!(without.given & bit) ||
		    tcpoom_field_get(&without, f) != tcpoom_field_get(&s, f) ||
		    f == TCPOOM_F_orphans)
			add(text, size, " %s=%" PRId64, tcpoom_field_table[f].name,
			    tcpoom_field_get(&s, f));
	}
}

static void add_change(const struct tcpoom_bench *b, const struct tcpoom_stage *stage, char *text,
		       size_t size)
{
	add(text, size, "tcpoom whatif --from %s", b->subject->name);
	if (stage->kernel)
		add(text, size, " -k %s", stage->kernel);
	for (unsigned i = 0; i < stage->alter.count; i++)
		add(text, size, " --set %.*s=%.*s", (int)stage->alter.key[i].len,
		    stage->alter.key[i].text, (int)stage->alter.value[i].len,
		    stage->alter.value[i].text);
}

/* One state: explained as it is, or before and after the change. */
static void prove_event(const struct tcpoom_bench *b, const struct tcpoom_showing *s, bool good,
			char *text, size_t size)
{
	const struct tcpoom_world *w = good ? &s->good : &s->bad;
	const uint8_t entry = w->state.entry;
	const struct tcpoom_resolution after = tcpoom_bench_release(b, s->stage);
	const tcpoom_fieldset needs = w->kernel->needs[entry] | after.candidate[0]->needs[entry];

	if (s->stage == &b->experiment->stage[0]) {
		add(text, size, "tcpoom explain -k %s %s", b->subject->name,
		    tcpoom_entry_names[entry]);
		add_fields(w, needs, text, size);
		return;
	}
	add(text, size, "printf '# tcpoom trace 1\\n0 %s", tcpoom_entry_names[entry]);
	add_fields(w, needs, text, size);
	add(text, size, "\\n' | ");
	add_change(b, s->stage, text, size);
	add(text, size, " -");
}

/* `whatif` where something was changed, else what shows it as it is. */
static void prove_file(const struct tcpoom_bench *b, const struct tcpoom_showing *s,
		       const char *command, char *text, size_t size)
{
	const struct tcpoom_stage *stage = s->stage;
	const char *path = b->experiment->path;

	if (stage == &b->experiment->stage[0]) {
		add(text, size, "tcpoom %s -k %s %s", command, b->subject->name, path);
		return;
	}
	add_change(b, stage, text, size);
	add(text, size, " %s", path);
}

/* Numbers with their unit where they are bytes. */
static void prove_numbers(const struct tcpoom_showing *s, char *text, size_t size)
{
	const struct tcpoom_stage *stage = s->stage;

	for (unsigned i = 0; i < stage->lint.count; i++)
		if (stage->lint.finding[i].kind <= TCPOOM_LINT_NAME)
			add(text, size, "%s%s", *text ? "; " : "", stage->lint.finding[i].text);
	if (!s->wish || s->wish->kind != TCPOOM_X_COMPARE)
		return;
	if (s->wish->units)
		add(text, size, "%.0f bytes = %.1f MiB, and %.0f bytes = %.1f MiB", s->side[0],
		    s->side[0] / (1 << 20), s->side[1], s->side[1] / (1 << 20));
	else
		add(text, size, "%.10g, and %.10g", s->side[0], s->side[1]);
}

void tcpoom_proof(const struct tcpoom_bench *b, const struct tcpoom_showing *s, bool good,
		  char *text, size_t size)
{
	*text = '\0';
	switch (b->experiment->kind) {
	case TCPOOM_E_EVENTS:
		prove_event(b, s, good, text, size);
		break;
	case TCPOOM_E_TRACE:
		prove_file(b, s, "replay", text, size);
		break;
	case TCPOOM_E_WORKLOAD:
		prove_file(b, s, "run", text, size);
		break;
	case TCPOOM_E_BOOT:
		add(text, size, "tcpoom defaults -k %s --ram=%s", name_of(b, s->stage),
		    s->stage->ram ? s->stage->size : b->experiment->size);
		break;
	default:
		prove_numbers(s, text, size);
	}
}
