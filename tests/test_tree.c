/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Kernel trees as models, with the trees of tests/trees: text of our own in the shape of a
 * kernel's. Some are changed on the way.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../diff/atlas.h"
#include "../diff/identify.h"
#include "../tree/compile.h"
#include "../tree/load.h"
#include "check.h"

static const char *const files[] = { "Makefile", "include/net/sock.h", "include/net/tcp.h",
				     "net/ipv4/tcp.c", "net/ipv4/tcp_timer.c" };
static const char *const folders[] = { "", "include", "include/net", "net", "net/ipv4" };
#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* A copy of a tree in which one text was exchanged, and the model that is made of it. */
struct copy {
	char folder[80], path[200], model[200];
};

static const char *path_of(struct copy *c, const char *name)
{
	snprintf(c->path, sizeof(c->path), "%s/%s", c->folder, name);
	return c->path;
}

static void copy_file(struct copy *c, const char *tree, const char *name, const char *from,
		      const char *to)
{
	char path[200], *text = calloc(1, 20000), *at;
	FILE *in, *out = fopen(path_of(c, name), "w");
	size_t len;

	snprintf(path, sizeof(path), "tests/trees/%s/%s", tree, name);
	in = fopen(path, "r");
	CHECK(in && out && text);
	if (in && out && text) {
		len = fread(text, 1, 19999, in);
		at = from ? strstr(text, from) : NULL;
		if (at)
			fprintf(out, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
		else
			fwrite(text, 1, len, out);
	}
	if (in)
		fclose(in);
	if (out)
		fclose(out);
	free(text);
}

static void copy_make(struct copy *c, const char *tree, const char *from, const char *to)
{
	snprintf(c->folder, sizeof(c->folder), "/tmp/tcpoom-test.XXXXXX");
	CHECK(mkdtemp(c->folder) != NULL);
	for (size_t i = 1; i < COUNT(folders); i++)
		CHECK(!mkdir(path_of(c, folders[i]), 0700));
	for (size_t i = 0; i < COUNT(files); i++)
		copy_file(c, tree, files[i], from, to);
	snprintf(c->model, sizeof(c->model), "%s/model.so", c->folder);
}

static void copy_remove(struct copy *c)
{
	unlink(c->model);
	for (size_t i = 0; i < COUNT(files); i++)
		unlink(path_of(c, files[i]));
	for (size_t i = COUNT(folders); i-- > 0;)
		rmdir(path_of(c, folders[i]));
}

/* Cuts and compiles; the error, if there is one, is "FILE: TEXT". */
static bool build(struct copy *c, char *error, size_t size)
{
	struct tcpoom_tree tree;
	struct tcpoom_error e;
	bool good = tcpoom_tree_cut(&tree, c->folder, &e);

	if (good) {
		good = tcpoom_tree_compile(&tree, c->model, &e);
		tcpoom_tree_free(&tree);
	}
	snprintf(error, size, "%s: %s", good ? "" : e.file, good ? "" : e.text);
	return good;
}

static void identify(const char *tree, const char *from, const char *to, struct tcpoom_identity *id)
{
	struct tcpoom_numbers numbers;
	struct tcpoom_loaded loaded;
	struct tcpoom_error e;
	struct copy c;
	char error[500];

	*id = (struct tcpoom_identity){ .nearest = tcpoom_kernels };
	copy_make(&c, tree, from, to);
	if (build(&c, error, sizeof(error)) && tcpoom_load(&loaded, c.model, &e)) {
		numbers = (struct tcpoom_numbers){ loaded.constant, loaded.constants };
		CHECK(tcpoom_identify(&loaded.kernel, &numbers, loaded.model->name, id));
		tcpoom_unload(&loaded);
	} else {
		CHECK_SAY(false, "%s %s", error, e.text);
	}
	copy_remove(&c);
}

/* 2.6.18 decides as 2.6.17 does, and nothing of it tells how a per-CPU count is read. */
static void test_old(void)
{
	struct tcpoom_identity id;

	identify("old", NULL, NULL, &id);
	CHECK_STRING(id.nearest->name, "2.6.17");
	CHECK(id.states > 100000 && !id.row_differs && !id.differs);
	CHECK(id.finding[TCPOOM_R_limit] == TCPOOM_HAS);
	CHECK(id.finding[TCPOOM_R_self] == TCPOOM_HAS);
	CHECK(id.finding[TCPOOM_R_negative] == TCPOOM_UNTOLD);
}

/* A seeded operator: at twice the least send buffer, which no release takes for more than it. */
static void test_seeded(void)
{
	struct tcpoom_identity id;

	identify("modern", "sk->sk_wmem_queued > SOCK", "sk->sk_wmem_queued >= SOCK", &id);
	CHECK_STRING(id.nearest->name, "6.0");
	CHECK(id.row_differs && id.differs);
	CHECK(id.example.wmem_queued == 4608);
	CHECK(id.finding[TCPOOM_R_sndbuf] == TCPOOM_DIFFERS);
	CHECK(id.finding[TCPOOM_R_count] == TCPOOM_HAS);
}

/* The mixture that is nearest is at least as near as each row, which is a mixture, too. */
static void test_nearest(void)
{
	struct tcpoom_identity id;

	identify("old", "idle <= TCP_TIMEWAIT_LEN", "idle >= TCP_TIMEWAIT_LEN", &id);
	CHECK(id.differs && id.differs <= id.row_differs);
	identify("old", "(120 * HZ)", "(119 * HZ)", &id);
	CHECK(id.differs && id.differs <= id.row_differs);
}

/* A backport: 2.6.22's comparison on top of 2.6.18 is no row, and still a mixture of rules. */
static void test_backport(void)
{
	struct tcpoom_identity id;

	identify("old", "orphans < sysctl", "orphans <= sysctl", &id);
	CHECK_STRING(id.nearest->name, "2.6.22");
	CHECK(!id.row_differs && !id.differs);
	identify("modern", "READ_ONCE(tcp_orphan_cache)",
		 "(int)percpu_counter_read_positive(&tcp_orphan_count)", &id);
	CHECK(id.row_differs && !id.differs);
	CHECK(id.finding[TCPOOM_R_count] == TCPOOM_HAS && id.rules.count == 1);
}

/* A number that no release knows is found because it stands in the text. */
static void test_number(void)
{
	struct tcpoom_identity id;

	identify("modern", "(60 * HZ)", "(77 * HZ)", &id);
	CHECK(id.differs > 0);
}

static void expect_error(const char *tree, const char *from, const char *to, const char *error)
{
	struct copy c;
	char got[500];

	copy_make(&c, tree, from, to);
	CHECK(!build(&c, got, sizeof(got)));
	CHECK_SAY(!strncmp(got, error, strlen(error)), "%s\nexpected %s", got, error);
	copy_remove(&c);
}

/* Each error names the file and the function of the shape that is not known. */
static void test_shapes(void)
{
	expect_error("modern", "static int tcp_out_of_resources", "static int renamed",
		     "net/ipv4/tcp_timer.c: tcp_out_of_resources: there is no such function");
	expect_error("modern", "const bool memory = tcp_out_of_memory(sk)",
		     "const bool memory = unheard_of(sk)",
		     "net/ipv4/tcp.c: tcp_check_oom: it calls unheard_of");
	expect_error("modern", "const s32 idle = tcp_jiffies32", "const s32 idle = other_clock",
		     "net/ipv4/tcp_timer.c: tcp_out_of_resources: it has a shape that is not "
		     "known: ");
	expect_error("modern", "consider tuning tcp_mem", "buy more",
		     "net/ipv4/tcp.c: tcp_check_oom: it prints \"out of memory -- buy more\\n\"");
	expect_error("modern", "if (tcp_out_of_resources(sk, alive", "if (other(sk, alive",
		     "net/ipv4/tcp_timer.c: tcp_write_timeout: no block");
	expect_error("modern", "tcp_check_oom(sk, 0);", "false;",
		     "net/ipv4/tcp.c: __tcp_close: no block");
	expect_error("modern", "this_cpu_inc", "this_cpu_dec",
		     "net/ipv4/tcp.c: __tcp_close: it counts no orphan");
	expect_error("modern", "VERSION", "NAME", "Makefile: no VERSION");
}

static void test_no_tree(void)
{
	struct tcpoom_tree tree;
	struct tcpoom_error e;

	CHECK(!tcpoom_tree_cut(&tree, "tests", &e));
	CHECK_STRING(e.text, "net/ipv4/tcp_timer.c is missing: is this a kernel tree?");
}

/* The atlas of a seeded model: one threshold, which no rule explains. */
static void test_atlas_of_model(void)
{
	struct tcpoom_numbers numbers = { NULL, 0 };
	struct tcpoom_atlas atlas;
	struct tcpoom_loaded loaded;
	struct tcpoom_error e;
	struct copy c;
	char error[500], text[100];

	copy_make(&c, "modern", "sk->sk_wmem_queued > SOCK", "sk->sk_wmem_queued >= SOCK");
	CHECK(build(&c, error, sizeof(error)) && tcpoom_load(&loaded, c.model, &e));
	loaded.rules = *tcpoom_kernels[TCPOOM_K_6_0].rules;
	loaded.kernel.rules = &loaded.rules;
	CHECK(tcpoom_atlas_sample(&atlas, &tcpoom_kernels[TCPOOM_K_6_0], &loaded.kernel, &numbers));
	CHECK(atlas.count > 0 && atlas.sampled > 100000);
	for (size_t i = 0; i < atlas.count; i++) {
		CHECK(atlas.entry[i].state.wmem_queued == 4608);
		tcpoom_cause_text(atlas.a, atlas.b, &atlas.entry[i].class.cause, text,
				  sizeof(text));
		CHECK_STRING(text, "no known rule");
	}
	tcpoom_atlas_free(&atlas);
	tcpoom_unload(&loaded);
	copy_remove(&c);
}

static void test_no_model(void)
{
	struct tcpoom_loaded loaded;
	struct tcpoom_error e;

	CHECK(!tcpoom_load(&loaded, "tests/none.so", &e));
	CHECK(!tcpoom_load(&loaded, "./README.md", &e));
	CHECK(strstr(e.text, "invalid ELF header") != NULL);
}

static const struct test tree_tests[] = {
	{ "2.6.18's shape is 2.6.17's row", test_old },
	{ "a seeded operator matches none", test_seeded },
	{ "the nearest mixture is as near as each row", test_nearest },
	{ "a backport is another row, or a mixture", test_backport },
	{ "a number in the text is a boundary", test_number },
	{ "an unknown shape is named", test_shapes },
	{ "no tree", test_no_tree },
	{ "the atlas of a model", test_atlas_of_model },
	{ "no model", test_no_model },
	{ NULL, NULL },
};
SUITE(tree)
