/* SPDX-License-Identifier: GPL-2.0-only */
#include "reasons.h"

#include <string.h>

#include "../diff/critical.h"

const enum tcpoom_field tcpoom_measure_fields[TCPOOM_MEASURES] = {
	[TCPOOM_M_TCP_MEM2] = TCPOOM_F_tcp_mem2,
	[TCPOOM_M_MEM_ALLOCATED] = TCPOOM_F_mem_allocated,
	[TCPOOM_M_MAX_ORPHANS] = TCPOOM_F_max_orphans,
	[TCPOOM_M_ORPHANS] = TCPOOM_F_orphans,
};

/* What differs from socket to socket; in the order of tcpoom_critical_order. */
static const enum tcpoom_field socket_fields[] = { TCPOOM_F_lsndtime, TCPOOM_F_do_reset,
						   TCPOOM_F_err_soft, TCPOOM_F_snd_wnd,
						   TCPOOM_F_packets_out };
enum { SOCKET_FIELDS = sizeof(socket_fields) / sizeof(*socket_fields) };

/* And then what all of them share. */
static const enum tcpoom_field machine_fields[] = { TCPOOM_F_wmem_queued, TCPOOM_F_tcp_mem2,
						    TCPOOM_F_mem_allocated, TCPOOM_F_max_orphans,
						    TCPOOM_F_orphans };
enum { MACHINE_FIELDS = sizeof(machine_fields) / sizeof(*machine_fields) };

/* Sockets that a kernel tells apart: by their penalties, and by whether a reset is sent. */
struct kind {
	uint8_t shift, outcome;
	struct tcpoom_state state;
};
#define KINDS_MOST 6

struct search {
	const struct tcpoom_kernel *kernel;
	tcpoom_rows row;
	int64_t orphans_most;
	tcpoom_fieldset known;
	struct tcpoom_state state;
	unsigned kinds;
	struct kind kind[KINDS_MOST];
	struct tcpoom_reasons *to;
};

static void find_truth(const struct tcpoom_tests *tests, bool *orphans, bool *memory,
		       uint8_t *shift)
{
	*orphans = *memory = true;
	*shift = 0;
	for (unsigned i = 0; i < tests->count; i++) {
		const struct tcpoom_test *t = &tests->test[i];

		if (t->id == TCPOOM_T_ORPHANS || t->id == TCPOOM_T_ORPHANS_SUM) {
			*orphans &= t->truth;
			*shift = t->shift;
		}
		if (t->id == TCPOOM_T_WMEM_QUEUED || t->id == TCPOOM_T_MEMORY ||
		    t->id == TCPOOM_T_MEMCG)
			*memory &= t->truth;
	}
}

static struct tcpoom_reason *reason_of(struct search *s, const struct tcpoom_reason *like)
{
	struct tcpoom_reasons *to = s->to;
	struct tcpoom_reason *r = to->reason;

	while (r < to->reason + to->count &&
	       (r->entry != like->entry || r->shift != like->shift || r->orphans != like->orphans ||
		r->memory != like->memory || r->messages != like->messages))
		r++;
	if (r == to->reason + to->count) {
		*r = *like;
		r->kernel = s->kernel;
		r->state = s->state;
		for (int m = 0; m < TCPOOM_MEASURES; m++)
			r->least[m] = r->most[m] =
				tcpoom_field_get(&s->state, tcpoom_measure_fields[m]);
		to->count++;
	}
	return r;
}

static void note(struct search *s)
{
	struct tcpoom_reason like = { .entry = s->state.entry }, *r;
	struct tcpoom_verdict v;
	struct tcpoom_tests tests;

	if (tcpoom_decide(s->kernel, &s->state, &v, &tests) != TCPOOM_OK) {
		s->to->refused = true;
		return;
	}
	if (!v.snmp)
		return;
	find_truth(&tests, &like.orphans, &like.memory, &like.shift);
	if (!like.orphans)
		like.shift = 0;
	for (unsigned i = 0; i < v.messages; i++)
		like.messages |= (uint8_t)(1u << v.message[i]);
	r = reason_of(s, &like);
	r->kernels |= s->row;
	r->outcomes |= (uint8_t)(1u << v.outcome);
	for (int m = 0; m < TCPOOM_MEASURES; m++) {
		const int64_t value = tcpoom_field_get(&s->state, tcpoom_measure_fields[m]);

		r->least[m] = value < r->least[m] ? value : r->least[m];
		r->most[m] = value > r->most[m] ? value : r->most[m];
	}
}

static void walk_machine(struct search *s, unsigned at)
{
	struct tcpoom_critical critical;
	enum tcpoom_field f;

	while (at < MACHINE_FIELDS && (s->known >> machine_fields[at] & 1))
		at++;
	if (at == MACHINE_FIELDS) {
		const struct tcpoom_state before = s->state;

		tcpoom_state_complete(&s->state);
		note(s);
		s->state = before;
		return;
	}
	f = machine_fields[at];
	tcpoom_critical_find(&s->state, s->state.given, f, &critical);
	for (unsigned i = 0; i < critical.count; i++) {
		if (critical.value[i] < 0 ||
		    (f == TCPOOM_F_orphans && critical.value[i] > s->orphans_most))
			continue;
		tcpoom_field_set(&s->state, f, critical.value[i]);
		walk_machine(s, at + 1);
	}
	s->state.given &= ~((tcpoom_fieldset)1 << f);
}

/* What this socket's penalties and reset are, asked where there is certainly an orphan too many. */
static void note_kind(struct search *s)
{
	struct tcpoom_state ask = s->state;
	struct tcpoom_verdict v;
	struct tcpoom_tests tests;
	struct kind kind = { .state = s->state };
	bool orphans, memory;

	ask.given |= TCPOOM_BIT(orphans) | TCPOOM_BIT(max_orphans) | TCPOOM_BIT(mem_allocated) |
		     TCPOOM_BIT(tcp_mem2) | TCPOOM_BIT(wmem_queued);
	ask.orphans = ask.orphans_approx = ask.orphans_cached = 1;
	ask.max_orphans = 0;
	ask.mem_allocated = ask.tcp_mem2 = ask.wmem_queued = 0;
	tcpoom_state_complete(&ask);
	if (tcpoom_decide(s->kernel, &ask, &v, &tests) != TCPOOM_OK)
		return;
	find_truth(&tests, &orphans, &memory, &kind.shift);
	kind.outcome = v.outcome;
	for (unsigned i = 0; i < s->kinds; i++)
		if (s->kind[i].shift == kind.shift && s->kind[i].outcome == kind.outcome)
			return;
	if (s->kinds < KINDS_MOST)
		s->kind[s->kinds++] = kind;
}

static void walk_socket(struct search *s, unsigned at)
{
	struct tcpoom_critical critical;

	while (at < SOCKET_FIELDS && (s->known >> socket_fields[at] & 1))
		at++;
	if (at == SOCKET_FIELDS) {
		note_kind(s);
		return;
	}
	tcpoom_critical_find(&s->state, s->state.given, socket_fields[at], &critical);
	for (unsigned i = 0; i < critical.count; i++) {
		tcpoom_field_set(&s->state, socket_fields[at], critical.value[i]);
		walk_socket(s, at + 1);
	}
	s->state.given &= ~((tcpoom_fieldset)1 << socket_fields[at]);
}

static void search_kernel(struct search *s, const struct tcpoom_state *known)
{
	const bool any = !(known->given & TCPOOM_BIT(entry));

	if (any || known->entry == TCPOOM_CLOSE) {
		s->state = *known;
		tcpoom_field_set(&s->state, TCPOOM_F_entry, TCPOOM_CLOSE);
		tcpoom_state_complete(&s->state);
		walk_machine(s, 0);
	}
	if (!any && known->entry == TCPOOM_CLOSE)
		return;
	s->kinds = 0;
	s->state = *known;
	tcpoom_field_set(&s->state, TCPOOM_F_entry, TCPOOM_TIMER);
	if (!(known->given & TCPOOM_BIT(hz)))
		tcpoom_field_set(&s->state, TCPOOM_F_hz, 1000);
	tcpoom_state_complete(&s->state);
	if (!(known->given & TCPOOM_BIT(now)))
		tcpoom_field_set(&s->state, TCPOOM_F_now, 1000000000);
	walk_socket(s, 0);
	for (unsigned i = 0; i < s->kinds; i++) {
		s->state = s->kind[i].state;
		walk_machine(s, 0);
	}
}

void tcpoom_reasons_find(const struct tcpoom_state *known, tcpoom_rows kernels,
			 int64_t orphans_most, struct tcpoom_reasons *to)
{
	struct search s = { .known = known->given, .orphans_most = orphans_most, .to = to };

	to->count = 0;
	to->refused = false;
	for (int k = 0; k < TCPOOM_KERNELS; k++) {
		s.kernel = &tcpoom_kernels[k];
		s.row = (tcpoom_rows)1 << k;
		if (kernels & s.row)
			search_kernel(&s, known);
	}
}
