/* SPDX-License-Identifier: GPL-2.0-only */
#define SOCK_MIN_SNDBUF 2048
