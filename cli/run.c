/* SPDX-License-Identifier: GPL-2.0-only */
/* tcpoom run: a workload in closed loop, on one kernel or on several beside each other. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../diff/run.h"
#include "../traces/value.h"
#include "cli.h"
#include "events.h"
#include "json.h"
#include "run_trace.h"

const struct option_info run_options[] = {
	{ 'k', true, "kernel", "KERNEL", "the kernel (required); several are compared" },
	{ 's', false, "seed", "NUMBER", "of the random numbers, by default 1" },
	{ 'e', false, "every", "TIME", "how often orphans are counted, by default 20 times" },
	{ 't', false, "trace", "FILE", "write each decision with its state (one kernel only)" },
	{ 'l', false, "log", NULL, "print the log also where kernels are compared" },
	{ 'j', false, "json", NULL, "print JSON Lines" },
	{ 'q', true, "quiet", NULL, "print nothing, only set the exit status" },
	{ 0 },
};

#define KERNELS_MOST 8
#define SAMPLES_MOST 100000

struct sample {
	int64_t time;
	uint64_t orphans;
};

/* One kernel and what became of the workload on it. */
struct lane {
	const char *named;
	struct tcpoom_machine machine;
	struct tcpoom_run_result result;
	struct sample *sample;
	size_t samples;
	FILE *log; /* a temporary file */
	FILE *trace;
	struct tcpoom_writer writer;
};

struct run {
	struct lane lane[KERNELS_MOST];
	unsigned lanes;
	struct tcpoom_workload workload;
	uint64_t seed;
	int64_t step;
	const char *trace;
	bool as_json, with_log, quiet;
};

static void keep_line(void *context, int64_t time, const char *text)
{
	const struct lane *lane = context;

	fprintf(lane->log, "[%5" PRId64 ".%06" PRId64 "] %s\n", time / 1000000000,
		time % 1000000000 / 1000, text);
}

static void keep_sample(void *context, int64_t time, const struct tcpoom_run_result *result)
{
	struct lane *lane = context;

	lane->sample[lane->samples++] = (struct sample){ time, result->count[TCPOOM_N_orphans] };
}

static void keep_decision(void *context, const struct tcpoom_run_decision *d)
{
	struct lane *lane = context;

	run_trace_event(&lane->writer, d);
}

static int run_lane(struct run *r, struct lane *lane, const char *file)
{
	struct tcpoom_error e = { .file = file };
	struct tcpoom_run_calls calls = { .context = lane,
					  .line = keep_line,
					  .sample = keep_sample };
	bool good;

	lane->log = tmpfile();
	lane->sample = calloc((size_t)(r->workload.end / r->step) + 1, sizeof(*lane->sample));
	if (!lane->log || !lane->sample)
		return cli_error("%s: %s", file, strerror(errno));
	if (r->trace) {
		lane->trace = fopen(r->trace, "w");
		if (!lane->trace)
			return cli_error("%s: %s", r->trace, strerror(errno));
		run_trace_begin(&lane->writer, lane->trace, lane->named, &r->workload);
		calls.decision = keep_decision;
	}
	good = tcpoom_run(&lane->machine, &r->workload, r->seed, r->step, &calls, &lane->result,
			  &e);
	if (lane->trace && (ferror(lane->trace) | fclose(lane->trace)))
		return cli_error("cannot write to %s", r->trace);
	if (ferror(lane->log) || fseek(lane->log, 0, SEEK_SET))
		return cli_error("cannot keep the log: %s", strerror(errno));
	return good ? STATUS_SAME : cli_input_error(&e);
}

/* Whether two logs are equal, to the last byte. */
static bool same_log(FILE *a, FILE *b)
{
	int left, right;

	do {
		left = getc(a);
		right = getc(b);
	} while (left == right && left != EOF);
	rewind(a);
	rewind(b);
	return left == right;
}

static bool same_outcome(const struct lane *a, const struct lane *b)
{
	for (size_t i = 0; i < a->samples; i++)
		if (a->sample[i].orphans != b->sample[i].orphans)
			return false;
	return !memcmp(a->result.count, b->result.count, sizeof(a->result.count)) &&
	       same_log(a->log, b->log);
}

static void print_log(FILE *log)
{
	int c;

	while ((c = getc(log)) != EOF)
		putchar(c);
	rewind(log);
}

/* Whether all kernels have what they had a sample ago. */
static bool is_unchanged(const struct run *r, size_t i)
{
	for (unsigned k = 0; k < r->lanes; k++)
		if (r->lane[k].sample[i].orphans != r->lane[k].sample[i - 1].orphans)
			return false;
	return true;
}

/* Orphans over time; a sample that is like the one before and the one after says nothing. */
static void print_samples(const struct run *r)
{
	const size_t samples = r->lane[0].samples;

	puts("\norphans at");
	for (size_t i = 0; i < samples; i++) {
		const int64_t time = r->lane[0].sample[i].time;

		if (i && i + 1 < samples && is_unchanged(r, i) && is_unchanged(r, i + 1))
			continue;
		printf("%21" PRId64 ".%06" PRId64, time / 1000000000, time % 1000000000 / 1000);
		for (unsigned k = 0; k < r->lanes; k++)
			printf(" %12" PRIu64, r->lane[k].sample[i].orphans);
		putchar('\n');
	}
}

/* What was counted at all. */
static void print_counts(const struct run *r)
{
	printf("%-28s", "");
	for (unsigned k = 0; k < r->lanes; k++)
		printf(" %12.12s", r->lane[k].named);
	putchar('\n');
	for (int i = 0; i < TCPOOM_RUN_COUNTS; i++) {
		uint64_t any = 0;

		for (unsigned k = 0; k < r->lanes; k++)
			any |= r->lane[k].result.count[i];
		if (!any)
			continue;
		printf("%-28s", tcpoom_run_texts[i]);
		for (unsigned k = 0; k < r->lanes; k++)
			printf(" %12" PRIu64, r->lane[k].result.count[i]);
		putchar('\n');
	}
}

static void print_text(const struct run *r)
{
	print_counts(r);
	print_samples(r);
	for (unsigned k = 0; k < r->lanes; k++)
		if (r->lane[k].result.count[TCPOOM_N_lines] && (r->lanes == 1 || r->with_log)) {
			printf("\nlog of %s\n", r->lane[k].named);
			print_log(r->lane[k].log);
		}
}

/* The lines of a log as an array of strings. */
static void json_log(struct json *j, FILE *log)
{
	char line[400];

	json_open(j, "log", '[');
	while (fgets(line, sizeof(line), log)) {
		line[strcspn(line, "\n")] = '\0';
		json_string(j, NULL, line);
	}
	rewind(log);
	json_close(j, ']');
}

static void print_json(const struct run *r)
{
	static const char *const names[] = {
#define COUNT(name, text) #name,
#include "../diff/run.def"
#undef COUNT
	};
	struct json j = { .out = stdout };

	for (unsigned k = 0; k < r->lanes; k++) {
		const struct lane *lane = &r->lane[k];

		json_open(&j, NULL, '{');
		json_string(&j, "kernel", lane->named);
		json_unsigned(&j, "seed", r->seed);
		for (int i = 0; i < TCPOOM_RUN_COUNTS; i++)
			json_unsigned(&j, names[i], lane->result.count[i]);
		json_open(&j, "orphans_over_time", '[');
		for (size_t i = 0; i < lane->samples; i++) {
			json_open(&j, NULL, '{');
			json_number(&j, "ns", lane->sample[i].time);
			json_unsigned(&j, "orphans", lane->sample[i].orphans);
			json_close(&j, '}');
		}
		json_close(&j, ']');
		json_log(&j, lane->log);
		json_close(&j, '}');
		json_end_line(&j);
	}
}

static int run_file(struct run *r, const char *file)
{
	int status = cli_read_workload(file, &r->workload);

	if (status)
		return status;
	if (!r->step)
		r->step = r->workload.end / 20 + !(r->workload.end / 20);
	if (r->workload.end / r->step > SAMPLES_MOST)
		return cli_error("--every is too small: at most %d samples", SAMPLES_MOST);
	for (unsigned k = 0; k < r->lanes && !status; k++)
		status = run_lane(r, &r->lane[k], file);
	if (status)
		return status;
	if (r->as_json)
		print_json(r);
	else if (!r->quiet)
		print_text(r);
	for (unsigned k = 1; k < r->lanes && !status; k++)
		status = same_outcome(&r->lane[0], &r->lane[k]) ? STATUS_SAME : STATUS_DIFFERENT;
	return status;
}

static bool add_kernel(struct run *r, const char *named)
{
	struct tcpoom_resolution resolution;
	struct lane *lane = &r->lane[r->lanes];

	if (r->lanes == KERNELS_MOST)
		return cli_error("at most %d kernels", KERNELS_MOST), false;
	if (!cli_release(named, &resolution))
		return false;
	lane->named = named;
	lane->machine = tcpoom_machine_of(&resolution);
	r->lanes++;
	return true;
}

static struct tcpoom_span span_of(const char *text)
{
	return (struct tcpoom_span){ text, strlen(text), 0 };
}

/* An option with a value; false: an error was printed. */
static bool take_option(struct run *r, int option, const char *value)
{
	struct tcpoom_error e = { .file = option == 's' ? "--seed" : "--every" };
	int64_t seed = 0;

	if (option == 'k')
		return add_kernel(r, value);
	if (option == 't')
		r->trace = value;
	else if (option == 's' ? !tcpoom_number(span_of(value), 0, INT64_MAX, &seed, &e)
			       : !tcpoom_duration(span_of(value), &r->step, &e))
		return cli_input_error(&e), false;
	if (option == 's')
		r->seed = (uint64_t)seed;
	return true;
}

static void free_run(struct run *r)
{
	for (unsigned k = 0; k < r->lanes; k++) {
		free(r->lane[k].sample);
		if (r->lane[k].log)
			fclose(r->lane[k].log);
	}
	tcpoom_workload_free(&r->workload);
}

int cmd_run(const struct command *command, int argc, char **argv)
{
	struct run r = { .seed = 1 };
	int option, status = STATUS_TROUBLE;

	while ((option = cli_option(command, argc, argv)) != CLI_END) {
		if (option == 'l')
			r.with_log = true;
		else if (option == 'j')
			r.as_json = true;
		else if (option == 'q')
			r.quiet = true;
		else if (option == CLI_BAD || option == CLI_HELP)
			return cli_stop(option);
		else if (!take_option(&r, option, optarg))
			return STATUS_TROUBLE;
	}
	if (!r.lanes || optind + 1 != argc)
		cli_error("run needs -k KERNEL and one workload");
	else if (r.trace && r.lanes > 1)
		cli_error("--trace goes with one kernel");
	else
		status = run_file(&r, argv[optind]);
	free_run(&r);
	return status;
}
