#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""mutants.py [FILE...]: which changes to the models do the tests not notice?

Changes every operator, constant and variant in kernels/, model/ and diff/ (or in the given files of
them) one at a time, builds the tests with it and runs them. A change that no test notices survives;
it is listed, unless its line says `equivalent: why`, or it is a cell of table.def that cannot act in
its row (see there). Exits with 1 if anything else survives.
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
        sorted(str(p.relative_to(ROOT)) for part in ("model", "diff")
               for p in (ROOT / part).glob("*.c"))
# Suites that are over in no time and notice most changes.
QUICK = ("vectors history state release ratelimit orphan_count memory run workload defaults cause "
         "ledger").split()

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


class Worker:
    """A copy of the project, with everything built."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="tcpoom-mutants-"))
        files = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True,
                               check=True).stdout.split()
        for name in files:
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, self.folder / name)

    def make(self, variant):
        return subprocess.run(["make", "-s", "CFLAGS=-w", f"build/{variant}/tests/run",
                               f"build/{variant}/tcpoom"], cwd=self.folder,
                              capture_output=True).returncode == 0

    def passes(self, variant, *suites):
        """A test that never ends does not pass."""
        env = dict(os.environ, TCPOOM=f"build/{variant}/tcpoom")
        try:
            return subprocess.run([f"build/{variant}/tests/run", *suites], cwd=self.folder,
                                  capture_output=True, timeout=300, env=env).returncode == 0
        except subprocess.TimeoutExpired:
            return False

    def survives(self, name, text):
        """The quick tests first, then all; then again with sanitizers, for a read behind an array
        may go unnoticed. None: it does not compile."""
        path = self.folder / name
        original = path.read_text()
        path.write_text(text)
        try:
            if not self.make("release"):
                return None
            return self.passes("release", *QUICK) and self.passes("release") and \
                self.make("check") and self.passes("check", *QUICK)
        finally:
            path.write_text(original)


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
    first = workers.queue[0]
    if not (first.make("release") and first.passes("release") and
            first.make("check") and first.passes("check", *QUICK)):
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
