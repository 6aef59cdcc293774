/* SPDX-License-Identifier: GPL-2.0-only */
#include "ftrace.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../model/ticks.h"
#include "../model/verdict.h"
#include "form.h"
#include "sockets.h"
#include "write.h"

#define CPUS_MOST 65536 /* more than any kernel can be built for */

/* How far the decision of a CPU is. It is made with softirqs off, so a CPU makes one at a time. */
enum stage {
	NONE,
	TIMER,	     /* in tcp_out_of_resources */
	TIMER_CHECK, /* and there in tcp_check_oom */
	CLOSE_CHECK, /* in tcp_check_oom, called by tcp_close */
	CLOSE,	     /* it has returned to tcp_close, which acts on it */
};

struct decision {
	enum stage stage;
	bool check_said, killed; /* tcp_check_oom has returned; what */
	bool was_reset;
	bool unnamed; /* the limiter let a message through that was not seen */
	uint64_t sk, sport;
	struct tcpoom_event event;
};

struct tcpoom_ftrace {
	FILE *out;
	struct tcpoom_ftrace_options options;
	struct tcpoom_writer writer;
	struct decision *cpu;
	uint32_t cpus;
	struct tcpoom_sockets sockets;
	struct tcpoom_ftrace_counts counts;
	struct tcpoom_raw_event event; /* complete with the next one, or with the end */
	bool has_event;
	struct tcpoom_state set; /* what `set` lines gave */
	char mark[sizeof(((struct tcpoom_raw_event *)0)->text)];
};

/* What `set` lines hold, as all sockets share it. */
static const enum tcpoom_field shared[] = { TCPOOM_F_tcp_mem2, TCPOOM_F_max_orphans,
					    TCPOOM_F_net_alive, TCPOOM_F_rto_max };
#define SHARED (sizeof(shared) / sizeof(*shared))

struct tcpoom_ftrace *tcpoom_ftrace_begin(FILE *out, const struct tcpoom_ftrace_options *options)
{
	struct tcpoom_ftrace *f = calloc(1, sizeof(*f));

	if (!f)
		return NULL;
	f->out = out;
	f->options = *options;
	tcpoom_write_begin(&f->writer, out, TCPOOM_TEXT);
	if (options->kernel)
		fprintf(out, "kernel %s\n", options->kernel);
	if (options->set)
		fprintf(out, "set %s\n", options->set);
	return f;
}

static struct decision *decision_of(struct tcpoom_ftrace *f, uint32_t cpu)
{
	if (cpu >= CPUS_MOST)
		cpu = CPUS_MOST - 1;
	if (cpu >= f->cpus) {
		const uint32_t cpus = cpu < 8 ? 8 : 2 * cpu;
		struct decision *grown = realloc(f->cpu, cpus * sizeof(*grown));

		if (!grown)
			return NULL;
		memset(grown + f->cpus, 0, (cpus - f->cpus) * sizeof(*grown));
		f->cpu = grown;
		f->cpus = cpus;
	}
	return &f->cpu[cpu];
}

/* Takes the setting off an event, and says whether `set` has to be written for it. */
static bool settle(struct tcpoom_ftrace *f, struct tcpoom_state *said, enum tcpoom_field field)
{
	const tcpoom_fieldset bit = (tcpoom_fieldset)1 << field;
	bool new;

	if (!(said->given & bit))
		return false;
	new = !(f->set.given & bit) ||
	      tcpoom_field_get(&f->set, field) != tcpoom_field_get(said, field);
	if (new)
		tcpoom_field_set(&f->set, field, tcpoom_field_get(said, field));
	said->given &= ~bit;
	return new;
}

static void write_settings(struct tcpoom_ftrace *f, struct tcpoom_state *said)
{
	bool any = false;

	for (size_t i = 0; i < SHARED; i++)
		if (settle(f, said, shared[i])) {
			fprintf(f->out, "%s %s=%" PRId64, any ? "" : "set",
				tcpoom_field_table[shared[i]].name,
				tcpoom_field_get(&f->set, shared[i]));
			any = true;
		}
	if (any)
		fputc('\n', f->out);
}

static bool write_decision(struct tcpoom_ftrace *f, struct decision *d)
{
	char sk[48];

	d->stage = NONE;
	if (f->options.kills_only &&
	    !(d->event.has_recorded && d->event.recorded.outcome != TCPOOM_KEPT))
		return true;
	if (f->options.raw) {
		snprintf(sk, sizeof(sk), "0x%" PRIx64 ":%" PRIu64, d->sk, d->sport);
	} else {
		const uint32_t number = tcpoom_socket_number(&f->sockets, d->sk);

		if (!number)
			return false;
		snprintf(sk, sizeof(sk), "%" PRIu32, number);
	}
	if (d->sk)
		d->event.sk = sk;
	write_settings(f, &d->event.said);
	tcpoom_write_event(&f->writer, &d->event);
	f->counts.decisions++;
	f->counts.open += !d->event.has_recorded;
	return true;
}

/* Of a verdict without all of its lines only the lines can be said. */
static bool finish(struct tcpoom_ftrace *f, struct decision *d, enum tcpoom_outcome outcome)
{
	if (outcome == TCPOOM_KILLED_SILENT && f->options.resets_unseen)
		return write_decision(f, d);
	d->event.has_recorded = true;
	d->event.recorded.outcome = d->unnamed ? -1 : (int)outcome;
	if (d->event.recorded.suppressed == 0 || d->unnamed)
		d->event.recorded.suppressed = -1;
	return write_decision(f, d);
}

/* The CPU goes on to something else. */
static bool leave(struct tcpoom_ftrace *f, struct decision *d)
{
	if (d->stage == NONE)
		return true;
	if (d->stage == CLOSE)
		return finish(f, d, d->killed ? TCPOOM_KILLED_SILENT : TCPOOM_KEPT);
	return write_decision(f, d);
}

/* What it did next was not seen. */
static bool abandon(struct tcpoom_ftrace *f, struct decision *d)
{
	return d->stage == NONE || write_decision(f, d);
}

static int64_t s32_of(uint64_t value)
{
	return wrap_s32((uint32_t)value);
}

static void take_field(struct tcpoom_state *said, const struct tcpoom_raw_event *event,
		       enum tcpoom_raw_key key, enum tcpoom_field field)
{
	const struct tcpoom_field_info *info = &tcpoom_field_table[field];
	const uint64_t value = event->value[key];

	if (!tcpoom_raw_has(event, key))
		return;
	if (info->size == 8)
		tcpoom_field_set(said, field, wrap_s64(value));
	else if (info->min < 0)
		tcpoom_field_set(said, field, s32_of(value));
	else if (info->size == 4)
		tcpoom_field_set(said, field, (int64_t)(uint32_t)value);
	else
		tcpoom_field_set(said, field, (value & UINT8_MAX) != 0);
}

/* What the check compares. */
static void take_counters(struct tcpoom_state *said, const struct tcpoom_raw_event *event)
{
	take_field(said, event, TCPOOM_RAW_m2, TCPOOM_F_tcp_mem2);
	take_field(said, event, TCPOOM_RAW_mo, TCPOOM_F_max_orphans);
	take_field(said, event, TCPOOM_RAW_ma, TCPOOM_F_mem_allocated);
	take_field(said, event, TCPOOM_RAW_oc, TCPOOM_F_orphans_cached);
	take_field(said, event, TCPOOM_RAW_oa, TCPOOM_F_orphans_approx);
	if (tcpoom_raw_has(event, TCPOOM_RAW_ox)) /* an int, as atomic_t is */
		tcpoom_field_set(said, TCPOOM_F_orphans, s32_of(event->value[TCPOOM_RAW_ox]));
}

/* And what the function around it reads. */
static void take_socket(struct tcpoom_state *said, const struct tcpoom_raw_event *event)
{
	take_field(said, event, TCPOOM_RAW_jif, TCPOOM_F_now);
	take_field(said, event, TCPOOM_RAW_ls, TCPOOM_F_lsndtime);
	take_field(said, event, TCPOOM_RAW_wq, TCPOOM_F_wmem_queued);
	take_field(said, event, TCPOOM_RAW_es, TCPOOM_F_err_soft);
	take_field(said, event, TCPOOM_RAW_wnd, TCPOOM_F_snd_wnd);
	take_field(said, event, TCPOOM_RAW_po, TCPOOM_F_packets_out);
	take_field(said, event, TCPOOM_RAW_reset, TCPOOM_F_do_reset);
	take_field(said, event, TCPOOM_RAW_rm, TCPOOM_F_rto_max);
	if (tcpoom_raw_has(event, TCPOOM_RAW_net))
		tcpoom_field_set(said, TCPOOM_F_net_alive,
				 (uint32_t)event->value[TCPOOM_RAW_net] != 0);
}

static void begin(struct decision *d, const struct tcpoom_raw_event *event, enum stage stage)
{
	*d = (struct decision){ .stage = stage };
	d->sk = event->value[TCPOOM_RAW_sk];
	d->sport = event->value[TCPOOM_RAW_sport];
	d->event = (struct tcpoom_event){ .time = event->time, .id = -1 };
	d->event.cpu = event->has_cpu ? (int64_t)event->cpu : -1;
	tcpoom_field_set(&d->event.said, TCPOOM_F_entry,
			 stage == TIMER ? TCPOOM_TIMER : TCPOOM_CLOSE);
	take_socket(&d->event.said, event);
	take_counters(&d->event.said, event);
}

/* The check reads the counters, so what it reads is what counts. */
static void begin_check(struct decision *d, const struct tcpoom_raw_event *event)
{
	if (d->stage != TIMER) {
		begin(d, event, CLOSE_CHECK);
		return;
	}
	d->stage = TIMER_CHECK;
	take_counters(&d->event.said, event);
}

static void end_check(struct decision *d, bool killed)
{
	if (d->stage != TIMER_CHECK && d->stage != CLOSE_CHECK)
		return;
	d->stage = d->stage == TIMER_CHECK ? TIMER : CLOSE;
	d->check_said = true;
	d->killed = killed;
}

static bool end_timer(struct tcpoom_ftrace *f, struct decision *d, bool killed)
{
	if (d->stage != TIMER)
		return leave(f, d);
	/* what the check did not ask for is a namespace that exits: it is not counted */
	d->event.recorded.uncounted = killed && d->check_said && !d->killed;
	return finish(f, d,
		      !killed	     ? TCPOOM_KEPT
		      : d->was_reset ? TCPOOM_KILLED_RESET
				     : TCPOOM_KILLED_SILENT);
}

static bool reset(struct tcpoom_ftrace *f, struct decision *d, uint64_t sk)
{
	if (sk != d->sk)
		return true;
	d->was_reset |= d->stage == TIMER;
	return d->stage != CLOSE || !d->killed || finish(f, d, TCPOOM_KILLED_RESET);
}

/* A socket that the check kept, and close ended all the same: its namespace exits. */
static bool gone(struct tcpoom_ftrace *f, struct decision *d, const struct tcpoom_raw_event *e)
{
	if (d->stage != CLOSE || d->killed || e->value[TCPOOM_RAW_sk] != d->sk ||
	    !tcpoom_raw_has(e, TCPOOM_RAW_net) || (uint32_t)e->value[TCPOOM_RAW_net])
		return true;
	d->event.recorded.uncounted = true;
	return finish(f, d, TCPOOM_KILLED_SILENT);
}

static bool may_print(const struct decision *d)
{
	return d->stage == TIMER || d->stage == TIMER_CHECK || d->stage == CLOSE_CHECK;
}

static void limited(struct decision *d, bool let_through)
{
	if (!may_print(d))
		return;
	d->event.recorded.suppressed += !let_through;
	d->unnamed |= let_through; /* until it is seen */
}

static void printed(struct decision *d, const char *text)
{
	struct tcpoom_stated *r = &d->event.recorded;

	for (int m = 0; may_print(d) && m < TCPOOM_MESSAGES && r->lines < TCPOOM_LINES_MOST; m++)
		if (!strcmp(text, tcpoom_message_texts[m])) {
			r->line[r->lines++] = tcpoom_message_texts[m];
			d->unnamed = false;
		}
}

static void write_mark(struct tcpoom_ftrace *f, const char *text)
{
	if (strcmp(f->mark, text))
		fprintf(f->out, "# %s\n", text);
	snprintf(f->mark, sizeof(f->mark), "%s", text);
}

static bool take_event(struct tcpoom_ftrace *f, const struct tcpoom_raw_event *e)
{
	struct decision *d = decision_of(f, e->cpu);
	const bool ret = d && (uint32_t)e->value[TCPOOM_RAW_ret] != 0;
	const uint64_t sk = e->value[TCPOOM_RAW_sk];

	if (!d)
		return false;
	switch (e->name) {
	case TCPOOM_RAW_oor_in:
		if (!leave(f, d))
			return false;
		begin(d, e, TIMER);
		return true;
	case TCPOOM_RAW_chk_in:
		if ((d->stage != TIMER || sk != d->sk) && !leave(f, d))
			return false;
		begin_check(d, e);
		return true;
	case TCPOOM_RAW_chk_ret:
		end_check(d, (e->value[TCPOOM_RAW_ret] & UINT8_MAX) != 0); /* a bool */
		return true;
	case TCPOOM_RAW_oor_ret:
		return end_timer(f, d, ret);
	case TCPOOM_RAW_rl:
		limited(d, ret);
		return true;
	case TCPOOM_RAW_msg:
		printed(d, e->text);
		return true;
	case TCPOOM_RAW_rst:
		return reset(f, d, sk);
	case TCPOOM_RAW_gone:
		return gone(f, d, e);
	case TCPOOM_RAW_mark:
		if (!leave(f, d))
			return false;
		write_mark(f, e->text);
		return true;
	default:
		return leave(f, d);
	}
}

static bool take_pending(struct tcpoom_ftrace *f)
{
	if (!f->has_event)
		return true;
	f->has_event = false;
	f->counts.events++;
	return take_event(f, &f->event);
}

/* `# entries-in-buffer/entries-written: 5385/5400`: those that were written over are lost. */
static uint64_t overwritten(const char *line)
{
	unsigned long long kept, written;

	if (sscanf(line, "# entries-in-buffer/entries-written: %llu/%llu", &kept, &written) != 2 ||
	    written < kept)
		return 0;
	return written - kept;
}

static void write_lost(struct tcpoom_ftrace *f, uint64_t lost)
{
	if (!lost)
		return;
	fprintf(f->out, "lost %" PRIu64 "\n", lost);
	f->counts.lost += lost;
}

bool tcpoom_ftrace_line(struct tcpoom_ftrace *f, const char *line)
{
	struct tcpoom_raw_event next = f->event;
	struct decision *d;

	switch (tcpoom_raw_read(line, &next)) {
	case TCPOOM_RAW_MORE:
		f->event = next;
		return true;
	case TCPOOM_RAW_OTHER:
		write_lost(f, overwritten(line));
		return true;
	case TCPOOM_RAW_LOST:
		if (!take_pending(f))
			return false;
		d = decision_of(f, next.cpu);
		if (!d)
			return false;
		write_lost(f, (uint64_t)next.time);
		return abandon(f, d);
	default:
		if (!take_pending(f))
			return false;
		f->event = next;
		f->has_event = true;
		return true;
	}
}

const struct tcpoom_ftrace_counts *tcpoom_ftrace_counts(const struct tcpoom_ftrace *f)
{
	return &f->counts;
}

void tcpoom_ftrace_end(struct tcpoom_ftrace *f, struct tcpoom_ftrace_counts *counts)
{
	take_pending(f);
	for (uint32_t cpu = 0; cpu < f->cpus; cpu++)
		f->cpu[cpu].killed ? abandon(f, &f->cpu[cpu]) : leave(f, &f->cpu[cpu]);
	*counts = f->counts;
	tcpoom_sockets_free(&f->sockets);
	free(f->cpu);
	free(f);
}
