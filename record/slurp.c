/* SPDX-License-Identifier: GPL-2.0-only */
#include "slurp.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

char *tcpoom_slurp(const char *file, size_t *len)
{
	const int fd = open(file, O_RDONLY | O_CLOEXEC);
	size_t size = 1 << 16;
	char *text = fd < 0 ? NULL : malloc(size);
	ssize_t got = 1;

	*len = 0;
	while (text && got > 0) {
		if (size - *len < 2) {
			char *grown = realloc(text, 2 * size);

			if (!grown)
				break;
			text = grown;
			size *= 2;
		}
		got = read(fd, text + *len, size - *len - 1);
		*len += got > 0 ? (size_t)got : 0;
	}
	if (fd >= 0)
		close(fd);
	if (!text || got) {
		free(text);
		return NULL;
	}
	text[*len] = '\0';
	return text;
}
