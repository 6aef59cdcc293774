/* SPDX-License-Identifier: GPL-2.0-only */
#include "probes.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "symbols.h"

#define G TCPOOM_PROBE_GROUP "/"

/* Where the first two arguments of a function are. */
struct registers {
	const char *machine, *first, *second;
};

static const struct registers machines[] = {
	{ "x86_64", "%di", "%si" },
	{ "aarch64", "%x0", "%x1" },
};

struct making {
	struct tcpoom_probes *probes;
	const struct tcpoom_layout *layout;
	const char *kallsyms;
	const char *map; /* a System.map, or NULL */
	const struct registers *reg;
};

static void append(char *to, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void append(char *to, size_t size, const char *format, ...)
{
	const size_t len = strlen(to);
	va_list args;

	va_start(args, format);
	vsnprintf(to + len, size - len, format, args);
	va_end(args);
}

static bool has(const struct making *m, const char *symbol)
{
	return tcpoom_symbol_has(m->kallsyms, symbol);
}

static void unseen(struct making *m, const char *what, const char *why)
{
	append(m->probes->unseen, sizeof(m->probes->unseen), "not seen: %s: %s\n", what, why);
}

/* Where a variable is that only the System.map names, in the kernel as it was moved at boot. */
static uint64_t mapped(const struct making *m, const char *symbol)
{
	const uint64_t here = tcpoom_symbol_address(m->kallsyms, "_stext");
	const uint64_t there = m->map ? tcpoom_symbol_address(m->map, "_stext") : 0;
	const uint64_t address = there ? tcpoom_symbol_address(m->map, symbol) : 0;

	return here && address ? address + here - there : 0;
}

static bool knows(const struct making *m, const char *symbol)
{
	return has(m, symbol) || mapped(m, symbol);
}

/* A function whose arguments are where they were written. */
static bool callable(struct making *m, const char *function, const char *what)
{
	char changed[100], why[200];

	if (has(m, function))
		return true;
	if (tcpoom_symbol_changed(m->kallsyms, function, changed, sizeof(changed)))
		snprintf(why, sizeof(why),
			 "the compiler made %s of the function, its arguments may be others",
			 changed);
	else
		snprintf(why, sizeof(why), "this kernel has no symbol %s", function);
	unseen(m, what, why);
	return false;
}

static struct tcpoom_probe *add(struct making *m, const char *name, const char *filter)
{
	struct tcpoom_probe *p = &m->probes->probe[m->probes->count++];

	*p = (struct tcpoom_probe){ .name = name, .filter = filter };
	return p;
}

static void text(struct tcpoom_probe *p, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void text(struct tcpoom_probe *p, const char *format, ...)
{
	const size_t len = strlen(p->text);
	va_list args;

	va_start(args, format);
	vsnprintf(p->text + len, sizeof(p->text) - len, format, args);
	va_end(args);
}

static long net_count(const struct tcpoom_layout *l)
{
	return l->net_count >= 0 ? l->net_count : l->net_ref >= 0 ? l->net_ref : l->net_old_count;
}

static bool sees_net(const struct making *m)
{
	return m->layout->skc_net >= 0 && net_count(m->layout) >= 0;
}

static void net_text(const struct making *m, struct tcpoom_probe *p)
{
	if (sees_net(m))
		text(p, " net=+%ld(+%ld(%s)):u32", net_count(m->layout), m->layout->skc_net,
		     m->reg->first);
}

/* What a variable holds, if it is known where that is. */
static bool variable_text(const struct making *m, struct tcpoom_probe *p, const char *key,
			  const char *symbol, long offset, const char *type)
{
	const uint64_t address = mapped(m, symbol);

	if (has(m, symbol))
		text(p, " %s=@%s+%ld:%s", key, symbol, offset, type);
	else if (address)
		text(p, " %s=@0x%" PRIx64 ":%s", key, address + (uint64_t)offset, type);
	return has(m, symbol) || address;
}

/* What the socket's protocol points to: variables without a symbol, or that are part of others. */
static bool sees_proto(const struct making *m, long member)
{
	return m->layout->skc_prot >= 0 && member >= 0;
}

static void proto_text(const struct making *m, struct tcpoom_probe *p, const char *key, long member,
		       long offset)
{
	if (sees_proto(m, member))
		text(p, " %s=+%ld(+%ld(+%ld(%s))):s64", key, offset, member, m->layout->skc_prot,
		     m->reg->first);
}

/* The counters and limits that the check compares. */
static void counters_text(const struct making *m, struct tcpoom_probe *p)
{
	const struct tcpoom_layout *l = m->layout;

	if (!variable_text(m, p, "m2", "sysctl_tcp_mem", 16, "s64"))
		proto_text(m, p, "m2", l->proto_limits, 16);
	variable_text(m, p, "mo", "sysctl_tcp_max_orphans", 0, "s32");
	if (!variable_text(m, p, "ma", "tcp_memory_allocated", 0, "s64"))
		proto_text(m, p, "ma", l->proto_memory, 0);
	if (!variable_text(m, p, "oc", "tcp_orphan_cache", 0, "s32") && m->probes->percpu)
		variable_text(m, p, "oa", "tcp_orphan_count", l->counter_count, "s64");
}

/* Both functions are given the socket first. */
static void socket_text(const struct making *m, struct tcpoom_probe *p)
{
	const struct tcpoom_layout *l = m->layout;
	const char *sk = m->reg->first;

	text(p, " sk=%s:x64 sport=+%ld(%s):u16", sk, l->skc_num, sk);
	variable_text(m, p, "jif", "jiffies", 0, "u32");
	text(p, " wq=+%ld(%s):s32 es=+%ld(%s):s32", l->sk_wmem_queued, sk, l->sk_err_soft, sk);
	text(p, " wnd=+%ld(%s):u32 po=+%ld(%s):u32", l->snd_wnd, sk, l->packets_out, sk);
	text(p, " ls=+%ld(%s):u32", l->lsndtime, sk);
	if (l->icsk_rto_max >= 0)
		text(p, " rm=+%ld(%s):u32", l->icsk_rto_max, sk);
	net_text(m, p);
	counters_text(m, p);
}

static void make_timer(struct making *m)
{
	struct tcpoom_probe *p = add(m, "oor_in", NULL);

	text(p, "p:" G "oor_in tcp_out_of_resources reset=%s:u8", m->reg->second);
	socket_text(m, p);
	text(add(m, "oor_ret", NULL), "r:" G "oor_ret tcp_out_of_resources ret=$retval:s32");
}

static void make_check(struct making *m)
{
	struct tcpoom_probe *p;

	if (!callable(m, "tcp_check_oom", "close (before 3.3 it is in the midst of tcp_close)"))
		return;
	m->probes->sees_close = true;
	p = add(m, "chk_in", NULL);
	text(p, "p:" G "chk_in tcp_check_oom shift=%s:s32", m->reg->second);
	socket_text(m, p);
	text(add(m, "chk_ret", NULL), "r:" G "chk_ret tcp_check_oom ret=$retval:u8");
}

static void make_outcome(struct making *m)
{
	const char *printk = has(m, "_printk") ? "_printk" : "printk";
	struct tcpoom_probe *p;

	if (callable(m, "tcp_send_active_reset", "whether a killed socket was reset")) {
		m->probes->sees_reset = true;
		p = add(m, "rst", NULL);
		text(p, "p:" G "rst tcp_send_active_reset sk=%s:x64", m->reg->first);
	}
	if (callable(m, "net_ratelimit", "messages that the limiter held back"))
		text(add(m, "rl", NULL), "r:" G "rl net_ratelimit ret=$retval:s32");
	if (callable(m, printk, "messages")) {
		p = add(m, "msg", "fmt ~ \"*TCP:*\" || fmt ~ \"*socket memory*\"");
		text(p, "p:" G "msg %s fmt=+0(%s):string", printk, m->reg->first);
	}
	/* tcp_set_state would tell the same, but is called so often, and so often where an
	 * interrupt may come, that its probe would hide others */
	if (m->probes->sees_close && sees_net(m) && has(m, "inet_csk_destroy_sock")) {
		p = add(m, "gone", "net == 0");
		text(p, "p:" G "gone inet_csk_destroy_sock sk=%s:x64", m->reg->first);
		net_text(m, p);
	} else {
		unseen(m, "sockets that close ends as their network namespace exits",
		       "they pass as kept");
	}
}

/* Which variables can be read; what cannot is unknown in the trace. */
static void find_counters(struct making *m)
{
	static const char what_to_do[] = "no symbol of it in /proc/kallsyms, as with "
					 "CONFIG_KALLSYMS_ALL: give --symbols System.map";
	const struct tcpoom_layout *l = m->layout;

	m->probes->percpu = !knows(m, "tcp_orphan_cache") && l->counter_count >= 0 &&
			    knows(m, "tcp_orphan_count");
	m->probes->sees_orphans = knows(m, "tcp_orphan_cache") || m->probes->percpu;
	m->probes->sees_memory = knows(m, "tcp_memory_allocated") || sees_proto(m, l->proto_memory);
	if (!knows(m, "jiffies"))
		unseen(m, "the clock", what_to_do);
	if (!knows(m, "sysctl_tcp_max_orphans"))
		unseen(m, "tcp_max_orphans", what_to_do);
	if (!knows(m, "sysctl_tcp_mem") && !sees_proto(m, l->proto_limits))
		unseen(m, "tcp_mem", what_to_do);
	if (!m->probes->sees_orphans)
		unseen(m, "the number of orphans", what_to_do);
	if (!m->probes->sees_memory)
		unseen(m, "the memory of TCP", what_to_do);
	if (!sees_net(m))
		unseen(m, "whether the network namespace exits", "no offset of its count is known");
}

bool tcpoom_probes_make(struct tcpoom_probes *probes, const struct tcpoom_layout *layout,
			const char *kallsyms, const char *map, const char *machine,
			struct tcpoom_error *e)
{
	struct making m = { probes, layout, kallsyms, map, NULL };

	*probes = (struct tcpoom_probes){ 0 };
	for (size_t i = 0; i < sizeof(machines) / sizeof(*machines); i++)
		if (!strcmp(machine, machines[i].machine))
			m.reg = &machines[i];
	if (!m.reg)
		return tcpoom_fail(e, 0, "%s is no machine that it knows: x86_64 and aarch64 are",
				   machine);
	if (!strchr(kallsyms, '\n'))
		return tcpoom_fail(e, 0,
				   "/proc/kallsyms is empty: the kernel needs CONFIG_KALLSYMS");
	if (!callable(&m, "tcp_out_of_resources", "timer"))
		return tcpoom_fail(e, 0,
				   "the kernel has no symbol tcp_out_of_resources of its own, so "
				   "that the checks of timers and of close cannot be told apart: "
				   "set a probe where the compiler put it, and give what that "
				   "prints to tcpoom convert --from ftrace");
	find_counters(&m);
	make_timer(&m);
	make_check(&m);
	make_outcome(&m);
	return true;
}
