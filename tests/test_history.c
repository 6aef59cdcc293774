/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The history of each rule, as known answers: a state that the rule's variants decide differently,
 * and the rows of the table from which on the answer changes. Every row is asked, so that each
 * cell of the table that can act is held by one of these.
 */
#include <string.h>

#include "check.h"
#include "state_text.h"

#define STEPS_MOST 10

struct history {
	const char *state;
	struct {
		const char *from, *outcome; /* from this row on, up to the next step */
	} step[STEPS_MOST];
};

#define MEMORY_OLD "\"Out of socket memory\""
#define ORPHAN_OLD "\"TCP: too many of orphaned sockets\""
#define ORPHAN_NEW "\"TCP: too many orphaned sockets\""
#define MEMORY_NEW "\"TCP: out of memory -- consider tuning tcp_mem\""

/* Kills for orphans from a row on: the exact sum is taken from 2.6.36 to 5.15, the text changed. */
#define KILLS(from, how, old_text)                                                                 \
	{ from, how " " old_text }, { "2.6.32.23", how " " old_text " sum" },                      \
		{ "3.3", how " " ORPHAN_NEW " sum" },                                              \
	{                                                                                          \
		"5.16", how " " ORPHAN_NEW                                                         \
	}

static const struct history count[] = {
	{ "close orphans=5 orphans_approx=20 orphans_cached=30",
	  { { "2.4.0", "kept" },
	    { "2.6.29", "killed reset " ORPHAN_OLD },
	    { "2.6.32.23", "kept sum" },
	    { "5.16", "killed reset " ORPHAN_NEW } } },
	{ "close orphans=5 orphans_approx=20 orphans_cached=5",
	  { { "2.4.0", "kept" },
	    { "2.6.29", "killed reset " ORPHAN_OLD },
	    { "2.6.32.23", "kept sum" },
	    { "5.16", "kept" } } },
	{ "close orphans=20 orphans_approx=5 orphans_cached=5",
	  { { "2.4.0", "killed reset " ORPHAN_OLD }, { "2.6.29", "kept" } } },
	/* an atomic_t holds an int; the per-CPU counter an s64, cut to an int when it is read */
	{ "close orphans=2147483648 orphans_cached=0",
	  { { "2.4.0", "unrepresentable: orphans" }, { "2.6.29", "kept" } } },
	{ "close orphans=-2147483649 orphans_cached=0",
	  { { "2.4.0", "unrepresentable: orphans" }, { "2.6.29", "kept" } } },
	{ "close orphans=4294967307 orphans_cached=0",
	  { { "2.4.0", "unrepresentable: orphans" },
	    { "2.6.29", "killed reset " ORPHAN_OLD },
	    { "2.6.32.23", "killed reset " ORPHAN_OLD " sum" },
	    { "3.3", "killed reset " ORPHAN_NEW " sum" },
	    { "5.16", "kept" } } },
};

static const struct history negative[] = {
	{ "close orphans=0 orphans_approx=-3 orphans_cached=0 max_orphans=0",
	  { { "2.4.0", "kept" },
	    { "2.6.29", "killed reset " ORPHAN_OLD },
	    { "2.6.32.23", "kept sum" },
	    { "3.0", "kept" } } },
	{ "close orphans=0 orphans_approx=-3 orphans_cached=-3 max_orphans=-1",
	  { { "2.4.0", "killed reset " ORPHAN_OLD },
	    { "2.6.32.23", "killed reset " ORPHAN_OLD " sum" },
	    { "3.3", "killed reset " ORPHAN_NEW " sum" },
	    { "5.16", "kept" } } },
	/* the exact sum is never negative */
	{ "close orphans=-5 orphans_approx=5 orphans_cached=-5 max_orphans=-2",
	  { { "2.4.0", "kept" },
	    { "2.6.29", "killed reset " ORPHAN_OLD },
	    { "2.6.32.23", "killed reset " ORPHAN_OLD " sum" },
	    { "3.3", "killed reset " ORPHAN_NEW " sum" },
	    { "5.16", "kept" } } },
};

static const struct history limit[] = {
	{ "timer orphans=10", { { "2.4.0", "killed reset " MEMORY_OLD }, { "2.6.22", "kept" } } },
	{ "timer orphans=9", { { "2.4.0", "kept" } } },
	{ "close orphans=10", { { "2.4.0", "kept" } } },
	{ "close orphans=11", { KILLS("2.4.0", "killed reset", ORPHAN_OLD) } },
};

static const struct history self[] = {
	{ "close orphans=10 orphans_cached=10 self_counted=0",
	  { { "2.4.0", "kept" },
	    { "2.6.17", "killed reset " ORPHAN_OLD },
	    { "2.6.32.23", "killed reset " ORPHAN_OLD " sum" },
	    { "3.3", "killed reset " ORPHAN_NEW " sum" },
	    { "5.16", "kept" } } },
	{ "close orphans=11 orphans_cached=10 self_counted=1",
	  { { "2.4.0", "kept" },
	    { "2.6.17", "killed reset " ORPHAN_OLD },
	    { "2.6.32.23", "killed reset " ORPHAN_OLD " sum" },
	    { "3.3", "killed reset " ORPHAN_NEW " sum" },
	    { "5.16", "kept" } } },
	/* both counts of the per-CPU counter are adjusted */
	{ "close orphans=9 orphans_approx=10 orphans_cached=10 self_counted=0",
	  { { "2.4.0", "kept" },
	    { "2.6.29", "killed reset " ORPHAN_OLD },
	    { "2.6.32.23", "kept sum" },
	    { "5.16", "kept" } } },
	/* a count that was taken from the cache is not adjusted, and a timer's is not */
	{ "close orphans_cached=10 self_counted=0", { { "2.4.0", "kept" } } },
	{ "timer orphans=9 self_counted=0", { { "2.4.0", "kept" } } },
	{ "close orphans=9223372036854775807 orphans_cached=0 self_counted=0",
	  { { "2.4.0", "unrepresentable: orphans" }, { "2.6.29", "kept" } } },
	{ "close orphans=2147483647 orphans_cached=0 self_counted=0",
	  { { "2.4.0", "killed reset " ORPHAN_OLD }, { "2.6.17", "kept" } } },
};

static const struct history late[] = {
	{ "timer orphans=6 lsndtime=9760000", { { "2.4.0", "kept" } } },
	{ "timer orphans=6 lsndtime=9759999", { KILLS("2.4.0", "killed reset", MEMORY_OLD) } },
	/* the data was sent in the future, or 2^31 ticks and more ago */
	{ "timer orphans=6 lsndtime=10001000",
	  { { "2.4.0", "kept" }, KILLS("2.4.11", "killed reset", MEMORY_OLD) } },
};

static const struct history sndbuf[] = {
	{ "close mem_allocated=101 wmem_queued=2048", { { "2.4.0", "kept" } } },
	{ "close mem_allocated=101 wmem_queued=2049",
	  { { "2.4.0", "killed reset " ORPHAN_OLD },
	    { "3.3", "killed reset " MEMORY_NEW },
	    { "3.11", "kept" } } },
	{ "close mem_allocated=101 wmem_queued=4608",
	  { { "2.4.0", "killed reset " ORPHAN_OLD },
	    { "3.3", "killed reset " MEMORY_NEW },
	    { "3.11", "kept" } } },
	{ "close mem_allocated=101 wmem_queued=4609",
	  { { "2.4.0", "killed reset " ORPHAN_OLD }, { "3.3", "killed reset " MEMORY_NEW } } },
	{ "close mem_allocated=101 wmem_queued=4736 sizeof_sk_buff=257",
	  { { "2.4.0", "killed reset " ORPHAN_OLD },
	    { "3.3", "killed reset " MEMORY_NEW },
	    { "3.11", "kept" } } },
	{ "close mem_allocated=101 wmem_queued=4609 sizeof_sk_buff=256",
	  { { "2.4.0", "killed reset " ORPHAN_OLD }, { "3.3", "killed reset " MEMORY_NEW } } },
	{ "close mem_allocated=101 wmem_queued=-1",
	  { { "2.4.0", "kept" }, { "3.11", "killed reset " MEMORY_NEW } } },
};

static const struct history mem[] = {
	{ "close mem_allocated=2147483648",
	  { { "2.4.0", "unrepresentable: mem_allocated" }, { "2.6.37", "kept" } } },
	{ "close mem_allocated=-2147483649",
	  { { "2.4.0", "unrepresentable: mem_allocated" }, { "2.6.37", "kept" } } },
	{ "close tcp_mem2=2147483648",
	  { { "2.4.0", "unrepresentable: tcp_mem2" }, { "2.6.37", "kept" } } },
	{ "close tcp_mem2=2147483647 mem_allocated=-2147483648", { { "2.4.0", "kept" } } },
	{ "close mem_allocated=100 wmem_queued=5000", { { "2.4.0", "kept" } } },
	{ "close mem_allocated=101 wmem_queued=5000",
	  { { "2.4.0", "killed reset " ORPHAN_OLD }, { "3.3", "killed reset " MEMORY_NEW } } },
};

static const struct history scope[] = {
	{ "close wmem_queued=5000 memcg_allocated=11 memcg_limit=10",
	  { { "2.4.0", "kept" }, { "3.3", "killed reset " MEMORY_NEW }, { "4.5", "kept" } } },
	{ "close wmem_queued=5000 mem_allocated=101 memcg_allocated=10 memcg_limit=10",
	  { { "2.4.0", "killed reset " ORPHAN_OLD },
	    { "3.3", "kept" },
	    { "4.5", "killed reset " MEMORY_NEW } } },
};

static const struct history unit[] = {
	{ "close wmem_queued=5000 page_size=65536 mem_allocated=1600",
	  { { "2.4.0", "killed reset " ORPHAN_OLD },
	    { "3.3", "killed reset " MEMORY_NEW },
	    { "4.10", "kept" },
	    { "6.0", "killed reset " MEMORY_NEW } } },
	{ "close wmem_queued=5000 page_size=65536 mem_allocated=1601",
	  { { "2.4.0", "killed reset " ORPHAN_OLD }, { "3.3", "killed reset " MEMORY_NEW } } },
	{ "close wmem_queued=5000 page_size=2048 mem_allocated=51",
	  { { "2.4.0", "kept" }, { "4.10", "killed reset " MEMORY_NEW }, { "6.0", "kept" } } },
	{ "close wmem_queued=5000 page_size=1024 mem_allocated=26",
	  { { "2.4.0", "kept" }, { "4.10", "killed reset " MEMORY_NEW }, { "6.0", "kept" } } },
	{ "close wmem_queued=5000 page_size=2048 mem_allocated=50", { { "2.4.0", "kept" } } },
	/* tcp_mem is shifted in a long, which wraps */
	{ "close wmem_queued=5000 page_size=65536 tcp_mem2=0x1000000000000000 mem_allocated=1",
	  { { "2.4.0", "unrepresentable: tcp_mem2" },
	    { "2.6.37", "kept" },
	    { "4.10", "killed reset " MEMORY_NEW },
	    { "6.0", "kept" } } },
};

static const struct history clamp[] = {
	{ "close wmem_queued=5000 mem_allocated=-10 tcp_mem2=-5",
	  { { "2.4.0", "kept" }, { "6.0", "killed reset " MEMORY_NEW } } },
	{ "close wmem_queued=5000 mem_allocated=-1 tcp_mem2=0", { { "2.4.0", "kept" } } },
};

static const struct history text[] = {
	{ "timer orphans=11 wmem_queued=5000 mem_allocated=101",
	  { { "2.4.0", "killed reset " MEMORY_OLD },
	    { "2.6.32.23", "killed reset " MEMORY_OLD " sum" },
	    { "3.3", "killed reset " ORPHAN_NEW " " MEMORY_NEW " sum" },
	    { "5.16", "killed reset " ORPHAN_NEW " " MEMORY_NEW } } },
	{ "timer wmem_queued=5000 mem_allocated=101",
	  { { "2.4.0", "killed reset " MEMORY_OLD }, { "3.3", "killed reset " MEMORY_NEW } } },
};

static const struct history netns[] = {
	{ "timer net_alive=0",
	  { { "2.4.0", "kept" },
	    { "4.4.131", "killed silent" },
	    { "4.5", "kept" },
	    { "4.9.337", "killed silent" },
	    { "4.10", "kept" },
	    { "4.15", "killed silent" } } },
	{ "close net_alive=0",
	  { { "2.4.0", "kept" },
	    { "4.4.131", "killed silent" },
	    { "4.5", "kept" },
	    { "4.9.337", "killed silent" },
	    { "4.10", "kept" },
	    { "4.15", "killed silent" } } },
	/* not asked where the socket is killed anyway */
	{ "close net_alive=0 wmem_queued=5000 mem_allocated=101",
	  { { "2.4.0", "killed reset " ORPHAN_OLD }, { "3.3", "killed reset " MEMORY_NEW } } },
};

/* 2 s instead of 120 s: 5 s without data are late, and an RTO of 2 s is dead */
static const struct history rto_max[] = {
	{ "timer orphans=6 rto_max=2000 lsndtime=9995000",
	  { { "2.4.0", "kept" }, { "6.15", "killed reset " ORPHAN_NEW } } },
	{ "timer orphans=6 rto_max=2500 lsndtime=9995000", { { "2.4.0", "kept" } } },
	{ "retransmit rto=2000 rto_max=2000 retransmits=9 retrans_stamp=1",
	  { { "2.4.0", "kept do_reset=1" }, { "6.15", "kept do_reset=0" } } },
	{ "probe rto=2000 rto_max=2000 backoff=0",
	  { { "2.4.0", "kept do_reset=1" }, { "6.15", "expired" } } },
	{ "probe rto=2000 rto_max=2001 backoff=0", { { "2.4.0", "kept do_reset=1" } } },
};

static const struct history retransmit[] = {
	{ "retransmit rto=119999 retransmits=200 retrans_stamp=1",
	  { { "2.4.0", "kept do_reset=1" } } },
	{ "retransmit rto=120000 retransmits=3 orphan_retries=2 retrans_stamp=9999900",
	  { { "2.4.0", "kept do_reset=0" },
	    { "2.6.18-238.el5", "kept do_reset=1" },
	    { "2.6.22", "kept do_reset=0" },
	    { "2.6.32", "kept do_reset=1" } } },
	{ "retransmit rto=120000 retransmits=1 orphan_retries=2 retrans_stamp=1",
	  { { "2.4.0", "kept do_reset=1" },
	    { "2.6.18-238.el5", "kept do_reset=0" },
	    { "2.6.22", "kept do_reset=1" },
	    { "2.6.32", "kept do_reset=0" } } },
	/* the count may equal the retries; a socket that never retransmitted has not timed out */
	{ "retransmit rto=120000 retransmits=2 orphan_retries=2 retrans_stamp=9999900",
	  { { "2.4.0", "kept do_reset=0" },
	    { "2.6.18-238.el5", "kept do_reset=1" },
	    { "2.6.22", "kept do_reset=0" },
	    { "2.6.32", "kept do_reset=1" } } },
	{ "retransmit rto=120000 retransmits=0 orphan_retries=2 retrans_stamp=1",
	  { { "2.4.0", "kept do_reset=1" } } },
	/* two retries take 0.2 + 0.4 + 0.8 s */
	{ "retransmit rto=120000 retransmits=9 orphan_retries=2 retrans_stamp=9998601",
	  { { "2.4.0", "kept do_reset=0" },
	    { "2.6.18-238.el5", "kept do_reset=1" },
	    { "2.6.22", "kept do_reset=0" },
	    { "2.6.32", "kept do_reset=1" } } },
	{ "retransmit rto=120000 retransmits=9 orphan_retries=2 retrans_stamp=9998600",
	  { { "2.4.0", "kept do_reset=0" } } },
	/* eleven take 1023 * 0.2 s and two maxima: 444.6 s */
	{ "retransmit rto=120000 retransmits=20 orphan_retries=11 retrans_stamp=9555401",
	  { { "2.4.0", "kept do_reset=0" },
	    { "2.6.18-238.el5", "kept do_reset=1" },
	    { "2.6.22", "kept do_reset=0" },
	    { "2.6.32", "kept do_reset=1" } } },
	{ "retransmit rto=120000 retransmits=20 orphan_retries=11 retrans_stamp=9555400",
	  { { "2.4.0", "kept do_reset=0" } } },
	/* an ICMP error takes the retries away from a dead peer */
	{ "retransmit rto=120000 retransmits=1 orphan_retries=5 err_soft=113 retrans_stamp=9999799",
	  { { "2.4.0", "kept do_reset=0" } } },
	/* do_reset=0 is a penalty: 6 orphans count 12 */
	{ "retransmit rto=120000 retransmits=9 retrans_stamp=1 orphans=6 lsndtime=9930000",
	  { { "2.4.0", "killed silent do_reset=0 " MEMORY_OLD },
	    { "2.6.32.23", "killed silent do_reset=0 " MEMORY_OLD " sum" },
	    { "3.3", "killed silent do_reset=0 " ORPHAN_NEW " sum" },
	    { "5.16", "killed silent do_reset=0 " ORPHAN_NEW } } },
};

static const struct history stamp[] = {
	{ "retransmit rto=120000 retransmits=1 orphan_retries=2 retrans_stamp=0 head_sent=9999900",
	  { { "2.4.0", "kept do_reset=1" },
	    { "2.6.32", "kept do_reset=0" },
	    { "2.6.32.2", "kept do_reset=1" },
	    { "5.1", "kept do_reset=0" } } },
	{ "retransmit rto=120000 retransmits=1 orphan_retries=2 retrans_stamp=0 head_sent=1",
	  { { "2.4.0", "kept do_reset=1" },
	    { "2.6.18-238.el5", "kept do_reset=0" },
	    { "2.6.22", "kept do_reset=1" },
	    { "2.6.32", "kept do_reset=0" } } },
	{ "retransmit rto=120000 retransmits=1 orphan_retries=2 retrans_stamp=0 head_sent=0",
	  { { "2.4.0", "kept do_reset=1" },
	    { "2.6.18-238.el5", "kept do_reset=0" },
	    { "2.6.22", "kept do_reset=1" },
	    { "2.6.32", "kept do_reset=0" },
	    { "4.19", "kept do_reset=1" },
	    { "5.1", "kept do_reset=0" } } },
};

/* At 250 Hz the ms clock wraps every 2^30 ticks: an age of 2^30 + 20 ticks is 80 ms on it. */
static const struct history clock[] = {
	{ "retransmit hz=250 rto=30000 retransmits=1 orphan_retries=2 now=1100000020 "
	  "retrans_stamp=26258176",
	  { { "2.4.0", "kept do_reset=1" },
	    { "2.6.18-238.el5", "kept do_reset=0" },
	    { "2.6.22", "kept do_reset=1" },
	    { "2.6.32", "kept do_reset=0" },
	    { "4.13", "kept do_reset=1" } } },
	/* a stamp of 2^30 ticks is 0 ms: as if it were unset */
	{ "retransmit hz=250 rto=30000 retransmits=1 orphan_retries=2 now=1073741825 "
	  "retrans_stamp=1073741824 head_sent=1073740824",
	  { { "2.4.0", "kept do_reset=1" },
	    { "4.13", "kept do_reset=0" },
	    { "5.1", "kept do_reset=1" } } },
	/* the timeout is in ms too, rounded up: 60 ticks of 300 Hz are 200 ms */
	{ "retransmit hz=300 rto=36000 retransmits=1 orphan_retries=0 err_soft=1 now=1000060 "
	  "retrans_stamp=1000000",
	  { { "2.4.0", "kept do_reset=0" } } },
	{ "retransmit hz=300 rto=36000 retransmits=1 orphan_retries=0 err_soft=1 now=1000059 "
	  "retrans_stamp=1000000",
	  { { "2.4.0", "kept do_reset=0" },
	    { "2.6.18-238.el5", "kept do_reset=1" },
	    { "2.6.22", "kept do_reset=0" },
	    { "2.6.32", "kept do_reset=1" } } },
};

static const struct history age[] = {
	{ "retransmit rto=120000 retransmits=1 orphan_retries=2 now=2147485648 retrans_stamp=1",
	  { { "2.4.0", "kept do_reset=1" },
	    { "2.6.18-238.el5", "kept do_reset=0" },
	    { "2.6.22", "kept do_reset=1" },
	    { "2.6.32", "kept do_reset=0" },
	    { "4.20", "kept do_reset=1" } } },
};

static const struct history backoff[] = {
	{ "probe rto=1048576 backoff=12 probes_out=9",
	  { { "2.4.0", "kept do_reset=1" }, { "3.18", "expired" } } },
	{ "probe rto=1048576 backoff=11 probes_out=9",
	  { { "2.4.0", "kept do_reset=0" }, { "3.18", "expired" } } },
	/* x86 takes the count modulo the width, which C leaves undefined */
	{ "probe rto=200 backoff=33 probes_out=9",
	  { { "2.4.0", "kept do_reset=1 undefined" }, { "3.18", "expired" } } },
	{ "probe rto=200 backoff=65 probes_out=9", { { "2.4.0", "kept do_reset=1 undefined" } } },
	{ "probe rto=200 backoff=64 probes_out=9", { { "2.4.0", "kept do_reset=1 undefined" } } },
	{ "probe rto=200 backoff=32 probes_out=9 orphan_retries=40",
	  { { "2.4.0", "kept do_reset=1 undefined" }, { "3.18", "kept do_reset=1" } } },
	{ "probe rto=1 backoff=63 probes_out=9",
	  { { "2.4.0", "kept do_reset=0 undefined" }, { "3.18", "expired" } } },
	/* 64 bits wrap too: 2^31 << 33 is 0 */
	{ "probe rto=2147483648 backoff=33 probes_out=9",
	  { { "2.4.0", "kept do_reset=1 undefined" }, { "3.18", "kept do_reset=1" } } },
};

static const struct history probe[] = {
	{ "probe rto=119999 probes_out=200", { { "2.4.0", "kept do_reset=1" } } },
	{ "probe rto=120000 probes_out=3 orphan_retries=2",
	  { { "2.4.0", "kept do_reset=0" }, { "3.18", "kept do_reset=1" } } },
	{ "probe rto=120000 probes_out=2 orphan_retries=2", { { "2.4.0", "kept do_reset=1" } } },
	{ "probe rto=120000 probes_out=2 orphan_retries=2 backoff=1",
	  { { "2.4.0", "kept do_reset=1" } } },
	{ "probe rto=120000 probes_out=2 orphan_retries=2 backoff=2",
	  { { "2.4.0", "kept do_reset=1" }, { "3.18", "expired" } } },
	{ "probe rto=120000 probes_out=1 orphan_retries=2 err_soft=113",
	  { { "2.4.0", "kept do_reset=0" }, { "3.18", "expired" } } },
	/* what can act before the check is not modelled */
	{ "probe user_timeout=1",
	  { { "2.4.0", "kept do_reset=1" }, { "3.18", "unmodelled: user_timeout" } } },
	{ "retransmit user_timeout=1", { { "2.4.0", "kept do_reset=1" } } },
};

/* What no commit changed. */
static const struct history reset[] = {
	{ "timer orphans=11 do_reset=0 lsndtime=9940000",
	  { KILLS("2.4.0", "killed reset", MEMORY_OLD) } },
	{ "timer orphans=11 do_reset=0 lsndtime=9939999",
	  { KILLS("2.4.0", "killed silent", MEMORY_OLD) } },
	{ "timer orphans=11 do_reset=0 lsndtime=9939999 snd_wnd=0",
	  { KILLS("2.4.0", "killed silent", MEMORY_OLD) } },
	{ "timer orphans=11 do_reset=0 lsndtime=9939999 snd_wnd=0 packets_out=0",
	  { KILLS("2.4.0", "killed reset", MEMORY_OLD) } },
};

static void run_history(const char *rule, const struct history *histories, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct tcpoom_state s = state_of(histories[i].state);
		const char *expected = NULL;
		size_t step = 0;

		for (int k = 0; k < TCPOOM_KERNELS; k++) {
			const char *name = tcpoom_kernels[k].name;
			char got[200];

			if (step < STEPS_MOST && histories[i].step[step].from &&
			    !strcmp(histories[i].step[step].from, name))
				expected = histories[i].step[step++].outcome;
			outcome_of(&tcpoom_kernels[k], &s, got);
			CHECK_SAY(expected && !strcmp(got, expected),
				  "%s: %s on %s: got %s, expected %s", rule, histories[i].state,
				  name, got, expected);
		}
		CHECK_SAY(step == STEPS_MOST || !histories[i].step[step].from, "%s: no row %s",
			  rule, histories[i].step[step].from);
	}
}

#define HISTORY(rule)                                                                              \
	static void test_##rule(void)                                                              \
	{                                                                                          \
		run_history(#rule, rule, sizeof(rule) / sizeof(*rule));                            \
	}
HISTORY(count)
HISTORY(negative)
HISTORY(limit)
HISTORY(self)
HISTORY(late)
HISTORY(sndbuf)
HISTORY(mem)
HISTORY(scope)
HISTORY(unit)
HISTORY(clamp)
HISTORY(text)
HISTORY(netns)
HISTORY(rto_max)
HISTORY(retransmit)
HISTORY(stamp)
HISTORY(clock)
HISTORY(age)
HISTORY(backoff)
HISTORY(probe)
HISTORY(reset)

static const struct test history_tests[] = {
	{ "count", test_count },
	{ "negative", test_negative },
	{ "limit", test_limit },
	{ "self", test_self },
	{ "late", test_late },
	{ "sndbuf", test_sndbuf },
	{ "mem", test_mem },
	{ "scope", test_scope },
	{ "unit", test_unit },
	{ "clamp", test_clamp },
	{ "text", test_text },
	{ "netns", test_netns },
	{ "rto_max", test_rto_max },
	{ "retransmit", test_retransmit },
	{ "stamp", test_stamp },
	{ "clock", test_clock },
	{ "age", test_age },
	{ "backoff", test_backoff },
	{ "probe", test_probe },
	{ "reset", test_reset },
	{ NULL, NULL },
};

SUITE(history)
