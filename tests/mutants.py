#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""mutants.py [FILE...]: which changes to the models do the tests not notice?

Changes every operator, constant and variant in kernels/, model/ and diff/ (or in the given files of
them) and drops every condition, one at a time, builds the tests with it and runs them. A change that
no test notices survives; it is listed, unless its line, or a comment above it, argues
`equivalent: CHANGE or CHANGE, why` (what the token becomes; `numbers` for any number; `true` for a
condition that always holds; `left`, `right`: all that is left of && or ||), or a comment before it
`equivalent from here:` the same, up to the end of the file, or it is a cell of table.def that cannot
act in its row (see there). Exits with 1 if anything else survives.
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
FILES = ["kernels/boot.def", "kernels/releases.def", "kernels/table.def"] + \
        sorted(str(p.relative_to(ROOT)) for part in ("kernels", "model", "diff")
               for p in (ROOT / part).glob("*.[ch]"))
# Suites that are over in no time and notice most changes, before those that take longer.
QUICK = ("vectors history state release ratelimit orphan_count memory run workload defaults cause "
         "ledger keys heap compare skeleton ways regions").split()
SLOWER = [("divergences possible relation critical running witness scenarios shrink_log log traces text "
           "csv csv_trace jsonl write input facts whatif advice walk parts survey").split(),
          ["boundary", "class", "sample", "identify"], ["diagnose"], ["fuzz"], ["atlas"], ["transcripts"]]
SLOWER += [[suite for path in sorted(ROOT.glob("tests/test_*.c"))
            for suite in re.findall(r"^SUITE\((\w+)\)", path.read_text(), re.M)
            if suite not in QUICK + sum(SLOWER, [])]]

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
    return "".join((ROOT / f).read_text() for f in FILES if re.match(r"kernels/.*\.h$", f))


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


def operand(tokens, i, step):
    """The index of the last token of the operand of tokens[i] on its left (step -1) or right."""
    opening, closing = ("([{", ")]}")[::step]
    ends = {"&&": ["||"], "||": []}[tokens[i].group()] + ["?", ":", ",", ";", "=", "return"]
    if step < 0 and tokens[i].group() == "&&":
        ends.append("&&")  # of a && b && c each one is dropped once
    depth, last = 0, i
    while 0 <= last + step < len(tokens):
        token = tokens[last + step].group()
        depth += (token in opening) - (token in closing)
        if depth < 0 or not depth and token in ends:
            break
        last += step
    return last


def dropped(tokens, i, text):
    """Of `a && b` (or ||) one side alone; of `if (a)` the condition: (start, end, new, what)."""
    token, at = tokens[i].group(), tokens[i]
    if token in ("&&", "||"):
        left, right = operand(tokens, i, -1), operand(tokens, i, 1)
        yield tokens[left].start(), at.end(), "", "right"
        yield at.start(), tokens[right].end(), "", "left"
    elif token == "if" and i + 1 < len(tokens) and tokens[i + 1].group() == "(":
        yield tokens[i + 1].end(), tokens[i + 1].end(), "1 || ", "true"


def bodies(name, text):
    """Where there is code: of a header that only declares things in its functions alone."""
    if name.endswith(".h") and not re.search("PER_KERNEL|#define NEED_", text):
        return [m.span() for m in re.finditer(r"^static inline [^;]*?^\{.*?^\}", text, re.M | re.S)]
    return [(0, len(text))]


def is_parameter(tokens, i):
    """The number of a parameter `int a[3]`, which says nothing to the compiler."""
    text = [m.group() for m in tokens[max(i - 3, 0):i + 3]]
    return len(text) == 6 and text[2] == "[" and text[4] == "]" and text[5] in ",)" and \
        re.match(r"\w|\*", text[0])


def is_array(tokens, i):
    """The size in a declaration `int a[3], b[3]`."""
    text = [m.group() for m in tokens[max(i - 3, 0):i + 2]]
    if len(text) < 5 or text[2] != "[" or text[4] != "]" or not re.match(r"[a-z_]", text[1]):
        return False
    if text[0] == "," and i > 5 and tokens[i - 4].group() == "]":
        return is_array(tokens, i - 5)
    return re.match(r"[a-z_]", text[0]) and text[0] != "return"


def code_mutants(name, text, rules):
    values = {v: names for names in rules.values() for v in names}
    tokens = [m for first, last in bodies(name, text) for m in TOKEN.finditer(text, first, last)
              if not m.group().startswith("/*")]
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
                yield m.start(), m.end(), token, new, new
            continue
        for new in values.get(token) or exchanges(token, before):
            larger = new.isdigit() and token.isdigit() and int(new) > int(token)
            if new != token and not is_parameter(tokens, i) and not (larger and is_array(tokens, i)):
                yield m.start(), m.end(), token, new, new
        for start, end, new, what in dropped(tokens, i, text):
            yield start, end, token, new, what


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
                    new = name[len(prefix):]
                    yield cell.start(1), cell.end(1), cell.group(1), new, new
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
    start = mutant[0]
    line = text.rfind("\n", 0, start) + 1
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

    def make(self, variant, *programs):
        """With ccache, if it is there: a cell of the table concerns few of those that include it."""
        env = dict(os.environ, PATH="/usr/lib/ccache:" + os.environ["PATH"])
        return subprocess.run(["make", "-s", "CFLAGS=-w"] +
                              [f"build/{variant}/{program}" for program in programs],
                              cwd=self.folder, env=env, capture_output=True).returncode == 0

    def passes(self, variant, *suites, seconds=300):
        """A test that never ends does not pass."""
        env = dict(os.environ, TCPOOM=f"build/{variant}/tcpoom", TCPOOM_CHECK_STOP="1")
        try:
            return subprocess.run([f"build/{variant}/tests/run", *suites], cwd=self.folder,
                                  capture_output=True, timeout=seconds,
                                  env=env).returncode == 0
        except subprocess.TimeoutExpired:
            return False

    def sound(self):
        return self.make("release", "tests/run", "tcpoom") and self.passes("release") and \
            self.make("check", "tests/run", "tcpoom") and self.passes("check", *QUICK)

    def survives(self, name, text):
        """The quick tests first, then all; then again with sanitizers, for a read behind an array
        may go unnoticed. None: it does not compile."""
        path = self.folder / name
        original = path.read_text()
        path.write_text(text)
        try:
            if not self.make("release", "tests/run"):
                return None
            return self.passes("release", *QUICK, seconds=30) and self.make("release", "tcpoom") and \
                all(self.passes("release", *suites) for suites in SLOWER) and \
                self.make("check", "tests/run", "tcpoom") and \
                self.passes("check", *QUICK, *SLOWER[0], "atlas", seconds=600)
        finally:
            path.write_text(original)


def argued(text, start, what):
    """Whether the line, a comment on the line above, or one of the file before it that is to hold
    from there on argues that this change changes nothing."""
    line = text.rfind("\n", 0, start) + 1
    above = text[text.rfind("\n", 0, max(line - 1, 0)) + 1:line]
    whole = (above if above.strip().startswith("/*") else "") + text[line:text.find("\n", start)]
    markers = re.findall(r"equivalent: ([^,]*)", whole) + \
        re.findall(r"equivalent from here: ([^,]*)", text[:start])
    return any(what in marker.split() or what.isdigit() and "numbers" in marker.split()
               for marker in markers)


def try_all(work, workers):
    done = 0

    def try_one(item):
        nonlocal done
        name, text, (start, end, _, new, _) = item
        worker = workers.get()
        result = worker.survives(name, text[:start] + new + text[end:])
        workers.put(worker)
        done += 1
        if sys.stderr.isatty():
            print("\r%d of %d" % (done, len(work)), end="", file=sys.stderr)
        return result

    count = Counter()
    pool = ThreadPoolExecutor(workers.qsize())
    for (name, text, mutant), result in zip(work, pool.map(try_one, work)):
        start, end, old, new, what = mutant
        whole = text[text.rfind("\n", 0, start) + 1:text.find("\n", start)]
        if result is None:
            count["do not compile"] += 1
        elif not result:
            count["noticed"] += 1
        elif argued(text, start, what) or name == "kernels/table.def" and cannot_act(text, mutant):
            count["equivalent, as the file argues"] += 1
        else:
            count["survive"] += 1
            print("%s:%d: %s -> %s: %s" % (name, text.count("\n", 0, start) + 1, old, what,
                                           whole.strip()), flush=True)
    print(", ".join("%d %s" % (n, what) for what, n in sorted(count.items())),
          "of %d changes" % len(work))
    return count["survive"]


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
    made = [Worker() for _ in range(os.cpu_count() or 1)]
    try:
        for worker in made:
            workers.put(worker)
        if not made[0].sound():
            sys.exit("mutants.py: the tests fail without any change")
        sys.exit(1 if try_all(work, workers) else 0)
    finally:
        for worker in made:
            shutil.rmtree(worker.folder)


main()
