/* SPDX-License-Identifier: GPL-2.0-only */
#include "btf.h"

#include <stdlib.h>
#include <string.h>

#define MAGIC 0xeb9f

enum kind {
	INT = 1,
	ARRAY = 3,
	STRUCT = 4,
	UNION = 5,
	ENUM = 6,
	TYPEDEF = 8,
	VOLATILE = 9,
	CONST = 10,
	RESTRICT = 11,
	FUNC_PROTO = 13,
	VAR = 14,
	DATASEC = 15,
	DECL_TAG = 17,
	TYPE_TAG = 18,
	ENUM64 = 19,
};

struct header {
	uint16_t magic;
	uint8_t version, flags;
	uint32_t header_len, type_off, type_len, string_off, string_len;
};

struct type {
	uint32_t name, info, size_or_type;
};

struct member {
	uint32_t name, type, offset;
};

static unsigned kind_of(const struct type *t)
{
	return t->info >> 24 & 0x1f;
}

static uint32_t count_of(const struct type *t)
{
	return t->info & 0xffff;
}

/* What stands behind the type itself. */
static size_t tail(const struct type *t)
{
	switch (kind_of(t)) {
	case INT:
	case VAR:
	case DECL_TAG:
		return 4;
	case ARRAY:
		return 12;
	case STRUCT:
	case UNION:
	case DATASEC:
	case ENUM64:
		return 12 * (size_t)count_of(t);
	case ENUM:
	case FUNC_PROTO:
		return 8 * (size_t)count_of(t);
	default:
		return 0;
	}
}

static struct type type_at(const struct tcpoom_btf *btf, uint32_t id)
{
	struct type t = { 0 };

	if (id && id < btf->types)
		memcpy(&t, btf->data + btf->type[id], sizeof(t));
	return t;
}

static const char *string_at(const struct tcpoom_btf *btf, uint32_t at)
{
	return at < btf->strings_len ? btf->strings + at : "";
}

static bool add_type(struct tcpoom_btf *btf, uint32_t at)
{
	if ((btf->types & (btf->types - 1)) == 0 && btf->types >= 1024) {
		uint32_t *grown = realloc(btf->type, 2 * sizeof(*grown) * btf->types);

		if (!grown)
			return false;
		btf->type = grown;
	}
	btf->type[btf->types++] = at;
	return true;
}

static bool index_types(struct tcpoom_btf *btf, size_t at, size_t end)
{
	struct type t;

	btf->type = malloc(1024 * sizeof(*btf->type));
	if (!btf->type)
		return false;
	btf->types = 0;
	add_type(btf, 0);
	while (at < end) {
		if (end - at < sizeof(t))
			return false;
		memcpy(&t, btf->data + at, sizeof(t));
		if (end - at - sizeof(t) < tail(&t) || !add_type(btf, (uint32_t)at))
			return false;
		at += sizeof(t) + tail(&t);
	}
	return true;
}

static bool parse(struct tcpoom_btf *btf, size_t len)
{
	struct header h;
	uint64_t types, strings;

	if (len < sizeof(h))
		return false;
	memcpy(&h, btf->data, sizeof(h));
	types = (uint64_t)h.header_len + h.type_off;
	strings = (uint64_t)h.header_len + h.string_off;
	if (h.magic != MAGIC || types + h.type_len > len || strings + h.string_len > len ||
	    !h.string_len || btf->data[strings + h.string_len - 1])
		return false;
	btf->strings = btf->data + strings;
	btf->strings_len = h.string_len;
	return index_types(btf, (size_t)types, (size_t)types + h.type_len);
}

bool tcpoom_btf_parse(struct tcpoom_btf *btf, char *data, size_t len)
{
	*btf = (struct tcpoom_btf){ .data = data };
	if (parse(btf, len))
		return true;
	tcpoom_btf_free(btf);
	return false;
}

/* A struct with members: one that is only declared has none. */
static uint32_t find_struct(const struct tcpoom_btf *btf, const char *name)
{
	for (uint32_t id = 1; id < btf->types; id++) {
		const struct type t = type_at(btf, id);

		if (kind_of(&t) == STRUCT && count_of(&t) && !strcmp(string_at(btf, t.name), name))
			return id;
	}
	return 0;
}

long tcpoom_btf_size(const struct tcpoom_btf *btf, const char *of)
{
	const uint32_t id = find_struct(btf, of);

	return id ? (long)type_at(btf, id).size_or_type : -1;
}

static uint32_t plain_type(const struct tcpoom_btf *btf, uint32_t id)
{
	struct type t = type_at(btf, id);
	unsigned kind = kind_of(&t);

	/* a chain in a file that is damaged may be a ring */
	for (int steps = 0; steps < 32 && (kind == TYPEDEF || kind == VOLATILE || kind == CONST ||
					   kind == RESTRICT || kind == TYPE_TAG);
	     steps++) {
		id = t.size_or_type;
		t = type_at(btf, id);
		kind = kind_of(&t);
	}
	return id;
}

static bool is_named(const char *name, const char *path, size_t len)
{
	return strlen(name) == len && !memcmp(name, path, len);
}

static long offset_in(const struct tcpoom_btf *btf, uint32_t id, const char *path, int depth)
{
	const size_t len = strcspn(path, ".");
	const struct type t = type_at(btf, id);
	const bool bits = t.info >> 31;

	if ((kind_of(&t) != STRUCT && kind_of(&t) != UNION) || !depth)
		return -1;
	for (uint32_t i = 0; i < count_of(&t); i++) {
		struct member m;
		uint32_t at;
		long rest = 0;

		memcpy(&m, btf->data + btf->type[id] + sizeof(t) + i * sizeof(m), sizeof(m));
		at = bits ? m.offset & 0xffffff : m.offset;
		if (!*string_at(btf, m.name))
			rest = offset_in(btf, plain_type(btf, m.type), path, depth - 1);
		else if (!is_named(string_at(btf, m.name), path, len))
			continue;
		else if (path[len])
			rest = offset_in(btf, plain_type(btf, m.type), path + len + 1, depth - 1);
		else if (bits && m.offset >> 24)
			return -1;
		if (rest >= 0)
			return (long)(at / 8) + rest;
	}
	return -1;
}

long tcpoom_btf_offset(const struct tcpoom_btf *btf, const char *of, const char *member)
{
	return offset_in(btf, find_struct(btf, of), member, 16);
}

void tcpoom_btf_free(struct tcpoom_btf *btf)
{
	free(btf->data);
	free(btf->type);
	*btf = (struct tcpoom_btf){ 0 };
}
