/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A target as a program: it runs on the files that it is given. Built by AFL++ and without files it
 * takes inputs in shared memory from afl-fuzz, many in one process.
 */
#include "target.h"

#ifdef __AFL_COMPILER
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

__AFL_FUZZ_INIT();

static void run_inputs(void)
{
	const uint8_t *data;

	__AFL_INIT();
	/* stopped between two inputs it would outlive the fuzzer, whose folder is then in use */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	data = __AFL_FUZZ_TESTCASE_BUF;
	while (__AFL_LOOP(100000))
		LLVMFuzzerTestOneInput(data, (size_t)__AFL_FUZZ_TESTCASE_LEN);
}
#endif

static void run_file(const char *name)
{
	static uint8_t data[1 << 22];
	FILE *in = fopen(name, "rb");
	size_t size;

	if (!in) {
		perror(name);
		exit(2);
	}
	size = fread(data, 1, sizeof(data), in);
	if (ferror(in)) {
		perror(name);
		exit(2);
	}
	fclose(in);
	LLVMFuzzerTestOneInput(data, size);
}

#pragma weak LLVMFuzzerInitialize

int main(int argc, char **argv)
{
	if (LLVMFuzzerInitialize)
		LLVMFuzzerInitialize(&argc, &argv);
#ifdef __AFL_COMPILER
	if (argc < 2) {
		run_inputs();
		return 0;
	}
#endif
	for (int i = 1; i < argc; i++)
		run_file(argv[i]);
	printf("%d passed, 0 failed\n", argc - 1);
	return argc < 2;
}
