/* SPDX-License-Identifier: GPL-2.0-only */
#include "write.h"

#include <inttypes.h>
#include <string.h>

#include "form.h"
#include "write_form.h"

const char *const tcpoom_drop_texts[TCPOOM_DROPS] = {
	[TCPOOM_DROP_COMMENTS] = "comments and blank lines",
	[TCPOOM_DROP_KERNELS] = "directives kernel",
	[TCPOOM_DROP_LOST] = "directives lost",
	[TCPOOM_DROP_SNMP] = "recorded snmp=0",
	[TCPOOM_DROP_TCP_MEM] = "pairs of the first two values of tcp_mem",
};

void tcpoom_write_begin(struct tcpoom_writer *w, FILE *out, enum tcpoom_form form)
{
	*w = (struct tcpoom_writer){ .out = out, .form = form };
	if (form == TCPOOM_TEXT)
		fputs(TCPOOM_FIRST_LINE "\n", out);
	else if (form == TCPOOM_JSONL)
		fputs("{\"tcpoom_trace\":1}\n", out);
	else
		tcpoom_csv_write_header(out);
}

void tcpoom_write_event(struct tcpoom_writer *w, const struct tcpoom_event *event)
{
	if (w->form == TCPOOM_TEXT) {
		tcpoom_text_write(w->out, event);
	} else if (w->form == TCPOOM_JSONL) {
		tcpoom_jsonl_write(w->out, event);
	} else {
		w->dropped[TCPOOM_DROP_SNMP] += event->has_recorded && event->recorded.uncounted;
		w->dropped[TCPOOM_DROP_TCP_MEM] += event->tcp_mem.said;
		tcpoom_csv_write(w->out, event);
	}
}

static void write_kernel(FILE *out, const struct tcpoom_trace *trace)
{
	fputs("{\"kernel\":", out);
	tcpoom_json_text(out, tcpoom_trace_kernel(trace));
	if (tcpoom_trace_arch(trace)) {
		fputs(",\"arch\":", out);
		tcpoom_json_text(out, tcpoom_trace_arch(trace));
	}
	if (tcpoom_trace_cpus(trace))
		fprintf(out, ",\"cpus\":%" PRId64, tcpoom_trace_cpus(trace));
	fputs("}\n", out);
}

/* A line that is no event as an object; what `set` and the lines under an event say is in it. */
static void write_object(FILE *out, const struct tcpoom_trace *trace,
			 const struct tcpoom_item *item)
{
	struct tcpoom_span number = { NULL, 0, 0 };
	struct tcpoom_error e;
	int64_t lost = 0;

	if (item->kind == TCPOOM_I_COMMENT) {
		fputs("{\"comment\":", out);
		tcpoom_json_text(out, item->text);
		fputs("}\n", out);
	} else if (item->kind == TCPOOM_I_KERNEL) {
		write_kernel(out, trace);
	} else if (item->kind == TCPOOM_I_LOST) {
		/* the trace was read, so this is `lost N` */
		number.text = strpbrk(item->text, "0123456789");
		number.len = strcspn(number.text, " \t");
		tcpoom_number(number, 0, INT32_MAX, &lost, &e);
		fprintf(out, "{\"lost\":%" PRId64 "}\n", lost);
	}
}

static void count_drop(struct tcpoom_writer *w, enum tcpoom_item_kind kind)
{
	if (kind == TCPOOM_I_COMMENT)
		w->dropped[TCPOOM_DROP_COMMENTS]++;
	else if (kind == TCPOOM_I_KERNEL)
		w->dropped[TCPOOM_DROP_KERNELS]++;
	else if (kind == TCPOOM_I_LOST)
		w->dropped[TCPOOM_DROP_LOST]++;
}

void tcpoom_write_items(struct tcpoom_writer *w, const struct tcpoom_trace *trace,
			const struct tcpoom_event *event)
{
	size_t count;
	const struct tcpoom_item *item = tcpoom_trace_items(trace, &count);

	for (size_t i = 0; i < count; i++) {
		if (w->form == TCPOOM_TEXT && item[i].text)
			fprintf(w->out, "%s\n", item[i].text);
		else if (item[i].kind == TCPOOM_I_EVENT)
			tcpoom_write_event(w, event);
		else if (w->form == TCPOOM_JSONL)
			write_object(w->out, trace, &item[i]);
		else
			count_drop(w, item[i].kind);
	}
}
