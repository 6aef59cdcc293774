/* SPDX-License-Identifier: GPL-2.0-only */
/* tcpoom convert: a trace in another form. */
#define _XOPEN_SOURCE 700 /* realpath */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../traces/write.h"
#include "events.h"
#include "import.h"

const struct option_info convert_options[] = {
	{ 't', false, "to", "FORM", "text, jsonl or csv (required, text with --from)" },
	{ 'f', false, "from", "RAW", "ftrace or perf: the input is the raw text of probes" },
	{ 'k', true, "kernel", "WORDS", "with --from: RELEASE [arch ARCH] [cpus N]" },
	{ 's', true, "set", "FIELDS", "with --from: what the raw text does not say, as hz=250" },
	{ 'r', false, "raw", NULL, "with --from: sk is address and port instead of a number" },
	{ 'o', true, "output", "FILE", "write there, whole or not at all, instead of to stdout" },
	{ 'g', false, "keep-going", NULL, "pass over bad events, and end with status 2" },
	{ 0 },
};

struct conversion {
	FILE *out;
	enum tcpoom_form form;
	bool keep_going, begun; /* begun: the trace could be opened */
	bool import;		/* out of raw text */
	struct tcpoom_ftrace_options raw;
	struct tcpoom_writer writer;
};

static void begin(struct conversion *c)
{
	if (!c->begun)
		tcpoom_write_begin(&c->writer, c->out, c->form);
	c->begun = true;
}

static bool write_items(void *context, const char *file, const struct tcpoom_trace *trace,
			const struct tcpoom_event *event)
{
	struct conversion *c = context;

	(void)file;
	begin(c);
	tcpoom_write_items(&c->writer, trace, event);
	return !ferror(c->out);
}

static void say_drops(const struct tcpoom_writer *w)
{
	for (int i = 0; i < TCPOOM_DROPS; i++)
		if (w->dropped[i])
			fprintf(stderr, "tcpoom: dropped: %" PRIu64 " %s\n", w->dropped[i],
				tcpoom_drop_texts[i]);
}

static int convert(struct conversion *c, char *trace)
{
	int status;

	if (c->import)
		return cli_import(c->out, trace, &c->raw);
	status = cli_each_item(trace, c->keep_going, write_items, c);
	if (!status)
		begin(c);
	say_drops(&c->writer);
	return status;
}

/* Who may read a new file is up to the umask, as ever. */
static bool open_up(int fd)
{
	const mode_t mask = umask(0);

	umask(mask);
	return fchmod(fd, 0666 & ~mask) == 0;
}

/* Writes to `beside` and puts it in the place of `name` where all went well. */
static int convert_beside(struct conversion *c, char *beside, const char *name, char *trace)
{
	const int fd = mkstemp(beside);
	int status;
	bool ok;

	c->out = fd < 0 ? NULL : fdopen(fd, "w");
	if (!c->out)
		return cli_error("%s: %s", name, strerror(errno));
	status = convert(c, trace);
	ok = !ferror(c->out) && open_up(fd);
	ok = !fclose(c->out) && ok;
	if (ok && (!status || (c->keep_going && c->begun)) && !rename(beside, name))
		return status;
	if (!ok || !status)
		cli_error("%s: %s", name, strerror(errno));
	unlink(beside);
	return STATUS_TROUBLE;
}

/* A device or a pipe is written to: nothing may take its place. */
static int convert_into(struct conversion *c, const char *name, char *trace)
{
	int status;

	c->out = fopen(name, "w");
	if (!c->out)
		return cli_error("%s: %s", name, strerror(errno));
	status = convert(c, trace);
	if (ferror(c->out) | fclose(c->out))
		return cli_error("%s: cannot be written", name);
	return status;
}

/* Nothing half-written ever stands in the place of the file, nor in that of what it links to. */
static int convert_to(struct conversion *c, const char *name, char *trace)
{
	char *real = realpath(name, NULL), *beside;
	const char *target = real ? real : name;
	const size_t size = strlen(target) + sizeof(".XXXXXX");
	struct stat info;
	int status;

	beside = malloc(size);
	if (!beside) {
		status = cli_error("out of memory");
	} else if (!stat(target, &info) && !S_ISREG(info.st_mode)) {
		status = convert_into(c, target, trace);
	} else {
		snprintf(beside, size, "%s.XXXXXX", target);
		status = convert_beside(c, beside, target, trace);
	}
	free(beside);
	free(real);
	return status;
}

static bool find_form(const char *word, enum tcpoom_form *form)
{
	for (int i = 0; i < TCPOOM_FORMS; i++)
		if (!strcmp(word, tcpoom_form_names[i])) {
			*form = (enum tcpoom_form)i;
			return true;
		}
	return false;
}

/* Whether the options go together; says what does not. */
static bool complete(struct conversion *c, const char *from, const char *to)
{
	c->import = from != NULL;
	if (from && strcmp(from, "ftrace") && strcmp(from, "perf"))
		cli_error("\"%s\" is no raw text: ftrace or perf", from);
	else if (!from && (c->raw.kernel || c->raw.set || c->raw.raw))
		cli_error("--kernel, --set and --raw need --from");
	else if (!to && !from)
		cli_error("convert needs --to FORM and one trace");
	else if (to && !find_form(to, &c->form))
		cli_error("\"%s\" is no form: text, jsonl or csv", to);
	else if (from && c->form != TCPOOM_TEXT)
		cli_error("--from makes text: convert that to %s", to);
	else
		return true;
	return false;
}

int cmd_convert(const struct command *command, int argc, char **argv)
{
	const char *from = NULL, *to = NULL, *name = NULL;
	struct conversion c = { .out = stdout };
	int option;

	while ((option = cli_option(command, argc, argv)) != CLI_END) {
		switch (option) {
		case 't':
			to = optarg;
			break;
		case 'f':
			from = optarg;
			break;
		case 'k':
			c.raw.kernel = optarg;
			break;
		case 's':
			c.raw.set = optarg;
			break;
		case 'r':
			c.raw.raw = true;
			break;
		case 'o':
			name = optarg;
			break;
		case 'g':
			c.keep_going = true;
			break;
		default:
			return cli_stop(option);
		}
	}
	if (!complete(&c, from, to))
		return STATUS_TROUBLE;
	if (optind + 1 != argc)
		return cli_error("convert needs --to FORM and one trace");
	return name ? convert_to(&c, name, argv[optind]) : convert(&c, argv[optind]);
}
