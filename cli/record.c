/* SPDX-License-Identifier: GPL-2.0-only */
/* tcpoom record: every decision of the kernel that runs here. */
#include "../record/session.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../traces/value.h"
#include "cli.h"

#define BUFFER_KB 4096

const struct option_info record_options[] = {
	{ 'o', true, "output", "FILE", "write there instead of to stdout" },
	{ 'd', true, "duration", "SECONDS", "how long (60)" },
	{ 'm', false, "max-size", "BYTES", "end where the file is as large; k, M and G are known" },
	{ 'K', false, "kills-only", NULL, "leave out where a socket was kept" },
	{ 'b', false, "buffer", "KB", "what the kernel buffers, for each CPU (4096)" },
	{ 'f', false, "offsets", "FILE", "offsets of the kernel's structs, where it has no BTF" },
	{ 's', false, "symbols", "FILE", "the kernel's System.map, where variables are not seen" },
	{ 'r', false, "raw", NULL, "sk is the kernel's address and the port, not a number" },
	{ 'p', false, "print", NULL, "only print the probes, and what they cannot see" },
	{ 0 },
};

static bool read_number(const char *option, const char *text, int64_t max, int64_t *value)
{
	struct tcpoom_error e = { 0 };
	const size_t len = strlen(text);
	const char unit = len > 1 && !strcmp(option, "max-size") ? text[len - 1] : '0';
	const int shift = unit == 'k' ? 10 : unit == 'M' ? 20 : unit == 'G' ? 30 : 0;
	const struct tcpoom_span number = { text, len - (shift != 0), 1 };

	if (tcpoom_number(number, 1, max >> shift, value, &e)) {
		*value <<= shift;
		return true;
	}
	cli_error("--%s: %s", option, e.text);
	return false;
}

static void print_probes(const struct tcpoom_session *s)
{
	for (unsigned i = 0; i < s->probes.count; i++) {
		const struct tcpoom_probe *p = &s->probes.probe[i];

		puts(p->text);
		if (p->filter)
			printf("# filter of %s: %s\n", p->name, p->filter);
	}
	for (const char *line = s->probes.unseen; *line; line = strchr(line, '\n') + 1)
		printf("# %.*s\n", (int)strcspn(line, "\n"), line);
}

static int fail(const struct tcpoom_error *e)
{
	return e->file ? cli_input_error(e) : cli_error("%s", e->text);
}

static int record(struct tcpoom_session *s, const char *name)
{
	FILE *out = name ? fopen(name, "w") : stdout;
	struct tcpoom_ftrace_counts counts;
	struct tcpoom_error e;
	bool ok;

	if (!out)
		return cli_error("%s: %s", name, strerror(errno));
	ok = tcpoom_session_run(s, out, &counts, &e);
	if (name && fclose(out) && ok)
		ok = tcpoom_fail(&e, 0, "%s: %s", name, strerror(errno));
	cli_say_counts(name ? name : "standard output", &counts);
	if (!ok)
		return fail(&e);
	fprintf(stderr, "tcpoom: %" PRIu64 " decisions recorded\n", counts.decisions);
	return STATUS_SAME;
}

static bool take_option(struct tcpoom_session *s, int option, int64_t *value)
{
	switch (option) {
	case 'd':
		if (!read_number("duration", optarg, INT32_MAX, value))
			return false;
		s->duration = (unsigned)*value;
		return true;
	case 'm':
		if (!read_number("max-size", optarg, INT64_MAX, value))
			return false;
		s->max_size = (uint64_t)*value;
		return true;
	default:
		if (!read_number("buffer", optarg, INT32_MAX, value))
			return false;
		s->buffer_kb = (unsigned)*value;
		return true;
	}
}

int cmd_record(const struct command *command, int argc, char **argv)
{
	struct tcpoom_session s = { .duration = 60, .buffer_kb = BUFFER_KB };
	const char *name = NULL;
	struct tcpoom_error e;
	bool print = false;
	int64_t value;
	int option;

	while ((option = cli_option(command, argc, argv)) != CLI_END) {
		if (option == 'o')
			name = optarg;
		else if (option == 'K')
			s.kills_only = true;
		else if (option == 'f')
			s.offsets = optarg;
		else if (option == 's')
			s.symbols = optarg;
		else if (option == 'r')
			s.raw = true;
		else if (option == 'p')
			print = true;
		else if (option == 'd' || option == 'm' || option == 'b') {
			if (!take_option(&s, option, &value))
				return STATUS_TROUBLE;
		} else
			return cli_stop(option);
	}
	if (optind != argc)
		return cli_error("record takes no argument \"%s\"", argv[optind]);
	e = (struct tcpoom_error){ 0 };
	if (!tcpoom_session_prepare(&s, &e))
		return fail(&e);
	if (!print)
		return record(&s, name);
	print_probes(&s);
	return STATUS_SAME;
}
