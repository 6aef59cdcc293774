/* SPDX-License-Identifier: GPL-2.0-only */
/* An experiment in closed loop. */
#include <errno.h>
#include <string.h>

#include "../traces/input.h"
#include "experiment.h"

#define SECOND INT64_C(1000000000)
#define SAMPLES_MOST 1000000

struct run {
	const struct tcpoom_stage *stage;
	struct tcpoom_shown *to;
	uint64_t digest;
};

static void mix(struct run *r, uint64_t value)
{
	r->digest = (r->digest ^ value) * UINT64_C(0x100000001b3);
}

static void see_decision(void *context, const struct tcpoom_run_decision *d)
{
	struct run *r = context;

	mix(r, (uint64_t)d->time);
	mix(r, d->sk);
	mix(r, d->verdict->outcome);
	for (unsigned i = 0; i < d->verdict->messages; i++)
		mix(r, d->verdict->message[i] + 2u * d->printed[i]);
}

static void see_line(void *context, int64_t time, const char *text)
{
	struct run *r = context;

	(void)time;
	for (unsigned i = 0; i < r->stage->wishes; i++) {
		const struct tcpoom_wish *w = &r->stage->wish[i];

		if (w->kind == TCPOOM_X_LOG && (!w->text || strstr(text, w->text)))
			r->to->logged |= UINT32_C(1) << i;
	}
}

static void see_sample(void *context, int64_t time, const struct tcpoom_run_result *result)
{
	struct run *r = context;

	for (unsigned i = 0; i < r->to->moments; i++)
		if (r->to->moment[i] == time)
			r->to->then[i] = *result;
}

static int64_t common(int64_t a, int64_t b)
{
	while (b) {
		const int64_t left = a % b;

		a = b;
		b = left;
	}
	return a;
}

static bool add_moment(struct tcpoom_shown *to, int64_t at, unsigned long line,
		       struct tcpoom_error *e)
{
	for (unsigned i = 0; i < to->moments; i++)
		if (to->moment[i] == at)
			return true;
	if (to->moments == TCPOOM_MOMENTS_MOST) {
		e->line = line;
		return tcpoom_fail(e, 0, "found more, expected at most %d times in an experiment",
				   TCPOOM_MOMENTS_MOST);
	}
	to->moment[to->moments++] = at;
	return true;
}

/* The times that are asked for, and the step that meets them all. */
static bool find_moments(const struct tcpoom_experiment *x, struct tcpoom_shown *to, int64_t *step,
			 struct tcpoom_error *e)
{
	*step = 0;
	for (unsigned s = 0; s < x->stages; s++)
		for (unsigned i = 0; i < 2 * x->stage[s].wishes; i++) {
			const struct tcpoom_wish *w = &x->stage[s].wish[i / 2];
			const struct tcpoom_sum *sum = &w->side[i % 2];

			for (unsigned t = 0; t < sum->terms; t++) {
				if (sum->term[t].at < 0)
					continue;
				if (!add_moment(to, sum->term[t].at, w->line, e))
					return false;
				*step = common(*step, sum->term[t].at);
			}
		}
	return true;
}

static bool read_workload(const char *path, struct tcpoom_workload *w, struct tcpoom_error *e)
{
	FILE *in = tcpoom_input_open(path);
	bool good;

	*e = (struct tcpoom_error){ .file = path };
	*w = (struct tcpoom_workload){ .change = NULL };
	if (!in)
		return tcpoom_fail(e, 0, "%s", strerror(errno));
	good = tcpoom_workload_read(in, path, w, e);
	tcpoom_input_close(in);
	return good;
}

static void give_counts(const struct tcpoom_run_result *result, struct tcpoom_shown *to)
{
	for (int i = 0; i < TCPOOM_RUN_COUNTS; i++)
		to->quantity[i].least = to->quantity[i].most = (double)result->count[i];
	to->quantity[TCPOOM_Q_killed].least = to->quantity[TCPOOM_Q_killed].most =
		(double)(result->count[TCPOOM_N_killed_close] +
			 result->count[TCPOOM_N_killed_reset] +
			 result->count[TCPOOM_N_killed_silent]);
	to->known = ((UINT64_C(1) << TCPOOM_RUN_COUNTS) - 1) | UINT64_C(1) << TCPOOM_Q_killed;
}

static bool run(const struct tcpoom_bench *bench, struct run *r, struct tcpoom_workload *w,
		bool *held, struct tcpoom_error *e)
{
	const struct tcpoom_run_calls calls = { r, see_decision, see_line, see_sample };
	const struct tcpoom_resolution release = tcpoom_bench_release(bench, r->stage);
	const struct tcpoom_machine machine = tcpoom_machine_of(&release);
	struct tcpoom_run_result result;
	int64_t step;

	if (!find_moments(bench->experiment, r->to, &step, e))
		return false;
	if (!step)
		step = w->end + SECOND;
	if (w->end / step > SAMPLES_MOST)
		return tcpoom_fail(e, 0, "the times of the expectations have no common step");
	*held = tcpoom_run(&machine, w, 1, step, &calls, &result, e);
	for (int i = 0; i < TCPOOM_RUN_COUNTS; i++)
		mix(r, *held ? result.count[i] : 0);
	give_counts(&result, r->to);
	/* a run that did not fit is no error of the claim; one without memory is */
	return *held || strstr(e->text, "its int holds");
}

bool tcpoom_experiment_run(const struct tcpoom_bench *bench, const struct tcpoom_stage *stage,
			   struct tcpoom_shown *to, uint64_t *digest, bool *held,
			   struct tcpoom_error *e)
{
	struct run r = { .stage = stage, .to = to };
	struct tcpoom_workload w;
	bool good = read_workload(bench->experiment->path, &w, e);

	*to = (struct tcpoom_shown){ .known = 0 };
	if (good) {
		*e = (struct tcpoom_error){ .file = bench->claim->file, .line = stage->line };
		good = tcpoom_alter_workload(&stage->alter, &w, e) && run(bench, &r, &w, held, e);
	}
	tcpoom_workload_free(&w);
	*digest = r.digest;
	return good;
}
