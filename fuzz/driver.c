/* SPDX-License-Identifier: GPL-2.0-only */
/* Runs a fuzz target on files: its corpus as an ordinary test. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

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
	fclose(in);
	LLVMFuzzerTestOneInput(data, size);
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		run_file(argv[i]);
	printf("%d passed, 0 failed\n", argc - 1);
	return argc < 2;
}
