/* SPDX-License-Identifier: GPL-2.0-only */
/* The reports of tcpoom diff: KTAP and JUnit. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "cli.h"
#include "diff.h"

/* A case that is skipped says what could not be compared, and does not fail. */
enum result { PASSED, FAILED, SKIPPED, BROKEN, RESULTS };

struct test_case {
	enum result result;
	char name[TCPOOM_CAUSE_TEXT + 100], detail[1000];
	char first[400]; /* how many events, and where */
};

typedef void case_fn(void *context, const struct test_case *t);

static void first_text(struct test_case *t, uint64_t events, const struct tcpoom_place *place)
{
	snprintf(t->first, sizeof(t->first), "%" PRIu64 " events, first %s:%lu", events,
		 place->file, place->line);
}

/* Its name is what names the group in a ledger: "close message text path -> cause". */
static void group_case(const struct diff_report *r, const struct tcpoom_group *g,
		       struct test_case *t)
{
	const struct tcpoom_compare *c = r->compare;
	const int n = snprintf(t->name, sizeof(t->name), "%s %s ", tcpoom_entry_names[g->entry],
			       tcpoom_kind_names[g->kind]);

	t->result = g->known ? PASSED : FAILED;
	tcpoom_cause_text(c->a, c->b, &g->cause, t->name + n, sizeof(t->name) - (size_t)n);
	first_text(t, g->events, &g->first);
	diff_witness_text(c, r->named, g, t->detail, sizeof(t->detail));
}

static void open_case(const struct diff_report *r, const struct tcpoom_open_group *o,
		      struct test_case *t)
{
	const bool fails =
		o->relation == TCPOOM_DIFFER || (o->relation == TCPOOM_MAY_DIFFER && !r->certain);

	if (o->known || o->relation == TCPOOM_AGREE)
		t->result = PASSED;
	else
		t->result = fails ? FAILED : SKIPPED;
	diff_open_text(o, t->name, sizeof(t->name));
	first_text(t, o->events, &o->first);
	diff_example_text(o, t->detail, sizeof(t->detail));
}

static void log_case(const struct diff_report *r, struct test_case *t)
{
	t->result = r->certain ? SKIPPED : FAILED;
	snprintf(t->name, sizeof(t->name), "the lines in the log are not known");
	first_text(t, r->compare->log_unknown, &r->compare->log_first);
}

static void each_case(const struct diff_report *r, case_fn *each, void *context)
{
	const struct tcpoom_compare *c = r->compare;
	struct test_case t;

	for (size_t i = 0; i < c->groups; i++) {
		t = (struct test_case){ 0 };
		group_case(r, &c->group[i], &t);
		each(context, &t);
	}
	for (size_t i = 0; i < c->opens; i++) {
		t = (struct test_case){ 0 };
		open_case(r, &c->open[i], &t);
		each(context, &t);
	}
	if (c->log_unknown) {
		t = (struct test_case){ 0 };
		log_case(r, &t);
		each(context, &t);
	}
	if (r->trouble)
		each(context, &(struct test_case){ .result = BROKEN,
						   .name = "trouble: not all was compared",
						   .detail = "standard error says what is wrong" });
	else if (!c->groups && !c->opens && !c->log_unknown)
		each(context, &(struct test_case){ .name = "no divergence" });
}

static void count_case(void *context, const struct test_case *t)
{
	size_t *count = context;

	count[t->result]++;
}

/* Returns how many cases there are; count[] has RESULTS of them. */
static size_t count_cases(const struct diff_report *r, size_t *count)
{
	size_t all = 0;

	memset(count, 0, RESULTS * sizeof(*count));
	each_case(r, count_case, count);
	for (int result = 0; result < RESULTS; result++)
		all += count[result];
	return all;
}

static void ktap_case(void *context, const struct test_case *t)
{
	size_t *number = context;

	printf("%s %zu %s%s\n", t->result == FAILED || t->result == BROKEN ? "not ok" : "ok",
	       ++*number, t->name, t->result == SKIPPED ? " # SKIP" : "");
	if (*t->first || *t->detail)
		printf("# %s%s%s\n", t->first, *t->first && *t->detail ? ": " : "", t->detail);
}

void diff_print_ktap(const struct diff_report *r)
{
	size_t count[RESULTS], number = 0;

	printf("KTAP version 1\n1..%zu\n", count_cases(r, count));
	each_case(r, ktap_case, &number);
}

static void write_xml(FILE *out, const char *text)
{
	for (; *text; text++)
		switch (*text) {
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		case '&':
			fputs("&amp;", out);
			break;
		case '"':
			fputs("&quot;", out);
			break;
		default:
			fputc(*text, out);
		}
}

static void junit_case(void *context, const struct test_case *t)
{
	static const char *const elements[RESULTS] = {
		[FAILED] = "failure",
		[SKIPPED] = "skipped",
		[BROKEN] = "error",
	};
	const char *element = elements[t->result];
	FILE *out = context;

	fputs("  <testcase classname=\"tcpoom.diff\" name=\"", out);
	write_xml(out, t->name);
	if (!element) {
		fputs("\"/>\n", out);
		return;
	}
	fprintf(out, "\">\n    <%s message=\"", element);
	write_xml(out, t->first);
	fputs("\">", out);
	write_xml(out, t->detail);
	fprintf(out, "</%s>\n  </testcase>\n", element);
}

int diff_write_junit(const struct diff_report *r, const char *file)
{
	FILE *out = fopen(file, "w");
	size_t count[RESULTS], all;

	if (!out)
		return cli_error("%s: %s", file, strerror(errno));
	all = count_cases(r, count);
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"tcpoom diff ", out);
	for (int i = 0; i < 2; i++) {
		write_xml(out, r->named[i]);
		fputs(i ? "\"" : " ", out);
	}
	fprintf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\">\n", all,
		count[FAILED], count[BROKEN], count[SKIPPED]);
	each_case(r, junit_case, out);
	fputs("</testsuite>\n", out);
	if (ferror(out) | fclose(out))
		return cli_error("%s: cannot be written", file);
	return STATUS_SAME;
}
