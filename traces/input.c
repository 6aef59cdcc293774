/* SPDX-License-Identifier: GPL-2.0-only */
#define _GNU_SOURCE /* fopencookie, of glibc and musl */
#include "input.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

/* The compressed bytes that wait, and the decoder that takes them. */
struct input {
	FILE *in;
	unsigned char buffer[1 << 16];
	size_t at, len;
	bool is_zstd;
	bool within; /* a frame has begun and not ended */
	z_stream zlib;
	ZSTD_DStream *zstd;
};

static bool fill(struct input *input)
{
	if (input->at < input->len)
		return true;
	input->at = 0;
	input->len = fread(input->buffer, 1, sizeof(input->buffer), input->in);
	return input->len > 0;
}

/* One step of the decoder: how many bytes it wrote, or -1 where the input is damaged. */
static ssize_t step_zstd(struct input *input, char *to, size_t size)
{
	ZSTD_inBuffer from = { input->buffer, input->len, input->at };
	ZSTD_outBuffer out = { to, size, 0 };
	const size_t left = ZSTD_decompressStream(input->zstd, &out, &from);

	input->at = from.pos;
	if (ZSTD_isError(left))
		return -1;
	input->within = left != 0;
	return (ssize_t)out.pos;
}

static ssize_t step_gzip(struct input *input, char *to, size_t size)
{
	int got;

	input->zlib.next_in = input->buffer + input->at;
	input->zlib.avail_in = (uInt)(input->len - input->at);
	input->zlib.next_out = (unsigned char *)to;
	input->zlib.avail_out = (uInt)size;
	got = inflate(&input->zlib, Z_NO_FLUSH);
	input->at = input->len - input->zlib.avail_in;
	if (got != Z_OK && got != Z_STREAM_END)
		return -1;
	input->within = got != Z_STREAM_END;
	/* a gzip file may hold several members */
	if (got == Z_STREAM_END && inflateReset(&input->zlib) != Z_OK)
		return -1;
	return (ssize_t)(size - input->zlib.avail_out);
}

static ssize_t read_input(void *cookie, char *to, size_t size)
{
	struct input *input = cookie;
	ssize_t got = 0;

	if (size > INT32_MAX)
		size = INT32_MAX;
	while (!got) {
		const bool more = fill(input);

		if (!more && ferror(input->in))
			return -1;
		if (!more && input->within)
			errno = EBADMSG;
		if (!more)
			return input->within ? -1 : 0;
		got = input->is_zstd ? step_zstd(input, to, size) : step_gzip(input, to, size);
	}
	if (got < 0)
		errno = EBADMSG;
	return got;
}

static int close_input(void *cookie)
{
	struct input *input = cookie;
	const int status = input->in == stdin ? 0 : fclose(input->in);

	if (input->is_zstd)
		ZSTD_freeDStream(input->zstd);
	else
		inflateEnd(&input->zlib);
	free(input);
	return status;
}

static FILE *open_decoder(FILE *in, bool is_zstd)
{
	const cookie_io_functions_t io = { .read = read_input, .close = close_input };
	struct input *input = calloc(1, sizeof(*input));
	FILE *out = NULL;
	bool ready;

	if (!input)
		return NULL;
	input->in = in;
	input->is_zstd = is_zstd;
	if (is_zstd) {
		input->zstd = ZSTD_createDStream();
		ready = input->zstd != NULL;
	} else {
		ready = inflateInit2(&input->zlib, 15 + 16) == Z_OK; /* 16: with a gzip header */
	}
	if (ready)
		out = fopencookie(input, "r", io);
	if (!out && ready && is_zstd)
		ZSTD_freeDStream(input->zstd);
	if (!out && ready && !is_zstd)
		inflateEnd(&input->zlib);
	if (!out)
		free(input);
	return out;
}

FILE *tcpoom_input_wrap(FILE *in)
{
	const int first = getc(in);

	if (first != EOF)
		ungetc(first, in);
	/* no text that is read here starts with either byte */
	if (first == 0x1f || first == 0x28)
		return open_decoder(in, first == 0x28);
	return in;
}

FILE *tcpoom_input_open(const char *name)
{
	FILE *in = strcmp(name, "-") ? fopen(name, "r") : stdin;
	FILE *wrapped = in ? tcpoom_input_wrap(in) : NULL;

	if (in && !wrapped && in != stdin)
		fclose(in);
	return wrapped;
}

void tcpoom_input_close(FILE *in)
{
	if (in != stdin)
		fclose(in);
}
