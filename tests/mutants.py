#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""mutants.py [FILE...]: which changes to the models do the tests not notice?

Changes every operator, constant and variant in kernels/ and in the machines of model/ (or in the
given files of them) one at a time, builds the tests with it and runs them. A change that no test
notices survives; it is listed, unless its line says `equivalent: why`, or it is a cell of table.def
that cannot act in its row (see there). Exits with 1 if anything else survives.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Queue

ROOT = Path(__file__).resolve().parent.parent
FILES = ["kernels/" + name for name in (
             "decide.h", "orphans.h", "memory.h", "retransmit.h", "timeout.h", "probe.h", "look.h",
             "rules.c", "rules.h", "table.def", "release.c", "releases.def", "machine.c",
             "defaults.c", "boot.def")] + \
        ["model/" + name for name in ("ratelimit.c", "orphan_count.c", "memory.c", "orphan.c")]
FLAGS = ["-std=c11", "-D_POSIX_C_SOURCE=200809L", '-DTCPOOM_VERSION="0.1"', '-DTCPOOM_SHARE=""', "-w", "-O0"]
LIBS = ["-lz", "-lzstd"]

# Each token, and what it is exchanged for.
OPERATORS = {
    "<": ["<=", ">"], "<=": ["<", ">="], ">": [">=", "<"], ">=": [">", "<="], "==": ["!="],
    "!=": ["=="], "+": ["-"], "-": ["+"], "<<": [">>"], ">>": ["<<"], "&&": ["||"], "||": ["&&"],
    "&": ["|"], "|": ["&"], "*": ["+"], "/": ["*"], "%": ["+"], "!": [""], "~": [""],
    "|=": ["&="], "&=": ["|="], "++": ["--"], "+=": ["-="], "-=": ["+="],
}
NAMES = [
    ["TCPOOM_GT", "TCPOOM_GE", "TCPOOM_LT", "TCPOOM_LE", "TCPOOM_EQ", "TCPOOM_NE",
     "TCPOOM_GT_UNSIGNED"],
    ["TCPOOM_KEPT", "TCPOOM_KILLED_SILENT", "TCPOOM_KILLED_RESET", "TCPOOM_EXPIRED"],
    ["TCPOOM_MSG_OUT_OF_SOCKET_MEMORY", "TCPOOM_MSG_TOO_MANY_OF_ORPHANED",
     "TCPOOM_MSG_TOO_MANY_ORPHANED", "TCPOOM_MSG_OUT_OF_MEMORY"],
    ["TCPOOM_CLOSE", "TCPOOM_RETRANSMIT", "TCPOOM_PROBE", "TCPOOM_TIMER"],
    ["TCPOOM_UNREPRESENTABLE", "TCPOOM_UNMODELLED"],
    ["TCPOOM_VERIFIED", "TCPOOM_INFERRED", "TCPOOM_AMBIGUOUS"],
    ["true", "false"], ["CHECK", "TIMERS", "LIMITER", "GUEST"], ["INT32_MIN", "INT32_MAX", "UINT32_MAX"],
    ["UINT64_MAX", "UINT32_MAX"],
    ["TCPOOM_RATELIMIT_" + name for name in ("NET", "PRINTK", "U32", "WINDOW", "TRIES", "ALLOWS",
                                             "DENIES", "BEGINS", "COUNTS")],
    ["TCPOOM_RATELIMIT_" + name for name in ("SILENT", "SUPPRESSED", "NEGATIVE")],
    ["TCPOOM_ORPHANS_" + name for name in ("ATOMIC", "PERCPU_ONE", "PERCPU_ZERO", "CACHED")],
    ["TCPOOM_MEMORY_" + name for name in ("INT", "LONG", "RESERVED")],
]
TOKEN = re.compile(r'''/\*.*?\*/|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[A-Za-z_]\w*|0x[0-9a-fA-F]+|
                       \d+|->|\+\+|--|<<=|>>=|<<|>>|[<>=!|&+*/%-]=|&&|\|\||\S''', re.X | re.S)


def variants(text):
    """The variants of each rule, from the enums: {"COUNT": ["COUNT_atomic", ...]}."""
    found = {}
    for names in re.findall(r"enum \{ ([A-Z]\w+(?:, [A-Z]\w+)*) \};", text):
        names = names.split(", ")
        found[os.path.commonprefix([n[:n.rindex("_") + 1] for n in names])[:-1]] = names
    limiters = (ROOT / "kernels/limiter.h").read_text()
    found["LIMITER"] = re.findall(r"\b(LIMITER_\w+) =", limiters)
    return found


def headers():
    return "".join((ROOT / f).read_text() for f in FILES if f.endswith(".h"))


def source_of(name):
    """The source that a file is compiled in."""
    if name.startswith("kernels/release"):
        return "kernels/release.c"
    if name in ("kernels/defaults.c", "kernels/boot.def"):
        return "kernels/defaults.c"
    if name.startswith("kernels/") and name != "kernels/machine.c":
        return "kernels/rules.c"
    return name


def rule_order():
    return re.findall(r"^RULE\((\w+),", (ROOT / "kernels/rules.def").read_text(), re.M)


# Macros that only put names together, and lines that hold names and citations.
PLUMBING = {"CELL", "CELLS", "KERNEL", "RULES", "RULE", "RELEASES", "VERIFIED", "VENDOR", "COUNT",
            "BIT", "PER_KERNEL", "LAST"}


def is_data(line):
    macro = re.match(r"\s*#\s*define\s+(\w+)", line)
    if macro:
        return macro.group(1) in PLUMBING or macro.group(1).startswith("TCPOOM_")
    return re.match(r"\s*(#\s*(include|undef|if|ifdef|ifndef|else|endif)|enum \{|static const "
                    r"struct tcpoom_variant|\[[A-Z_]+_\w+\] = |\")", line)


def literal(name, line, token):
    """Characters and names that release.c compares with."""
    if not name.startswith("kernels/release") or len(token) < 3:
        return []
    if token[0] == "'" and len(token) == 3:
        return ["'%s'" % chr(ord(token[1]) + 1)]
    if token[0] == '"' and re.search(r"str(str|chr|ncmp|cmp|cspn|spn)\(|^VENDOR\(", line):
        return [token[:-2] + '"'] if "%" not in token and " " not in token.strip('"') else []
    return []


def exchanges(token, before):
    if token in OPERATORS:
        unary = token in "*&-" and (before in "(,=&|<>?:!{;" or before == "return")
        pointer = token == "*" and (before in ("const", "char", "void", "bool") or
                                    before.startswith(("tcpoom", "span", "release")))
        return [] if unary or pointer or before in ("uint8_t", "struct") else OPERATORS[token]
    if re.fullmatch(r"0x[0-9a-fA-F]+|\d+", token):
        number = int(token, 0)
        return [str(number + 1)] + ([str(number - 1)] if number else [])
    for names in NAMES:
        if token in names:
            return [n for n in names if n != token]
    return []


def code_mutants(name, text, rules):
    values = {v: names for names in rules.values() for v in names}
    tokens = [m for m in TOKEN.finditer(text) if not m.group().startswith("/*")]
    starts = [0] + [m.end() for m in re.finditer("\n", text)]
    macro, data_until = False, -1
    for i, m in enumerate(tokens):
        line = max(s for s in starts if s <= m.start())
        whole = text[line:text.find("\n", line)]
        if is_data(whole) and not name.endswith(".def"):
            data_until = line
            if whole.rstrip().endswith("\\"):
                macro = True
        if data_until == line or macro:
            macro = whole.rstrip().endswith("\\")
            continue
        token = m.group()
        before = tokens[i - 1].group() if i else ""
        if token[0] in "\"'":
            for new in literal(name, whole, token):
                yield line, m.start(), m.end(), token, new
            continue
        for new in values.get(token) or exchanges(token, before):
            if new != token:
                yield line, m.start(), m.end(), token, new


def table_mutants(text, rules):
    """Each cell of the table to each other variant of its column."""
    order = rule_order()
    split = order.index("rto_max")
    for m in re.finditer(r'^(RULES|KERNEL)\((\w+),(?:\s*"[^"]*",)?', text, re.M):
        columns = order[:split] if m.group(1) == "RULES" else order[split:]
        at = m.end()
        for column in columns:
            cell = re.compile(r"\s*(\w+)").match(text, at)
            prefix = column.upper() + "_"
            for name in rules[column.upper()]:
                if name != prefix + cell.group(1):
                    yield m.start(), cell.start(1), cell.end(1), cell.group(1), name[len(prefix):]
            at = cell.end() + 1


def rows(text):
    """{id: {column: cell}}"""
    order = rule_order()
    split = order.index("rto_max")
    found = {}
    for m in re.finditer(r'^(RULES|KERNEL)\((\w+),(?:\s*"[^"]*",)?(.*)\)$', text, re.M):
        columns = order[:split] if m.group(1) == "RULES" else order[split:]
        found.setdefault(m.group(2), {}).update(zip(columns, re.split(r",\s*", m.group(3).strip())))
    return found


def cannot_act(text, mutant):
    """As table.def argues: these cells are not read in their row."""
    line, start = mutant[0], mutant[1]
    order = rule_order()
    head = re.match(r'(RULES|KERNEL)\((\w+),(?:\s*"[^"]*",)?', text[line:])
    columns = order[:order.index("rto_max")] if head.group(1) == "RULES" else \
        order[order.index("rto_max"):]
    column = columns[text[line + head.end():start].count(",")]
    row = rows(text)[head.group(2)]
    return column == "negative" and row["count"] in ("atomic", "cached") or \
        column == "self" and row["count"] == "cached" or \
        column in ("stamp", "clock", "age") and row["retransmit"] == "count"


def build(folder, sources):
    objects = []
    for source in sources:
        obj = folder / (source.replace("/", "_") + ".o")
        subprocess.run(["gcc", *FLAGS, "-c", source, "-o", str(obj)], cwd=folder, check=True,
                       stderr=subprocess.DEVNULL)
        objects.append(str(obj))
    return objects


class Worker:
    """A copy of the project, with everything built but the changed file."""

    def __init__(self):
        self.dirty = None # the source whose object holds a change
        self.folder = Path(tempfile.mkdtemp(prefix="tcpoom-mutants-"))
        (self.folder / "build").mkdir() # transcripts write there
        for part in "model kernels traces diff cli tests README.md".split():
            copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
            copy(ROOT / part, self.folder / part)
        glob = lambda *globs: [str(p.relative_to(self.folder)) for g in globs
                               for p in sorted(self.folder.glob(g))]
        changed = sorted({source_of(name) for name in FILES})
        common = [s for s in glob("model/*.c", "kernels/*.c", "traces/*.c", "diff/*.c")
                  if s not in changed]
        self.common = build(self.folder, common)
        self.changed = build(self.folder, changed)
        self.portable = build(self.folder, ["tests/portable/main.c", "tests/check.c",
                                            "tests/state_text.c", "tests/golden.c",
                                            "tests/test_vectors.c", "tests/test_history.c",
                                            "tests/test_state.c", "tests/test_release.c",
                                            "tests/sequence.c", "tests/test_ratelimit.c",
                                            "tests/test_orphan_count.c", "tests/test_memory.c",
                                            "tests/test_run.c", "tests/test_workload.c",
                                            "tests/test_defaults.c"])
        self.full = build(self.folder, glob("tests/*.c"))
        self.cli = build(self.folder, glob("cli/*.c"))

    def run(self, objects, out, libs=(), env=None):
        """True if the tests pass."""
        if subprocess.run(["gcc", *objects, *self.common, *self.changed, *libs, *LIBS, "-o", out],
                          cwd=self.folder, capture_output=True).returncode:
            return False
        try:
            return subprocess.run([out], cwd=self.folder, capture_output=True, timeout=120,
                                  env=env).returncode == 0
        except subprocess.TimeoutExpired:
            return False

    def survives(self, name, text):
        path = self.folder / name
        original = path.read_text()
        source = source_of(name)
        if self.dirty and self.dirty != source:
            build(self.folder, [self.dirty])
        self.dirty = source
        path.write_text(text)
        try:
            build(self.folder, [source])
        except subprocess.CalledProcessError:
            return None
        finally:
            path.write_text(original)
        return self.passes() and self.is_sound(source, path, text)

    def is_sound(self, source, path, text):
        """The quick tests once more with sanitizers: a read behind an array may go unnoticed."""
        flags = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
        original = path.read_text()
        path.write_text(text)
        subprocess.run(["gcc", *FLAGS, *flags, "-c", source, "-o", "sound.o"], cwd=self.folder,
                       check=True, stderr=subprocess.DEVNULL)
        path.write_text(original)
        others = [o for o in self.changed if not o.endswith(source.replace("/", "_") + ".o")]
        subprocess.run(["gcc", *flags, "sound.o", *others, *self.common, *self.portable, *LIBS,
                        "-o", "sound"], cwd=self.folder, check=True)
        try:
            return subprocess.run(["./sound"], cwd=self.folder, capture_output=True,
                                  timeout=20).returncode == 0
        except subprocess.TimeoutExpired:
            return False

    def passes(self):
        """The quick tests first, then all."""
        if not self.run(self.portable, "./portable"):
            return False
        subprocess.run(["gcc", *self.cli, *self.common, *self.changed, *LIBS, "-o", "tcpoom"],
                       cwd=self.folder, check=True)
        env = dict(os.environ, TCPOOM=str(self.folder / "tcpoom"))
        return self.run(self.full, "./full", ["-lcunit"], env)


def main():
    names = [str(Path(a).resolve().relative_to(ROOT)) for a in sys.argv[1:]] or FILES
    rules = variants(headers())
    work = []
    for name in names:
        text = (ROOT / name).read_text()
        found = table_mutants(text, rules) if name == "kernels/table.def" else \
            code_mutants(name, text, rules)
        work += [(name, text, m) for m in found]
    workers = Queue()
    for _ in range(os.cpu_count() or 1):
        workers.put(Worker())
    if not workers.queue[0].passes():
        sys.exit("mutants.py: the tests fail without any change")
    count = Counter()
    done = 0

    def try_one(item):
        nonlocal done
        name, text, (line, start, end, old, new) = item
        worker = workers.get()
        result = worker.survives(name, text[:start] + new + text[end:])
        workers.put(worker)
        done += 1
        if sys.stderr.isatty():
            print("\r%d of %d" % (done, len(work)), end="", file=sys.stderr)
        return result

    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        results = list(pool.map(try_one, work))
    for (name, text, mutant), result in zip(work, results):
        line, start, end, old, new = mutant
        whole = text[text.rfind("\n", 0, start) + 1:text.find("\n", start)]
        if result is None:
            count["do not compile"] += 1
        elif not result:
            count["noticed"] += 1
        elif "equivalent:" in whole or name == "kernels/table.def" and cannot_act(text, mutant):
            count["equivalent, as the file argues"] += 1
        else:
            count["survive"] += 1
            print("%s:%d: %s -> %s: %s" % (name, text.count("\n", 0, start) + 1, old, new,
                                                   whole.strip()))
    print(", ".join("%d %s" % (n, what) for what, n in sorted(count.items())),
          "of %d changes" % len(work))
    while not workers.empty():
        shutil.rmtree(workers.get().folder)
    sys.exit(1 if count["survive"] else 0)


main()
