/* SPDX-License-Identifier: GPL-2.0-only */
#include "sequence.h"

#include <stdlib.h>
#include <string.h>

#include "../model/ticks.h"

static FILE *open_vectors(const char *what, const char *which)
{
	char path[200];
	FILE *file;

	snprintf(path, sizeof(path), "tests/vectors/%s-%s.txt", what, which);
	file = fopen(path, "r");
	if (!file) {
		fprintf(stderr, "cannot read %s: run in the project's folder\n", path);
		exit(2);
	}
	return file;
}

void sequences_open(struct sequences *s, const char *what, const char *group)
{
	s->name = group;
	s->inputs = open_vectors(what, "inputs");
	s->outputs = open_vectors(what, group);
}

/* Reads up to the head of the sequence after this one, which stays in the file. */
static bool read_one(FILE *file, struct sequence *s)
{
	static const char head[] = "sequence ";
	size_t used = 0;
	long at = ftell(file);

	*s->name = '\0';
	s->lines = 0;
	while (s->lines < SEQUENCE_LINES && sizeof(s->text) - used > 1 &&
	       fgets(s->text + used, (int)(sizeof(s->text) - used), file)) {
		char *line = s->text + used;
		const size_t length = strcspn(line, "\n");

		line[length] = '\0';
		if (!strncmp(line, head, strlen(head))) {
			if (*s->name) {
				fseek(file, at, SEEK_SET);
				return true;
			}
			snprintf(s->name, sizeof(s->name), "%s", line + strlen(head));
		} else if (*line != '#') {
			s->line[s->lines++] = line;
			used += length + 1;
		}
		at = ftell(file);
	}
	return *s->name;
}

bool sequences_next(struct sequences *s)
{
	bool found = read_one(s->outputs, &s->out);

	while (found && read_one(s->inputs, &s->in))
		if (!strcmp(s->in.name, s->out.name))
			return true;
	fclose(s->inputs);
	fclose(s->outputs);
	return false;
}

const char *sequence_find(const struct sequence *s, const char *key, unsigned *at)
{
	const size_t length = strlen(key);

	while (*at < s->lines) {
		const char *line = s->line[(*at)++];

		if (!strncmp(line, key, length) && line[length] == ' ')
			return line + length + 1;
	}
	return NULL;
}

void sequence_numbers(const struct sequence *s, const char *key, struct numbers *numbers)
{
	unsigned from = 0;
	const char *text = sequence_find(s, key, &from);

	numbers->count = 0;
	while (text && *text) {
		char *end;
		uint64_t value = strtoull(text, &end, 10), step = 0;
		unsigned long count = 1;

		if (*end == '+' || *end == '-')
			step = strtoull(end, &end, 10);
		if (*end == '*')
			count = strtoul(end + 1, &end, 10);
		for (; count && numbers->count < SEQUENCE_STEPS; count--, value += step)
			numbers->at[numbers->count++] = wrap_s64(value);
		text = end + (*end == ' ');
	}
}

int64_t sequence_number(const struct sequence *s, const char *key)
{
	struct numbers one;

	sequence_numbers(s, key, &one);
	return one.count ? one.at[0] : 0;
}
