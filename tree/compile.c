/* SPDX-License-Identifier: GPL-2.0-only */
#include "compile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* A directory for the work, and a path in it. */
struct place {
	char directory[1000];
	char path[1200];
};

static const char *const made[] = { "cut_what.h", "cut_text.h", "log" };

static const char *path_of(struct place *p, const char *name)
{
	snprintf(p->path, sizeof(p->path), "%s/%s", p->directory, name);
	return p->path;
}

static bool place_make(struct place *p, struct tcpoom_error *e)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(p->directory, sizeof(p->directory), "%s/tcpoom.XXXXXX",
		 tmp && *tmp ? tmp : "/tmp");
	e->file = "tree";
	if (mkdtemp(p->directory) && !mkdir(path_of(p, "model"), 0700))
		return true;
	return tcpoom_fail(e, 0, "%s: %s", p->directory, strerror(errno));
}

static void place_remove(struct place *p)
{
	for (const struct tcpoom_own_text *own = tcpoom_own_texts; own->name; own++)
		unlink(path_of(p, own->name));
	for (size_t i = 0; i < sizeof(made) / sizeof(*made); i++)
		unlink(path_of(p, made[i]));
	rmdir(path_of(p, "model"));
	rmdir(p->directory);
}

static bool close_file(FILE *file, const char *path, struct tcpoom_error *e)
{
	const bool bad = ferror(file);

	if (fclose(file) || bad)
		return tcpoom_fail(e, 0, "%s: cannot be written", path);
	return true;
}

static bool write_files(struct place *p, const struct tcpoom_tree *tree, struct tcpoom_error *e)
{
	static void (*const write[])(const struct tcpoom_tree *,
				     FILE *) = { tcpoom_tree_write_what, tcpoom_tree_write_text };
	FILE *out;

	for (const struct tcpoom_own_text *own = tcpoom_own_texts; own->name; own++) {
		out = fopen(path_of(p, own->name), "w");
		if (!out)
			return tcpoom_fail(e, 0, "%s: %s", p->path, strerror(errno));
		fputs(own->text, out);
		if (!close_file(out, p->path, e))
			return false;
	}
	for (int i = 0; i < 2; i++) {
		out = fopen(path_of(p, made[i]), "w");
		if (!out)
			return tcpoom_fail(e, 0, "%s: %s", p->path, strerror(errno));
		write[i](tree, out);
		if (!close_file(out, p->path, e))
			return false;
	}
	return true;
}

/* Runs the compiler, with what it says in the log. Returns its exit status, or -1. */
static int run_compiler(struct place *p, const char *to, struct tcpoom_error *e)
{
	const char *cc = getenv("CC");
	char source[1200], log[1200];
	const char *const argv[] = { cc && *cc ? cc : "cc",
				     "-std=gnu11",
				     "-w",
				     "-O2",
				     "-fwrapv",
				     "-fno-strict-aliasing",
				     "-fPIC",
				     "-shared",
				     "-I",
				     p->directory,
				     "-o",
				     to,
				     source,
				     NULL };
	int status;
	pid_t pid;

	snprintf(source, sizeof(source), "%s", path_of(p, "model.c"));
	snprintf(log, sizeof(log), "%s", path_of(p, "log"));
	pid = fork();
	if (pid == 0) {
		const int fd = open(log, O_WRONLY | O_CREAT, 0600);

		setenv("LC_ALL", "C", 1);
		if (fd >= 0 && dup2(fd, STDOUT_FILENO) >= 0 && dup2(fd, STDERR_FILENO) >= 0)
			execvp(argv[0], (char **)argv);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0) {
		tcpoom_fail(e, 0, "%s: %s", argv[0], strerror(errno));
		return -1;
	}
	if (WIFEXITED(status) && WEXITSTATUS(status) != 127)
		return WEXITSTATUS(status);
	tcpoom_fail(e, 0, "%s cannot be run: a C compiler is needed (CC names one)", argv[0]);
	return -1;
}

/* The piece in which a line of a file is, or NULL. */
static const struct tcpoom_piece *piece_at(const struct tcpoom_tree *tree, const char *file,
					   unsigned long line)
{
	for (unsigned i = 0; i < tree->pieces; i++) {
		const struct tcpoom_cut *cut = &tree->piece[i].cut;

		if (!strcmp(cut->of->name, file) &&
		    line >= tcpoom_source_line(cut->of, cut->start) &&
		    line <= tcpoom_source_line(cut->of, cut->end))
			return &tree->piece[i];
	}
	return NULL;
}

/* The piece that a line of the log is about: "net/ipv4/tcp.c:123:4: ..."; *at is its line. */
static const struct tcpoom_piece *piece_of(const struct tcpoom_tree *tree, char *line,
					   unsigned long *at)
{
	char *number = strchr(line, ':');
	const struct tcpoom_piece *piece = NULL;

	if (number) {
		*number = '\0';
		*at = strtoul(number + 1, NULL, 10);
		piece = *at ? piece_at(tree, line, *at) : NULL;
		*number = ':';
	}
	return piece;
}

/*
 * The compiler's first error as one of ours: which file and function, and what it says. An error
 * in a stand-in is followed by a note of where it is used.
 */
static void explain(const struct tcpoom_tree *tree, struct place *p, struct tcpoom_error *e)
{
	static const char mark[] = ": error: ";
	FILE *log = fopen(path_of(p, "log"), "r");
	const struct tcpoom_piece *piece = NULL;
	char line[500], what[200] = "the compiler fails without an error";
	bool found = false;

	while (log && !piece && fgets(line, sizeof(line), log)) {
		const char *error = found ? NULL : strstr(line, mark);

		if (error) {
			error += strlen(mark);
			snprintf(what, sizeof(what), "%.*s", (int)strcspn(error, "\n"), error);
			found = true;
		}
		if (found)
			piece = piece_of(tree, line, &e->line);
	}
	if (log)
		fclose(log);
	if (!piece) {
		tcpoom_fail(e, 0, "the text does not fit together: %s", what);
		return;
	}
	e->file = piece->cut.of->name;
	tcpoom_fail(e, 0, "%s: it has a shape that is not known: %s", piece->name, what);
}

bool tcpoom_tree_compile(const struct tcpoom_tree *tree, const char *to, struct tcpoom_error *e)
{
	struct place p;
	int status = -1;

	*e = (struct tcpoom_error){ .file = to };
	if (!place_make(&p, e))
		return false;
	if (write_files(&p, tree, e))
		status = run_compiler(&p, to, e);
	if (status > 0)
		explain(tree, &p, e);
	place_remove(&p);
	return status == 0;
}
