/* SPDX-License-Identifier: GPL-2.0-only */
/* Claims: what is tried, the lines set, event, trace, workload and ram. */
#include <stdlib.h>
#include <string.h>

#include "claim_lines.h"

/* A socket in no hurry on a machine that lacks nothing: every kernel keeps it. */
static void set_plain(struct tcpoom_state *s)
{
	static const struct {
		enum tcpoom_field field;
		int64_t value;
	} plain[] = {
		{ TCPOOM_F_hz, 1000 },
		{ TCPOOM_F_now, 10000000 },
		{ TCPOOM_F_lsndtime, 9999000 },
		{ TCPOOM_F_do_reset, 1 },
		{ TCPOOM_F_err_soft, 0 },
		{ TCPOOM_F_wmem_queued, 0 },
		{ TCPOOM_F_snd_wnd, 65535 },
		{ TCPOOM_F_packets_out, 1 },
		{ TCPOOM_F_orphans, 1 },
		{ TCPOOM_F_max_orphans, INT32_MAX },
		{ TCPOOM_F_mem_allocated, 0 },
		{ TCPOOM_F_tcp_mem2, INT32_MAX },
		{ TCPOOM_F_rto, 200 },
		{ TCPOOM_F_backoff, 0 },
		{ TCPOOM_F_retransmits, 1 },
		{ TCPOOM_F_probes_out, 1 },
		{ TCPOOM_F_retrans_stamp, 9999200 },
		{ TCPOOM_F_head_sent, 9999000 },
		{ TCPOOM_F_orphan_retries, 0 },
	};

	for (size_t i = 0; i < sizeof(plain) / sizeof(*plain); i++)
		tcpoom_field_set(s, plain[i].field, plain[i].value);
}

bool tcpoom_claim_fields(struct tcpoom_claim_reader *r, struct tcpoom_state *s,
			 struct tcpoom_error *e)
{
	struct tcpoom_span word;

	memset(r->column, 0, sizeof(r->column));
	while ((word = tcpoom_cursor_word(&r->at)).len) {
		const char *equals = memchr(word.text, '=', word.len);
		struct tcpoom_span key = word, value = word;
		enum tcpoom_field field;

		if (tcpoom_span_is(word, "plain")) {
			set_plain(s);
			continue;
		}
		if (!equals)
			return tcpoom_fail_found(e, word, "FIELD=VALUE, or plain");
		key.len = (size_t)(equals - word.text);
		value.text = equals + 1;
		value.len = word.len - key.len - 1;
		value.column += key.len + 1;
		if (!tcpoom_key_known(key) || tcpoom_span_is(key, "entry"))
			return tcpoom_fail_found(e, key, "a field (tcpoom help explain)");
		if (!tcpoom_value_set(s, key, value, &field, e))
			return false;
		r->column[field] = value.column;
	}
	return true;
}

static bool set_kind(struct tcpoom_claim_reader *r, enum tcpoom_experiment_kind kind,
		     struct tcpoom_error *e)
{
	if (r->x->kind != TCPOOM_E_NUMBERS &&
	    !(r->x->kind == TCPOOM_E_EVENTS && kind == TCPOOM_E_EVENTS))
		return tcpoom_fail(e, 1,
				   "found another, expected events, one trace, one workload "
				   "or one boot in an experiment");
	r->x->kind = kind;
	return true;
}

/* timer|close FIELD=VALUE... */
bool tcpoom_claim_event(struct tcpoom_claim_reader *r, struct tcpoom_error *e)
{
	struct tcpoom_claim_event *event = &r->x->event[r->x->events];
	struct tcpoom_span word = tcpoom_cursor_word(&r->at);
	struct tcpoom_state checked;
	const char *expected;
	enum tcpoom_field at;

	if (!set_kind(r, TCPOOM_E_EVENTS, e))
		return false;
	if (r->x->events == TCPOOM_EVENTS_MOST)
		return tcpoom_fail(e, 1, "found more, expected at most %d events",
				   TCPOOM_EVENTS_MOST);
	*event = (struct tcpoom_claim_event){ .said = r->set };
	for (size_t from = 0, i = 0; i <= word.len; i++) {
		const struct tcpoom_span one = { word.text + from, i - from, word.column + from };

		if (i < word.len && word.text[i] != '|')
			continue;
		if (!tcpoom_entry_set(&event->said, one, e))
			return false;
		event->entries |= 1u << event->said.entry;
		from = i + 1;
	}
	r->x->events++;
	if (!tcpoom_claim_fields(r, &event->said, e))
		return false;
	checked = event->said;
	tcpoom_state_complete(&checked);
	expected = tcpoom_state_unsound(&checked, &at);
	/* a contradiction that a `set` made shows only here: it has no column */
	return !expected || tcpoom_fail_unsound(&checked, at, expected,
						r->column[at] ? r->column[at] : word.column, e);
}

/* Takes "folder/.." out of a path, in place. */
static void shorten(char *path)
{
	char *up;

	while ((up = strstr(path, "/../")) != NULL) {
		char *folder = up;

		while (folder > path && folder[-1] != '/')
			folder--;
		if (folder == up || !strncmp(folder, "../", 3))
			return;
		memmove(folder, up + 4, strlen(up + 4) + 1);
	}
}

/* A file beside the claim. */
bool tcpoom_claim_path(struct tcpoom_claim_reader *r, enum tcpoom_experiment_kind kind,
		       struct tcpoom_error *e)
{
	const struct tcpoom_span name = tcpoom_claim_rest(r);
	const char *slash = strrchr(r->c->file, '/');
	const size_t folder = slash && *name.text != '/' ? (size_t)(slash - r->c->file) + 1 : 0;

	if (!name.len)
		return tcpoom_fail_found(e, name, "a file");
	if (!set_kind(r, kind, e))
		return false;
	r->x->path = malloc(folder + name.len + 1);
	if (!r->x->path)
		return tcpoom_fail(e, 0, "out of memory");
	memcpy(r->x->path, r->c->file, folder);
	memcpy(r->x->path + folder, name.text, name.len);
	r->x->path[folder + name.len] = '\0';
	shorten(r->x->path);
	return true;
}

bool tcpoom_size_read(struct tcpoom_span text, int64_t *bytes, struct tcpoom_error *e)
{
	static const char units[] = "KMGT";
	const char *unit = text.len ? strchr(units, text.text[text.len - 1]) : NULL;
	const int shift = unit ? 10 * (int)(unit - units + 1) : 0;

	text.len -= unit != NULL;
	if (!tcpoom_number(text, 1, INT64_C(1) << (50 - shift), bytes, e))
		return false;
	*bytes <<= shift;
	return true;
}

bool tcpoom_claim_ram(struct tcpoom_claim_reader *r, struct tcpoom_error *e)
{
	const struct tcpoom_span size = tcpoom_cursor_word(&r->at);

	if (!tcpoom_size_read(size, &r->x->ram, e))
		return false;
	if (*r->at.at)
		*r->at.at++ = '\0';
	r->x->size = size.text;
	return true;
}
