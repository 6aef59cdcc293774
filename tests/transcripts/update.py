#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""update.py FILE...: writes into transcripts what their commands print now. Read the diff."""
import subprocess
import sys


def run(command, before):
    done = subprocess.run("exec 2>&1 </dev/null; (exit %d); %s" % (before, command), shell=True,
                          stdout=subprocess.PIPE, timeout=60)
    return done.returncode, done.stdout.decode()


def update(path):
    lines = open(path).read().split("\n")
    out, inside, status, i = [], False, 0, 0
    while i < len(lines):
        line = lines[i]
        i += 1
        if line.startswith("```"):
            inside, status = line == "```console", 0
        if not inside or line.startswith("```"):
            out.append(line)
        elif line.startswith("$ "):
            command = [line]
            while command[-1].endswith("\\"):
                command.append(lines[i])
                i += 1
            out += command
            status, text = run("\n".join(command)[2:], status)
            out += text.split("\n")[:-1]
    open(path, "w").write("\n".join(out))


for name in sys.argv[1:]:
    update(name)
