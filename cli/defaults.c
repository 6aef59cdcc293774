/* SPDX-License-Identifier: GPL-2.0-only */
/* tcpoom defaults: the sysctls that a kernel computes at boot, and what memory explains them. */
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "../kernels/defaults.h"
#include "../kernels/machine.h"
#include "../model/memory.h"
#include "../model/orphan_count.h"
#include "../traces/value.h"
#include "cli.h"
#include "json.h"

const struct option_info defaults_options[] = {
	{ 'k', true, "kernel", "KERNEL", "the kernel that boots" },
	{ 'r', false, "ram", "SIZE", "its memory: 512M, 64G, 65599452K; 1K = 1024 bytes" },
	{ 'p', false, "page-size", "BYTES", "by default 4096" },
	{ 'c', false, "cpus", "NUMBER", "also how far its counters may be off with so many CPUs" },
	{ 'g', false, "guess", "SYSCTL=VALUE",
	  "tcp_mem=A,B,C or tcp_max_orphans=N; both may be given" },
	{ 'j', false, "json", NULL, "print JSON Lines" },
	{ 0 },
};

struct defaults {
	const char *named;
	const struct tcpoom_kernel *kernel;
	struct tcpoom_resolution resolution;
	int64_t ram, page_size, cpus;
	struct tcpoom_known known;
	bool as_json;
};

static struct tcpoom_span span_of(const char *text, size_t len)
{
	return (struct tcpoom_span){ text, len, 0 };
}

/* A number of bytes with K, M, G or T behind it. */
static bool read_size(const char *text, int64_t *bytes, struct tcpoom_error *e)
{
	static const char units[] = "KMGT";
	const size_t len = strlen(text);
	const char *unit = len ? strchr(units, text[len - 1]) : NULL;
	const int shift = unit ? 10 * (int)(unit - units + 1) : 0;

	if (!tcpoom_number(span_of(text, len - (unit != NULL)), 1, INT64_C(1) << (50 - shift),
			   bytes, e))
		return false;
	*bytes <<= shift;
	return true;
}

/* tcp_mem=A,B,C or tcp_max_orphans=N */
static bool read_guess(const char *text, struct tcpoom_known *known, struct tcpoom_error *e)
{
	const char *equals = strchr(text, '=');
	const struct tcpoom_span key = span_of(text, equals ? (size_t)(equals - text) : 0);
	const char *value = equals ? equals + 1 : text;

	if (tcpoom_span_is(key, "tcp_max_orphans")) {
		known->has_max_orphans = true;
		return tcpoom_number(span_of(value, strlen(value)), 1, INT32_MAX,
				     &known->max_orphans, e);
	}
	if (!tcpoom_span_is(key, "tcp_mem"))
		return tcpoom_fail_found(e, span_of(text, strlen(text)),
					 "tcp_mem=A,B,C or tcp_max_orphans=N");
	known->has_tcp_mem = true;
	for (int i = 0; i < 3; i++) {
		const size_t len = i < 2 ? strcspn(value, ",") : strlen(value);

		if (!tcpoom_number(span_of(value, len), 0, INT64_C(1) << 50, &known->tcp_mem[i], e))
			return false;
		value += len + (i < 2 && value[len]);
	}
	return true;
}

static bool take_option(struct defaults *d, int option, const char *value)
{
	const struct tcpoom_span span = span_of(value, strlen(value));
	struct tcpoom_error e = { .text = "" };
	bool good = true;

	if (option == 'k') {
		d->named = value;
		d->kernel = cli_release(value, &d->resolution);
		return d->kernel != NULL;
	}
	if (option == 'r')
		good = read_size(value, &d->ram, &e);
	else if (option == 'p')
		good = tcpoom_number(span, 1024, 1 << 20, &d->page_size, &e) &&
		       (!(d->page_size & (d->page_size - 1)) ||
			tcpoom_fail_found(&e, span, "a power of two"));
	else if (option == 'c')
		good = tcpoom_number(span, 1, 1 << 20, &d->cpus, &e);
	else
		good = read_guess(value, &d->known, &e);
	if (!good)
		cli_error("--%s: %s",
			  option == 'r'	  ? "ram"
			  : option == 'p' ? "page-size"
			  : option == 'c' ? "cpus"
					  : "guess",
			  e.text);
	return good;
}

/* How far the two counters may be from the truth on so many CPUs; 0 where they are exact. */
static void find_errors(const struct defaults *d, int64_t *orphans, int64_t *pages)
{
	const tcpoom_fieldset needs = d->kernel->needs[TCPOOM_CLOSE];
	const struct tcpoom_machine machine = tcpoom_machine_of(&d->resolution);
	struct tcpoom_orphan_count count;
	struct tcpoom_memory memory;

	tcpoom_orphan_count_init(&count, TCPOOM_ORPHANS_PERCPU_ZERO, (unsigned)d->cpus, NULL, 250,
				 0);
	tcpoom_memory_init(&memory, (enum tcpoom_memory_counter)machine.memory, (unsigned)d->cpus,
			   NULL, (uint32_t)d->page_size);
	*orphans = needs & TCPOOM_BIT(orphans_approx) ? d->cpus * (count.batch - 1) : 0;
	*pages = machine.memory == TCPOOM_MEMORY_RESERVED ? d->cpus * (memory.reserve - 1) : 0;
}

static void print_three(const char *name, const int64_t value[3])
{
	printf("%-16s %" PRId64 " %" PRId64 " %" PRId64 "\n", name, value[0], value[1], value[2]);
}

static void json_three(struct json *j, const char *name, const int64_t value[3])
{
	json_open(j, name, '[');
	for (int i = 0; i < 3; i++)
		json_number(j, NULL, value[i]);
	json_close(j, ']');
}

static int boot(const struct defaults *d)
{
	const struct tcpoom_boot boot = {
		.version = d->resolution.version,
		.build = d->resolution.build,
		.page_size = (uint32_t)d->page_size,
		.pages = (uint64_t)(d->ram / d->page_size),
	};
	struct json j = { .out = stdout };
	struct tcpoom_defaults to;
	int64_t orphans = 0, pages = 0;

	tcpoom_defaults(&boot, &to);
	if (d->cpus)
		find_errors(d, &orphans, &pages);
	if (d->as_json) {
		json_open(&j, NULL, '{');
		json_string(&j, "kernel", d->named);
		json_three(&j, "tcp_mem", to.tcp_mem);
		json_number(&j, "tcp_max_orphans", to.max_orphans);
		json_three(&j, "tcp_rmem", to.tcp_rmem);
		json_three(&j, "tcp_wmem", to.tcp_wmem);
		if (d->cpus)
			json_number(&j, "orphans_off_by", orphans);
		if (d->cpus)
			json_number(&j, "pages_off_by", pages);
		json_close(&j, '}');
		json_end_line(&j);
		return STATUS_SAME;
	}
	print_three("tcp_mem", to.tcp_mem);
	printf("%-16s %" PRId64 "\n", "tcp_max_orphans", to.max_orphans);
	print_three("tcp_rmem", to.tcp_rmem);
	print_three("tcp_wmem", to.tcp_wmem);
	if (d->cpus)
		printf("with %" PRId64 " CPUs the orphan count may be off by %" PRId64
		       ", and memory by %" PRId64 " pages\n",
		       d->cpus, orphans, pages);
	return STATUS_SAME;
}

static double gib(uint64_t pages, int64_t page_size)
{
	return (double)pages * (double)page_size / (1 << 30);
}

static void json_guess(const struct tcpoom_guess *g, const char *first, const char *next)
{
	struct json j = { .out = stdout };

	json_open(&j, NULL, '{');
	json_string(&j, "first", first);
	if (g->next)
		json_string(&j, "before", next);
	json_unsigned(&j, "pages_least", g->least);
	json_unsigned(&j, "pages_most", g->most);
	json_close(&j, '}');
	json_end_line(&j);
}

static int guess(const struct defaults *d)
{
	struct tcpoom_guess guesses[TCPOOM_GUESSES];
	const unsigned count = tcpoom_defaults_guess(&d->known, (uint32_t)d->page_size, guesses);

	for (unsigned i = 0; i < count; i++) {
		const struct tcpoom_guess *g = &guesses[i];
		char first[24], next[24];

		tcpoom_version_print(g->first, first);
		tcpoom_version_print(g->next, next);
		if (d->as_json) {
			json_guess(g, first, next);
			continue;
		}
		printf("%s on%s%s: ", first, g->next ? ", before " : "", g->next ? next : "");
		if (g->most == TCPOOM_PAGES_MOST)
			printf("from %.3f GiB on\n", gib(g->least, d->page_size));
		else
			printf("%.3f to %.3f GiB\n", gib(g->least, d->page_size),
			       gib(g->most, d->page_size));
	}
	if (!count)
		puts("no kernel computes that: it was set by hand, or by another kernel's "
		     "defaults");
	return count ? STATUS_SAME : STATUS_DIFFERENT;
}

int cmd_defaults(const struct command *command, int argc, char **argv)
{
	struct defaults d = { .page_size = 4096 };
	int option;

	while ((option = cli_option(command, argc, argv)) != CLI_END) {
		if (option == CLI_BAD || option == CLI_HELP)
			return cli_stop(option);
		if (option == 'j')
			d.as_json = true;
		else if (!take_option(&d, option, optarg))
			return STATUS_TROUBLE;
	}
	if (optind == argc && (d.known.has_tcp_mem || d.known.has_max_orphans))
		return guess(&d);
	if (optind == argc && d.kernel && d.ram)
		return boot(&d);
	return cli_error("defaults needs -k KERNEL and --ram SIZE, or --guess SYSCTL=VALUE");
}
