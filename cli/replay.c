/* SPDX-License-Identifier: GPL-2.0-only */
/* tcpoom replay: what a kernel would have decided at each event of a trace. */
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "../traces/write.h"
#include "events.h"
#include "json_verdict.h"
#include "say.h"

const struct option_info replay_options[] = {
	{ 'k', true, "kernel", "KERNEL", "the kernel that decides (required)" },
	{ 'g', false, "keep-going", NULL, "pass over bad events, and end with status 2" },
	{ 'j', false, "json", NULL, "print JSON Lines" },
	{ 'q', true, "quiet", NULL, "print the totals only" },
	CLI_BITS,
	{ 0 },
};

#define START_MOST                                                                                 \
	128	      /* of a line, up to the verdict; with a longer name of a socket in pieces    \
		       */
#define TEXT_MOST 160 /* a verdict in words, or a line of the limiter */

/* The end of a line. */
struct ending {
	size_t length; /* 0 = not made yet */
	char text[TEXT_MOST];
};

#define HELD_UNKNOWN 3 /* of two messages, not known how many */

struct replay {
	const struct tcpoom_kernel *kernel;
	bool as_json, quiet;
	struct json json;
	uint64_t events, open, refused; /* open: several verdicts are possible */
	uint64_t outcome[TCPOOM_OUTCOMES], message[TCPOOM_MESSAGES], snmp;

	struct tcpoom_log log;
	uint64_t printed, suppressed, unknown; /* messages */
	uint64_t own;			       /* lines of the limiter */

	/* by outcome, messages, and how many are held back; made where it is first needed */
	struct ending ending[TCPOOM_OUTCOMES][TCPOOM_MESSAGES + 1][TCPOOM_MESSAGES + 1]
			    [HELD_UNKNOWN + 1];
};

static void count(struct replay *r, const struct tcpoom_verdict *v)
{
	r->outcome[v->outcome]++;
	r->snmp += v->snmp;
	for (unsigned i = 0; i < v->messages; i++)
		r->message[v->message[i]]++;
}

static void count_possible(struct replay *r, const struct tcpoom_possible *p)
{
	if (p->verdicts == 1 && !p->cut)
		count(r, &p->verdict[0]);
	else
		*(p->verdicts || p->cut ? &r->open : &r->refused) += 1;
}

static void count_lines(struct replay *r, const struct tcpoom_log_lines *lines)
{
	const unsigned suppressed = tcpoom_log_suppressed(lines);

	if (!lines->known) {
		r->unknown += lines->messages;
		return;
	}
	r->suppressed += suppressed;
	r->printed += lines->messages - suppressed;
	for (unsigned i = 0; i < lines->messages; i++)
		r->own += lines->own[i].text != TCPOOM_RATELIMIT_SILENT;
}

/* What the limiter itself prints stands before the message that it lets through. */
static void print_own(const struct tcpoom_event *event, const struct tcpoom_log_lines *lines)
{
	char time[START_MOST], text[TEXT_MOST];

	for (unsigned i = 0; i < lines->messages; i++) {
		if (!lines->own[i].text)
			continue;
		tcpoom_ratelimit_print(&lines->own[i], text, sizeof(text));
		printf("%.*s log: \"%s\"\n", (int)tcpoom_time_text(event->time, time), time, text);
	}
}

/* Makes "9014.450011 timer sk=1: ", or prints what does not fit; returns how much stands there. */
static size_t make_start(const struct tcpoom_event *event, char text[static START_MOST])
{
	const char *entry = tcpoom_entry_names[event->state.entry];
	const size_t sk = event->sk ? strlen(event->sk) : 0;
	size_t n = tcpoom_time_text(event->time, text);

	text[n++] = ' ';
	while (*entry)
		text[n++] = *entry++;
	if (sk) {
		memcpy(text + n, " sk=", 4);
		n += 4;
	}
	if (n + sk + 2 > START_MOST) {
		fwrite(text, 1, n, stdout);
		fwrite(event->sk, 1, sk, stdout);
		n = 0;
	} else if (sk) {
		memcpy(text + n, event->sk, sk);
		n += sk;
	}
	text[n++] = ':';
	text[n++] = ' ';
	return n;
}

static struct ending *find_ending(struct replay *r, const struct tcpoom_verdict *v,
				  const struct tcpoom_log_lines *lines)
{
	const unsigned held = lines->known ? tcpoom_log_suppressed(lines) : HELD_UNKNOWN;
	unsigned said[2] = { TCPOOM_MESSAGES, TCPOOM_MESSAGES }, n = 0;

	for (unsigned i = 0; i < v->messages; i++)
		if (lines->printed[i] || !lines->known)
			said[n++] = v->message[i];
	return &r->ending[v->outcome][said[0]][said[1]][held];
}

static void print_verdict(struct replay *r, const struct tcpoom_event *event,
			  const struct tcpoom_verdict *v, const struct tcpoom_log_lines *lines)
{
	struct ending *ending = find_ending(r, v, lines);
	char line[START_MOST + TEXT_MOST];
	size_t start;

	print_own(event, lines);
	start = make_start(event, line);
	if (!ending->length) {
		ending->length = say_logged(v, lines, ending->text, TEXT_MOST - 1);
		ending->text[ending->length++] = '\n';
	}
	memcpy(line + start, ending->text, ending->length);
	fwrite(line, 1, start + ending->length, stdout);
}

static void print_possible(const struct replay *r, const struct tcpoom_event *event,
			   const struct tcpoom_possible *p, const struct tcpoom_log_lines *lines)
{
	const tcpoom_fieldset unknown = r->kernel->needs[event->state.entry] & ~event->state.given;
	char fields[300], start[START_MOST], text[TEXT_MOST];

	print_own(event, lines);
	fwrite(start, 1, make_start(event, start), stdout);
	if (lines->messages)
		fwrite(text, 1, say_logged(p->verdict, lines, text, sizeof(text)), stdout);
	else
		say_possible(stdout, p);
	say_fields(unknown, fields, sizeof(fields));
	printf(unknown ? " (%s unknown)\n" : "\n", fields);
}

/* "log": the lines that appear, in their order, and how many do not; null if that is not known. */
static void json_log(struct json *j, const struct tcpoom_possible *p,
		     const struct tcpoom_log_lines *lines)
{
	char text[TEXT_MOST];

	if (!lines->known) {
		json_null(j, "log");
		json_null(j, "suppressed");
		return;
	}
	json_open(j, "log", '[');
	for (unsigned i = 0; i < lines->messages; i++) {
		if (lines->own[i].text) {
			tcpoom_ratelimit_print(&lines->own[i], text, sizeof(text));
			json_string(j, NULL, text);
		}
		if (lines->printed[i])
			json_string(j, NULL, tcpoom_message_texts[p->verdict[0].message[i]]);
	}
	json_close(j, ']');
	json_unsigned(j, "suppressed", tcpoom_log_suppressed(lines));
}

static void json_event(struct replay *r, const char *file, const struct tcpoom_event *event,
		       const struct tcpoom_possible *p, const struct tcpoom_log_lines *lines)
{
	struct json *j = &r->json;

	json_open(j, NULL, '{');
	json_string(j, "file", file);
	json_unsigned(j, "line", event->line);
	json_time(j, "time", event->time);
	json_string(j, "entry", tcpoom_entry_names[event->state.entry]);
	if (event->sk)
		json_string(j, "sk", event->sk);
	json_possible(j, p);
	json_log(j, p, lines);
	json_close(j, '}');
	json_end_line(j);
}

static bool replay_event(void *context, const char *file, const struct tcpoom_trace *trace,
			 const struct tcpoom_event *event)
{
	struct replay *r = context;
	struct tcpoom_log_lines lines;
	struct tcpoom_possible p;
	struct tcpoom_verdict v;

	(void)trace;
	r->events++;
	/* almost always all is known, and this is the same in less time */
	if (!r->as_json && tcpoom_decide(r->kernel, &event->state, &v, NULL) == TCPOOM_OK) {
		count(r, &v);
		tcpoom_log_event(&r->log, file, event, &v, &lines);
		count_lines(r, &lines);
		if (!r->quiet)
			print_verdict(r, event, &v, &lines);
		return !ferror(stdout);
	}
	tcpoom_possible_find(r->kernel, &event->state, &p);
	count_possible(r, &p);
	tcpoom_log_event(&r->log, file, event, p.verdicts == 1 && !p.cut ? p.verdict : NULL,
			 &lines);
	count_lines(r, &lines);
	if (r->quiet)
		return true;
	if (r->as_json)
		json_event(r, file, event, &p, &lines);
	else
		print_possible(r, event, &p, &lines);
	return !ferror(stdout);
}

static void print_totals(struct replay *r)
{
	printf("%" PRIu64 " events", r->events);
	for (int i = 0; i < TCPOOM_OUTCOMES; i++)
		printf("%s%" PRIu64 " %s", i ? ", " : ": ", r->outcome[i], tcpoom_outcome_names[i]);
	printf(", %" PRIu64 " open, %" PRIu64 " not decided\n", r->open, r->refused);
	printf("%8" PRIu64 "  TCPAbortOnMemory\n", r->snmp);
	for (int i = 0; i < TCPOOM_MESSAGES; i++)
		if (r->message[i])
			printf("%8" PRIu64 "  \"%s\"\n", r->message[i], tcpoom_message_texts[i]);
	if (r->printed + r->suppressed + r->unknown)
		printf("in the log: %" PRIu64 " of these, %" PRIu64 " held back, %" PRIu64
		       " not known; %" PRIu64 " lines of the limiter\n",
		       r->printed, r->suppressed, r->unknown, r->own);
}

static void json_totals(struct replay *r)
{
	struct json *j = &r->json;

	json_open(j, NULL, '{');
	json_unsigned(j, "events", r->events);
	for (int i = 0; i < TCPOOM_OUTCOMES; i++)
		json_unsigned(j, tcpoom_outcome_names[i], r->outcome[i]);
	json_unsigned(j, "open", r->open);
	json_unsigned(j, "not_decided", r->refused);
	json_unsigned(j, "TCPAbortOnMemory", r->snmp);
	json_open(j, "messages", '{');
	for (int i = 0; i < TCPOOM_MESSAGES; i++)
		if (r->message[i])
			json_unsigned(j, tcpoom_message_texts[i], r->message[i]);
	json_close(j, '}');
	json_unsigned(j, "printed", r->printed);
	json_unsigned(j, "suppressed", r->suppressed);
	json_unsigned(j, "log_unknown", r->unknown);
	json_unsigned(j, "limiter_lines", r->own);
	json_close(j, '}');
	json_end_line(j);
}

int cmd_replay(const struct command *command, int argc, char **argv)
{
	struct replay r = { .json = { .out = stdout } };
	struct tcpoom_resolution resolution;
	const char *named = NULL;
	bool keep_going = false;
	unsigned bits = 64;
	int option, status;

	while ((option = cli_option(command, argc, argv)) != CLI_END) {
		if (option == 'k')
			named = optarg;
		else if (option == 'g')
			keep_going = true;
		else if (option == 'j')
			r.as_json = true;
		else if (option == 'q')
			r.quiet = true;
		else if (option != 'b')
			return cli_stop(option);
		else if (!cli_bits(optarg, &bits))
			return STATUS_TROUBLE;
	}
	if (!named || optind == argc)
		return cli_error("replay needs -k KERNEL and a trace");
	r.kernel = cli_kernel(named, &resolution);
	if (!r.kernel)
		return STATUS_TROUBLE;
	tcpoom_log_init(&r.log, r.kernel, bits);
	/* whoever looks on sees each line at once; all others get them in large pieces */
	if (!isatty(STDOUT_FILENO))
		setvbuf(stdout, NULL, _IOFBF, 1 << 16);
	status = cli_each_event(argv + optind, argc - optind, keep_going, replay_event, &r);
	(r.as_json ? json_totals : print_totals)(&r);
	return status;
}
