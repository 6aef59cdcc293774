/* SPDX-License-Identifier: GPL-2.0-only */
/* Compressed input reads as the plain text; damage is an error, never an early end. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "../traces/input.h"
#include "check.h"

#define TEXT_SIZE 300000

/* Text that does not compress to nothing, longer than any buffer. */
static char *make_text(void)
{
	char *text = malloc(TEXT_SIZE + 1);
	unsigned x = 1;

	for (size_t i = 0; text && i < TEXT_SIZE; i++) {
		x = x * 1103515245 + 12345;
		text[i] = (char)('a' + (x >> 16) % 20);
	}
	if (text)
		text[TEXT_SIZE] = '\0';
	return text;
}

static size_t make_gzip(const char *text, size_t len, unsigned char *to, size_t size)
{
	z_stream z = { 0 };

	CHECK(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
	z.next_in = (unsigned char *)text;
	z.avail_in = (unsigned)len;
	z.next_out = to;
	z.avail_out = (unsigned)size;
	CHECK(deflate(&z, Z_FINISH) == Z_STREAM_END);
	deflateEnd(&z);
	return size - z.avail_out;
}

static size_t make_zstd(const char *text, size_t len, unsigned char *to, size_t size)
{
	return ZSTD_compress(to, size, text, len, 3);
}

/* Reads it all through the wrapper; returns the length, or -1 where reading failed. */
static long read_all(const unsigned char *data, size_t len, char *to, size_t size)
{
	FILE *file = tmpfile(), *in;
	long got;

	fwrite(data, 1, len, file);
	rewind(file);
	in = tcpoom_input_wrap(file);
	got = (long)fread(to, 1, size, in);
	if (ferror(in))
		got = -1;
	tcpoom_input_close(in);
	return got;
}

static void check_format(size_t (*make)(const char *, size_t, unsigned char *, size_t))
{
	char *text = make_text(), *got = malloc(2 * TEXT_SIZE);
	unsigned char *data = malloc(2 * TEXT_SIZE);
	const size_t half = TEXT_SIZE / 2;
	size_t len, first;

	len = make(text, TEXT_SIZE, data, 2 * TEXT_SIZE);
	CHECK(read_all(data, len, got, 2 * TEXT_SIZE) == TEXT_SIZE);
	CHECK(!memcmp(got, text, TEXT_SIZE));
	/* cut anywhere it is an error */
	CHECK(read_all(data, len - 1, got, 2 * TEXT_SIZE) == -1);
	CHECK(read_all(data, len / 2, got, 2 * TEXT_SIZE) == -1);
	CHECK(read_all(data, 5, got, 2 * TEXT_SIZE) == -1);
	CHECK(read_all(data, 1, got, 2 * TEXT_SIZE) == -1);
	/* so is damage */
	data[2] ^= 0xff;
	CHECK(read_all(data, len, got, 2 * TEXT_SIZE) == -1);
	/* two compressed files in a row are one text */
	first = make(text, half, data, 2 * TEXT_SIZE);
	len = first + make(text + half, half, data + first, 2 * TEXT_SIZE - first);
	CHECK(read_all(data, len, got, 2 * TEXT_SIZE) == TEXT_SIZE);
	CHECK(!memcmp(got, text, TEXT_SIZE));
	free(text);
	free(got);
	free(data);
}

static void test_gzip(void)
{
	check_format(make_gzip);
}

static void test_zstd(void)
{
	check_format(make_zstd);
}

static void test_plain(void)
{
	char got[20];

	CHECK(read_all((const unsigned char *)"# text", 6, got, sizeof(got)) == 6);
	CHECK(!memcmp(got, "# text", 6));
	CHECK(read_all((const unsigned char *)"", 0, got, sizeof(got)) == 0);
}

static void test_no_file(void)
{
	CHECK(tcpoom_input_open("/no/such/file") == NULL);
}

static const struct test input_tests[] = {
	{ "gzip", test_gzip },	     { "zstd", test_zstd }, { "plain text", test_plain },
	{ "no file", test_no_file }, { NULL, NULL },
};

SUITE(input)
