/* SPDX-License-Identifier: GPL-2.0-only */
#define TCP_TIMEWAIT_LEN (60 * HZ)
#define TCP_RTO_MAX ((unsigned)(120 * HZ))
