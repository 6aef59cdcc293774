/* SPDX-License-Identifier: GPL-2.0-only */
/* tcpoom diagnose: which limit killed sockets, and what to do about it. */
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "../advice/reading.h"
#include "../advice/sources.h"
#include "../traces/input.h"
#include "../traces/value.h"
#include "cli.h"
#include "diagnose.h"

const struct option_info diagnose_options[] = {
	{ 'k', true, "kernel", "KERNEL", "the kernel: a release, or a line of /proc/version" },
	{ 'm', true, "message", "TEXT", "a line of the kernel's log" },
	{ 'c', false, "sockstat", "FILE", "/proc/net/sockstat or sockstat6" },
	{ 'y', false, "sysctl", "FILE", "sysctl -a, or a file of its lines" },
	{ 'd', false, "dmesg", "FILE", "the kernel's log: dmesg, syslog or journal" },
	{ 's', false, "ss", "FILE", "ss -s" },
	{ 'n', false, "nstat", "FILE",
	  "nstat -az, netstat -s or /proc/net/netstat; twice: earlier, later" },
	{ 't', false, "tcp", "FILE", "/proc/net/tcp or tcp6" },
	{ 'i', true, "interval", "SECONDS", "sample this machine twice, so many seconds apart" },
	{ 'v', true, "verbose", NULL, "also the proofs, each cause, and where each fact is from" },
	{ 'j', false, "json", NULL, "print one line of JSON" },
	{ 'p', false, "prometheus", NULL, "print limits and margins for node_exporter" },
	{ 'o', true, "output", "FILE", "write them to FILE, which appears whole or not at all" },
	{ 'g', false, "page", NULL, "print what the messages mean, kernel by kernel" },
	{ 0 },
};

/* What an option's file must hold. */
static const struct {
	char letter;
	unsigned held;
	const char *what;
} kinds[] = {
	{ 'c', TCPOOM_HELD_SOCKSTAT,
	  "a line such as \"TCP: inuse 7 orphan 0 tw 0 alloc 9 mem 1\"" },
	{ 'y', TCPOOM_HELD_SYSCTL, "a sysctl such as \"net.ipv4.tcp_max_orphans = 65536\"" },
	{ 's', TCPOOM_HELD_SS, "a line such as \"TCP:   9 (estab 5, closed 2, orphaned 1, ...\"" },
	{ 'n', TCPOOM_HELD_COUNTERS, "TCPAbortOnMemory, or the lines of TcpExt" },
	{ 't', TCPOOM_HELD_SOCKETS, "the table of /proc/net/tcp" },
};

/* Troubles are printed as they are met, and remembered. */
struct troubles {
	struct tcpoom_trouble trouble;
	int status;
};

static void tell(struct tcpoom_trouble *trouble, const struct tcpoom_error *e)
{
	((struct troubles *)trouble)->status = cli_input_error(e);
}

static int read_log(struct tcpoom_facts *facts, const char *file)
{
	struct tcpoom_error e;
	unsigned held;

	if (!tcpoom_read_file(facts, file, &held, &e))
		return cli_input_error(&e);
	facts->log.read = true;
	return STATUS_SAME;
}

static int read_kind(struct tcpoom_facts *facts, char letter, const char *file)
{
	struct tcpoom_error e;
	unsigned held;
	size_t k = 0;

	if (letter == 'd')
		return read_log(facts, file);
	while (kinds[k].letter != letter)
		k++;
	if (!tcpoom_read_file(facts, file, &held, &e))
		return cli_input_error(&e);
	if (!(held & kinds[k].held))
		return cli_error("%s: found none, expected %s", file, kinds[k].what);
	return STATUS_SAME;
}

static int read_kernel(struct tcpoom_facts *facts, const char *kernel)
{
	struct tcpoom_resolution to;

	tcpoom_release_resolve(kernel, &to);
	if (to.evidence == TCPOOM_NO_RELEASE)
		return cli_error("\"%s\" is no release: %s", kernel, to.why);
	snprintf(facts->kernel, sizeof(facts->kernel), "%s", kernel);
	facts->kernel_source = (struct tcpoom_source){ "argument", 0 };
	return STATUS_SAME;
}

static int read_message(struct tcpoom_facts *facts, const char *text)
{
	if (!tcpoom_klog_line(&facts->log, "argument", 1, text, 5))
		return cli_error("found \"%s\", expected a line of the check, such as \"%s\"", text,
				 tcpoom_message_texts[TCPOOM_MSG_TOO_MANY_ORPHANED]);
	return STATUS_SAME;
}

/* FIELD=VALUE or another line that a file may hold; timer or close. */
static int read_value(struct tcpoom_facts *facts, char *argument, unsigned number)
{
	struct tcpoom_error e = { .file = "argument", .line = number };
	const struct tcpoom_source source = { "argument", number };
	struct tcpoom_state s = { 0 };
	unsigned held = 0;
	bool good;
	FILE *in;

	if (!strchr(argument, '=')) {
		if (!tcpoom_entry_set(&s, (struct tcpoom_span){ argument, strlen(argument), 1 },
				      &e))
			return cli_error("%s: no such file, field or entry", argument);
		tcpoom_fact_set(facts, TCPOOM_F_entry, s.entry, source);
		return STATUS_SAME;
	}
	in = fmemopen(argument, strlen(argument), "r");
	good = in && tcpoom_read_text(facts, in, "argument", &held, &e);
	if (in)
		fclose(in);
	if (!in || (good && !held))
		return cli_error("found \"%s\", expected a field with its value (see tcpoom "
				 "diagnose "
				 "--help)",
				 argument);
	return good ? STATUS_SAME : cli_input_error(&e);
}

static int read_file(struct tcpoom_facts *facts, const char *file)
{
	struct tcpoom_error e;
	unsigned held;

	if (!tcpoom_read_file(facts, file, &held, &e))
		return cli_input_error(&e);
	if (!held)
		return cli_error("%s: found nothing, expected what sockstat, sysctl, dmesg, ss -s "
				 "or nstat print",
				 file);
	return STATUS_SAME;
}

/* A bad file in a folder is told of and passed over, as long as another one tells something. */
static int read_argument(struct tcpoom_facts *facts, char *argument, unsigned number,
			 struct tcpoom_trouble *trouble)
{
	struct stat info;

	if (!strcmp(argument, "-"))
		return read_file(facts, argument);
	if (stat(argument, &info))
		return read_value(facts, argument, number);
	if (!S_ISDIR(info.st_mode))
		return read_file(facts, argument);
	if (tcpoom_read_folder(facts, argument, trouble))
		return STATUS_SAME;
	return cli_error("%s: found no file that tells anything, expected a sosreport, or "
			 "sockstat, sysctl, dmesg and the like",
			 argument);
}

static int read_seconds(const char *text, int64_t *seconds)
{
	struct tcpoom_error e = { .file = "--interval" };

	return tcpoom_number((struct tcpoom_span){ text, strlen(text), 0 }, 1, 86400, seconds, &e)
		       ? STATUS_SAME
		       : cli_input_error(&e);
}

/* The table of sockets and the log are those of the second sample alone. */
static void read_machine(struct tcpoom_facts *facts, int64_t seconds,
			 struct tcpoom_trouble *trouble)
{
	const struct timespec pause = { .tv_sec = (time_t)seconds };

	if (seconds) {
		tcpoom_read_live(facts, trouble);
		memset(&facts->sockets, 0, sizeof(facts->sockets));
		memset(&facts->log, 0, sizeof(facts->log));
		nanosleep(&pause, NULL);
	}
	tcpoom_read_live(facts, trouble);
	facts->seconds = seconds;
}

bool diagnose_has_cause(const struct diagnosis *x)
{
	const struct tcpoom_finding *f = &x->d.finding[0];

	for (int g = 0; g < TCPOOM_GROUNDS; g++)
		if (f->possible[g] && (x->d.state.given >> tcpoom_ground_counts[g] & 1) &&
		    (x->d.state.given >> tcpoom_ground_limits[g] & 1))
			return true;
	return f->seen != TCPOOM_SEEN_NOTHING || f->certain[0] || f->certain[1] ||
	       (!f->reasons.count && f->reasons.refused);
}

static int answer(struct diagnosis *x, char form, const char *output, bool verbose)
{
	int status = STATUS_SAME;

	tcpoom_diagnose(&x->facts, &x->d);
	tcpoom_doubts_find(&x->facts, &x->doubts);
	if (form == 'j')
		diagnose_json(x);
	else if (form == 'p')
		status = diagnose_prometheus(x, output);
	else
		diagnose_print(x, verbose);
	if (status)
		return status;
	return diagnose_has_cause(x) || x->doubts.serious ? STATUS_DIFFERENT : STATUS_SAME;
}

/* What no number alone shows. */
static int check(const struct tcpoom_facts *facts)
{
	struct tcpoom_state s;
	enum tcpoom_field f;
	const char *expected;

	tcpoom_facts_state(facts, &s);
	tcpoom_state_complete(&s);
	expected = tcpoom_state_unsound(&s, &f);
	return expected ? cli_error("found %s=%" PRId64 ", expected %s", tcpoom_field_table[f].name,
				    tcpoom_field_get(&s, f), expected)
			: STATUS_SAME;
}

static int read_option(struct tcpoom_facts *facts, char letter, int64_t *seconds)
{
	if (letter == 'k')
		return read_kernel(facts, optarg);
	if (letter == 'm')
		return read_message(facts, optarg);
	if (letter == 'i')
		return read_seconds(optarg, seconds);
	return read_kind(facts, letter, optarg);
}

static int diagnose(struct diagnosis *x, const struct command *command, int argc, char **argv)
{
	struct troubles troubles = { { tell }, STATUS_SAME };
	bool verbose = false, told = false;
	const char *output = NULL;
	int64_t seconds = 0;
	char form = 0;
	int option, status;

	while ((option = cli_option(command, argc, argv)) != CLI_END) {
		if (option == CLI_HELP || option == CLI_BAD)
			return cli_stop(option);
		if (option == 'v')
			verbose = true;
		else if (strchr("jpg", option))
			form = (char)option;
		else if (option == 'o')
			output = optarg;
		else if (read_option(&x->facts, (char)option, &seconds))
			return STATUS_TROUBLE;
		told |= strchr("mdcsynt", option) != NULL;
	}
	if (form == 'g') {
		diagnose_page();
		return STATUS_SAME;
	}
	told |= optind < argc;
	if (output && form != 'p')
		return cli_error("--output goes with --prometheus");
	if (told && seconds)
		return cli_error("--interval is for this machine alone");
	for (int i = optind; i < argc; i++)
		if (read_argument(&x->facts, argv[i], (unsigned)(i - optind + 1),
				  &troubles.trouble))
			return STATUS_TROUBLE;
	if (!told)
		read_machine(&x->facts, seconds, &troubles.trouble);
	if (check(&x->facts))
		return STATUS_TROUBLE;
	status = answer(x, form, output, verbose);
	return troubles.status ? troubles.status : status;
}

int cmd_diagnose(const struct command *command, int argc, char **argv)
{
	static struct diagnosis x; /* too large for a stack */
	const int status = diagnose(&x, command, argc, argv);

	tcpoom_facts_free(&x.facts);
	return status;
}
