/* SPDX-License-Identifier: GPL-2.0-only */
/* tcpoom advice lint: what is wrong with a sysctl.conf, as far as this decision goes. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "../traces/input.h"
#include "../traces/line.h"
#include "advice.h"
#include "json.h"

#define KNOBS_MOST 64

struct linting {
	const struct advice *asked;
	struct tcpoom_lint_machine machine;
	struct tcpoom_resolution release;
	char version[300]; /* of this machine */
	unsigned findings;
	struct {
		const struct tcpoom_knob *knob;
		unsigned long line;
	} set[KNOBS_MOST]; /* in this file */
	unsigned sets;
};

/* /proc/version, and MemTotal of /proc/meminfo. */
static bool look_here(struct linting *l)
{
	FILE *version = fopen("/proc/version", "r"), *memory = fopen("/proc/meminfo", "r");
	int64_t kib = 0;

	if (version && fgets(l->version, sizeof(l->version), version))
		l->version[strcspn(l->version, "\n")] = '\0';
	if (memory && fscanf(memory, "MemTotal: %" SCNd64, &kib) == 1)
		l->machine.ram = kib * 1024;
	if (version)
		fclose(version);
	if (memory)
		fclose(memory);
	if (!*l->version || !l->machine.ram)
		return cli_error("--here needs /proc/version and /proc/meminfo"), false;
	return true;
}

static bool find_machine(struct linting *l)
{
	const struct advice *a = l->asked;
	struct tcpoom_error e = { .file = "--ram" };
	const char *named = a->named;

	if (a->here && !look_here(l))
		return false;
	if (a->here && !named)
		named = l->version;
	if (a->ram && !tcpoom_size_read((struct tcpoom_span){ a->ram, strlen(a->ram), 1 },
					&l->machine.ram, &e))
		return cli_input_error(&e), false;
	if (!named)
		return true;
	if (!cli_release(named, &l->release))
		return false;
	l->machine.named = a->named ? a->named : "this kernel";
	l->machine.release = &l->release;
	return true;
}

static void report(struct linting *l, const char *file, unsigned long line, unsigned long column,
		   const char *kind, const char *text)
{
	struct json j = { .out = stdout };

	l->findings++;
	if (l->asked->as_json) {
		json_open(&j, NULL, '{');
		json_string(&j, "file", file);
		json_unsigned(&j, "line", line);
		json_unsigned(&j, "column", column);
		json_string(&j, "kind", kind);
		json_string(&j, "text", text);
		json_close(&j, '}');
		json_end_line(&j);
	} else if (!l->asked->quiet) {
		printf("%s:%lu:%lu: %s: %s\n", file, line, column, kind, text);
	}
}

/* The later of two lines is what holds. */
static void note_set(struct linting *l, const char *file, const struct tcpoom_line *line)
{
	struct tcpoom_lint_parts parts;
	struct tcpoom_error e = { .text = "" };
	char text[80];
	unsigned i = 0;

	if (!tcpoom_lint_split(line->text, &parts, &e) || !parts.knob || parts.bare)
		return;
	while (i < l->sets && l->set[i].knob != parts.knob)
		i++;
	if (i < l->sets) {
		snprintf(text, sizeof(text), "it was set in line %lu, which does not hold",
			 l->set[i].line);
		report(l, file, line->number, parts.name.column, "set twice", text);
	}
	if (i == KNOBS_MOST)
		return;
	l->sets += i == l->sets;
	l->set[i].knob = parts.knob;
	l->set[i].line = line->number;
}

static int lint_lines(struct linting *l, FILE *in, const char *file)
{
	struct tcpoom_error e = { .file = file };
	struct tcpoom_lint_findings found;
	enum tcpoom_line_result got;
	struct tcpoom_line line;
	int status = STATUS_SAME;

	l->sets = 0;
	tcpoom_line_open(&line, in, file);
	while (!status && (got = tcpoom_line_next(&line, &e)) != TCPOOM_LINE_END) {
		if (got == TCPOOM_LINE_BAD ||
		    !tcpoom_lint_line(line.text, &l->machine, &found, &e)) {
			status = cli_input_error(&e);
			break;
		}
		for (unsigned i = 0; i < found.count; i++)
			report(l, file, line.number, found.finding[i].column,
			       tcpoom_lint_names[found.finding[i].kind], found.finding[i].text);
		note_set(l, file, &line);
	}
	tcpoom_line_close(&line);
	return status;
}

int advice_lint(const struct advice *a, char *const *files, int count)
{
	struct linting l = { .asked = a };
	int status = find_machine(&l) ? STATUS_SAME : STATUS_TROUBLE;

	for (int i = 0; i < count && !status; i++) {
		FILE *in = tcpoom_input_open(files[i]);

		if (!in)
			return cli_error("%s: %s", files[i], strerror(errno));
		status = lint_lines(&l, in, files[i]);
		tcpoom_input_close(in);
	}
	return status ? status : l.findings ? STATUS_DIFFERENT : STATUS_SAME;
}
