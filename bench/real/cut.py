#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""cut.py TREE TO: writes to the header TO what a kernel source tree says of orphaned sockets.

Cut are tcp_out_of_resources, the check near the end of tcp_close, and all that they need which is
no stand-in of real.c. What is written is the kernel's (GPL-2.0): build with it, and keep it out of
a repository. The tree needs no configuration; the files named in FUNCTIONS and MACROS are enough.
"""
import os
import re
import sys

TIMER, TCP, TCP_H, SOCK_H, MEMORY_H = FILES = (
    "net/ipv4/tcp_timer.c", "net/ipv4/tcp.c", "include/net/tcp.h", "include/net/sock.h",
    "include/net/proto_memory.h")

# in the order in which a compiler wants them; a kernel has each in one of the files, or not at all
FUNCTIONS = (
    ("sk_prot_mem_limits", (SOCK_H, MEMORY_H)),
    ("proto_memory_allocated", (SOCK_H, MEMORY_H)),
    ("sk_memory_allocated", (SOCK_H, MEMORY_H)),
    ("tcp_rto_max", (TCP_H,)),
    ("tcp_out_of_memory", (TCP_H, TCP)),
    ("tcp_too_many_orphans", (TCP_H, TCP)),
    ("tcp_check_oom", (TCP,)),
    ("tcp_out_of_resources", (TIMER,)),
)
MACROS = (
    ("TCP_RTO_MAX_SEC", TCP_H), ("TCP_RTO_MAX", TCP_H), ("TCP_TIMEWAIT_LEN", TCP_H),
    ("TCP_SKB_MIN_TRUESIZE", SOCK_H), ("SOCK_MIN_SNDBUF", SOCK_H), ("pr_fmt", TCP),
)
REQUIRED = ("tcp_out_of_resources", "TCP_RTO_MAX", "TCP_TIMEWAIT_LEN", "SOCK_MIN_SNDBUF")
CLOSE = ("__tcp_close", "tcp_close")
CHECKS = r"tcp_check_oom|tcp_too_many_orphans|orphan_count"

LITERAL = r'"(?:\\.|[^"\\\n])*"' + r"|'(?:\\.|[^'\\\n])*'"


class Unknown(Exception):
    """The tree has a shape that this script does not know."""


def read(tree, name):
    """The text of a file without its comments, or None."""
    try:
        with open(os.path.join(tree, name), encoding="utf-8", errors="replace") as file:
            text = file.read()
    except FileNotFoundError:
        return None
    return re.sub(LITERAL + r"|/\*.*?\*/|//[^\n]*",
                  lambda m: m[0] if m[0][0] in "\"'" else " ", text, flags=re.S)


def end_of_block(text, start, where):
    """The index behind the brace that closes the block which opens at or after `start`."""
    # a brace in a literal is none; the length stays, so that the indices do
    plain = re.sub(LITERAL, lambda m: "x" * len(m[0]), text[start:])
    depth = 0
    for at in re.finditer(r"[{}]", plain):
        depth += 1 if at[0] == "{" else -1
        if depth == 0:
            return start + at.end()
    raise Unknown(f"{where}: the block has no end")


def find_function(text, name, where):
    """The definition of a function, or None."""
    head = re.compile(r"^[a-z][\w \t\n*]*\b" + name + r"\s*\([^;{}()]*\)\s*\{", re.M)
    found = list(head.finditer(text))
    if not found:
        return None
    if len(found) > 1:
        raise Unknown(f"{where}: {name} is defined {len(found)} times")
    return text[found[0].start():end_of_block(text, found[0].end() - 1, f"{where}:{name}")]


def find_macro(text, name):
    """The #define of a macro, or None."""
    found = re.search(r"^[ \t]*#[ \t]*define[ \t]+" + name + r"\b(?:[^\n]*\\\n)*[^\n]*$", text,
                      re.M)
    return found and found[0].strip()


def find_close(text):
    """The block that decides in tcp_close, as a function of the socket."""
    for name in CLOSE:
        body = find_function(text, name, TCP)
        if not body:
            continue
        for at in re.finditer(r"^\tif \(sk->sk_state != TCP_CLOSE\) \{", body, re.M):
            block = body[at.start():end_of_block(body, at.end() - 1, f"{TCP}:{name}")]
            if re.search(CHECKS, block):
                return f"static void cut_close(struct sock *sk)\n{{\n{block}\n}}"
    raise Unknown(f"{TCP}:{' or '.join(CLOSE)}: no block "
                  "`if (sk->sk_state != TCP_CLOSE) {` that checks the orphans")


def find_release(tree, text):
    """The release that the tree's Makefile tells, and its first numbers."""
    if text is None:
        raise Unknown(f"{tree}/Makefile: no such file")
    number = [re.search(rf"^{key}\s*=\s*(\d+)", text, re.M)
              for key in ("VERSION", "PATCHLEVEL", "SUBLEVEL")]
    if not all(number):
        raise Unknown(f"{tree}/Makefile: no VERSION, PATCHLEVEL and SUBLEVEL")
    version = tuple(int(n[1]) for n in number)
    extra = re.search(r"^EXTRAVERSION[ \t]*=[ \t]*(\S*)", text, re.M)
    release = ".".join(map(str, version))
    # up to 2.6 a stable release is the EXTRAVERSION
    if version[0] >= 3 and version[2] == 0:
        release = ".".join(map(str, version[:2]))
    return release + (extra[1] if extra else ""), version


def cut(tree):
    """The pieces of text by name, in order; each with the file that it comes from."""
    text = {name: read(tree, name) for name in FILES}
    pieces = {}
    for name in FILES[:4]:
        if text[name] is None:
            raise Unknown(f"{os.path.join(tree, name)}: no such file")
    for name, file in MACROS:
        found = find_macro(text[file], name)
        if found:
            pieces[name] = (file, found)
    for name, files in FUNCTIONS:
        for file in files:
            found = text[file] and find_function(text[file], name, file)
            if found:
                pieces[name] = (file, found)
    # before it was used, the prefix stood in the texts themselves
    pieces.setdefault("pr_fmt", (TCP, "#define pr_fmt(text) text"))
    for name in REQUIRED:
        if name not in pieces:
            file = dict(MACROS).get(name) or dict(FUNCTIONS)[name][0]
            raise Unknown(f"{file}: no definition of {name} that this script knows")
    pieces["cut_close"] = (TCP, find_close(text[TCP]))
    # what is called and is nowhere would only show as an obscure error of the compiler
    for name, files in FUNCTIONS:
        for caller, (file, piece) in pieces.items():
            if name not in pieces and re.search(rf"\b{name}\s*\(", piece):
                raise Unknown(f"{file}:{caller} calls {name}, which is not in "
                              + " or ".join(f for f in files if text[f] is not None))
    return pieces


def main():
    """The command."""
    if len(sys.argv) != 3:
        sys.exit("usage: cut.py TREE TO")
    tree, to = sys.argv[1:]
    try:
        release, version = find_release(tree, read(tree, "Makefile"))
        pieces = cut(tree)
    except (OSError, Unknown) as error:
        sys.exit(f"cut.py: {error}")
    body = "\n\n".join(f"/* {file} */\n{piece}" for file, piece in pieces.values())
    with open(to, "w", encoding="utf-8") as out:
        out.write(f"/* Cut from Linux {release} (GPL-2.0) by cut.py: not to be committed. */\n"
                  "#ifdef CUT_WHAT\n"
                  f'#define CUT_RELEASE "{release}"\n'
                  f"#define CUT_PERCPU {int('percpu_counter' in body)}\n"
                  f"#define CUT_LONG {int('atomic_long_read' in body)}\n"
                  # what percpu_counter_read_positive makes of a negative count
                  f"#define CUT_NEGATIVE {int(version < (3, 0, 0))}\n"
                  f"#endif\n#ifdef CUT_TEXT\n{body}\n#endif\n")


if __name__ == "__main__":
    main()
