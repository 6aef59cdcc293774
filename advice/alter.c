/* SPDX-License-Identifier: GPL-2.0-only */
#include "alter.h"

#include <string.h>

/* "tcp_max_orphans" as the field that it is; what is none stays as it is. */
static const struct tcpoom_knob *translate(struct tcpoom_span *key)
{
	bool bare;
	const struct tcpoom_knob *knob = tcpoom_knob_find(*key, &bare);

	/* in ms, while rto_max has other units */
	if (knob && !strcmp(knob->name, "tcp_rto_max_ms"))
		return NULL;
	if (knob && knob->setting) {
		key->text = knob->setting;
		key->len = strlen(knob->setting);
	}
	return knob;
}

bool tcpoom_alter_add(struct tcpoom_alter *a, struct tcpoom_span pair, struct tcpoom_error *e)
{
	const char *equals = memchr(pair.text, '=', pair.len);
	struct tcpoom_span key = pair, value = pair;
	const struct tcpoom_knob *knob;
	enum tcpoom_field field;

	if (!equals || equals == pair.text)
		return tcpoom_fail_found(e, pair, "FIELD=VALUE");
	if (a->count == TCPOOM_ALTERS_MOST)
		return tcpoom_fail(e, pair.column, "found more, expected at most %d settings",
				   TCPOOM_ALTERS_MOST);
	key.len = (size_t)(equals - pair.text);
	value.text += key.len + 1;
	value.len -= key.len + 1;
	value.column += key.len + 1;
	knob = translate(&key);
	if (tcpoom_key_known(key)) {
		if (!tcpoom_value_set(&a->set, key, value, &field, e))
			return false;
	} else if (!knob && !tcpoom_workload_has(key)) {
		return tcpoom_fail_found(e, key, "a field, a setting of a workload, or a sysctl");
	}
	a->inert[a->count] = knob && !knob->setting;
	a->key[a->count] = key;
	a->value[a->count++] = value;
	return true;
}

bool tcpoom_alter_state(const struct tcpoom_alter *a, const struct tcpoom_state *said,
			struct tcpoom_state *s, struct tcpoom_error *e)
{
	const char *expected;
	enum tcpoom_field at;

	*s = *said;
	for (unsigned i = 0; i < a->count; i++)
		if (!a->inert[i] && !tcpoom_key_known(a->key[i]))
			return tcpoom_fail_found(e, a->key[i],
						 "a field of a state: this one acts in a workload");
	for (int f = 0; f < TCPOOM_FIELDS; f++) {
		if (a->set.given >> f & 1)
			tcpoom_field_set(s, (enum tcpoom_field)f,
					 tcpoom_field_get(&a->set, (enum tcpoom_field)f));
		else if (a->set.unknown >> f & 1)
			tcpoom_field_forget(s, (enum tcpoom_field)f);
	}
	tcpoom_state_complete(s);
	expected = tcpoom_state_unsound(s, &at);
	return !expected || tcpoom_fail_unsound(s, at, expected, 0, e);
}

bool tcpoom_alter_workload(const struct tcpoom_alter *a, struct tcpoom_workload *w,
			   struct tcpoom_error *e)
{
	for (unsigned i = 0; i < a->count; i++)
		if (!a->inert[i] && !tcpoom_workload_set(w, a->key[i], a->value[i], e))
			return false;
	return true;
}
