/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Runs the console blocks of README.md and of transcripts/ and compares what they print, both
 * streams together. A line that starts with "$ " is a command; `$?` in it is the status of the one
 * before. The command is that of $TCPOOM.
 */
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

/* What is read of a block: a command, and the output that stands under it. */
struct step {
	const char *file;
	unsigned line;
	char command[4000], expected[20000];
};

static void append(char *to, size_t size, const char *line)
{
	const size_t len = strlen(to);

	if (len + strlen(line) + 1 < size)
		strcpy(to + len, line);
	else
		CHECK_SAY(false, "a transcript is too long");
}

static int run(const struct step *step, int before)
{
	char command[4200], got[20000] = "";
	size_t len = 0, n;
	int status;
	FILE *out;

	snprintf(command, sizeof(command), "exec 2>&1 </dev/null; (exit %d); %s", before,
		 step->command);
	out = popen(command, "r");
	if (!out) {
		CHECK_SAY(false, "cannot run %s", step->command);
		return 0;
	}
	while ((n = fread(got + len, 1, sizeof(got) - 1 - len, out)) > 0)
		len += n;
	got[len] = '\0';
	status = pclose(out);
	CHECK_SAY(!strcmp(got, step->expected), "%s:%u: $ %s\n--- got\n%s--- expected\n%s---",
		  step->file, step->line, step->command, got, step->expected);
	CHECK_SAY(WIFEXITED(status), "%s:%u: $ %s: killed", step->file, step->line, step->command);
	return WEXITSTATUS(status);
}

/* Returns the number of commands. */
static unsigned run_file(const char *file)
{
	struct step *step = calloc(1, sizeof(*step));
	FILE *in = fopen(file, "r");
	unsigned number = 0, commands = 0;
	bool inside = false, continued = false;
	char line[2000];
	int status = 0;

	CHECK_SAY(in && step, "%s", file);
	while (in && step && fgets(line, sizeof(line), in)) {
		const bool starts = inside && !continued && !strncmp(line, "$ ", 2);

		number++;
		if (starts || !strncmp(line, "```", 3)) {
			if (*step->command)
				status = run(step, status);
			*step = (struct step){ .file = file, .line = number };
		}
		if (!strncmp(line, "```", 3)) {
			inside = !strcmp(line, "```console\n");
			status = 0;
		} else if (starts || continued) {
			append(step->command, sizeof(step->command), starts ? line + 2 : line);
			continued = strlen(line) > 1 && line[strlen(line) - 2] == '\\';
			commands += starts;
		} else if (inside) {
			append(step->expected, sizeof(step->expected), line);
		}
	}
	if (in)
		fclose(in);
	free(step);
	return commands;
}

/* Puts the folder of $TCPOOM first in PATH: without it another tcpoom would be tested, or none. */
static bool set_path(void)
{
	const char *tcpoom = getenv("TCPOOM"), *path = getenv("PATH");
	char here[1000], set[4000];

	CHECK_SAY(tcpoom, "TCPOOM names no command");
	if (!tcpoom || !getcwd(here, sizeof(here)))
		return false;
	snprintf(set, sizeof(set), "%s/%.*s:%s", *tcpoom == '/' ? "" : here,
		 (int)(strlen(tcpoom) - strlen("/tcpoom")), tcpoom, path ? path : "");
	return setenv("PATH", set, 1) == 0;
}

static void test_readme(void)
{
	if (set_path())
		CHECK(run_file("README.md") > 0);
}

static void test_transcripts(void)
{
	glob_t files;

	if (!set_path())
		return;
	CHECK(glob("tests/transcripts/*.md", 0, NULL, &files) == 0);
	for (size_t i = 0; i < files.gl_pathc; i++)
		CHECK_SAY(run_file(files.gl_pathv[i]) > 0, "%s", files.gl_pathv[i]);
	globfree(&files);
}

/* But for the installation, which cannot run here, every command block is a console block. */
static void test_readme_blocks(void)
{
	FILE *in = fopen("README.md", "r");
	char line[2000];
	unsigned fences = 0, shells = 0;

	while (in && fgets(line, sizeof(line), in))
		if (!strncmp(line, "```", 3) && ++fences % 2)
			shells += strcmp(line, "```console\n") != 0;
	CHECK_SAY(fences % 2 == 0 && shells == 1, "%u fences, %u not console", fences, shells);
	if (in)
		fclose(in);
}

static const struct test transcripts_tests[] = {
	{ "README", test_readme },
	{ "blocks of the README", test_readme_blocks },
	{ "transcripts", test_transcripts },
	{ NULL, NULL },
};

SUITE(transcripts)
