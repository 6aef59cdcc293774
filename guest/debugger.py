#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Makes states that no caller of a kernel makes, through the gdb stub of qemu, so that the kernel's
own code decides them all the same.

  guest/debugger.py SOCKET LOG

SOCKET is where qemu listens, stopped (-S -gdb unix:SOCKET). LOG is the console of an earlier run of
the same kernel, which says where its functions and the fields of a socket are (guest/init.c). What
is changed depends on the port of the socket that the kernel decides on:

  21000 on  do_reset of tcp_out_of_resources becomes 0
  22000 on  when it is closed, the references to its network namespace are 0, as when that exits,
            until the socket is gone
  23000 on  the same when a timer asks
"""
import os
import pathlib
import re
import socket
import sys
import time

# In gdb's list of registers: the first two arguments of a function, and where the CPU is.
FIRST, SECOND, AT = (0, 1, 32) if os.environ.get("ARCH") == "arm64" else (5, 4, 16)
NO_RESET, CLOSE_EXITS, TIMER_EXITS = (range(n, n + 1000) for n in (21000, 22000, 23000))


class Stub:
    """The remote serial protocol of gdb, as much of it as is needed."""

    def __init__(self, path):
        self.socket, self.rest = socket.socket(socket.AF_UNIX), b""
        for _ in range(100):
            try:
                self.socket.connect(path)
                break
            except OSError:
                time.sleep(0.1)
        self.ask("QStartNoAckMode")

    def ask(self, command):
        """Sends a command and returns the answer, or None where the guest has ended."""
        try:
            self.socket.sendall(f"${command}#{sum(command.encode()) % 256:02x}".encode())
            while b"#" not in self.rest[:-2]:
                got = self.socket.recv(4096)
                if not got:
                    return None
                self.rest += got
        except OSError:
            return None
        text, _, self.rest = self.rest.partition(b"#")
        self.rest = self.rest[2:]
        return text[text.index(b"$") + 1:].decode()

    def registers(self):
        text = self.ask("g")
        return [int.from_bytes(bytes.fromhex(text[16 * n:16 * n + 16]), "little")
                for n in (FIRST, AT)]

    def set_register(self, number, value):
        text = self.ask("g")
        new = value.to_bytes(8, "little").hex()
        self.ask("G" + text[:16 * number] + new + text[16 * number + 16:])

    def read(self, at, size):
        return int.from_bytes(bytes.fromhex(self.ask(f"m{at:x},{size:x}")), "little")

    def write(self, at, size, value):
        self.ask(f"M{at:x},{size:x}:" + value.to_bytes(size, "little").hex())

    def breakpoint(self, at, on):
        self.ask(f"{'Z' if on else 'z'}0,{at:x},1")


class Layout:
    def __init__(self, log):
        self.function = {name: int(at, 16)
                         for at, name in re.findall(r"^FUNCTION ([0-9a-f]+) (\w+)", log, re.M)}
        self.port = int(re.search(r" sport=\+(\d+)\(", log)[1])
        self.references, self.net = map(int, re.search(r" net=\+(\d+)\(\+(\d+)\(", log).groups())


class Debugger:
    def __init__(self, stub, layout):
        self.stub, self.layout, self.references = stub, layout, {}
        self.at = {at: getattr(self, name) for name, at in layout.function.items()}

    def tcp_out_of_resources(self, sk, port):
        if port in NO_RESET:
            self.stub.set_register(SECOND, 0)
        if port in TIMER_EXITS:
            self.take_namespace(sk)

    def tcp_check_oom(self, sk, port):
        if port in CLOSE_EXITS:
            self.take_namespace(sk)

    def take_namespace(self, sk):
        at = self.stub.read(sk + self.layout.net, 8) + self.layout.references
        self.references[sk] = at, self.stub.read(at, 4)
        self.stub.write(at, 4, 0)

    def sk_stream_kill_queues(self, sk, _):
        """The socket has been destroyed: what follows gives the namespace back."""
        if sk in self.references:
            at, count = self.references.pop(sk)
            self.stub.write(at, 4, count)

    def run(self):
        for at in self.at:
            self.stub.breakpoint(at, True)
        while (stop := self.stub.ask("c")) and stop[0] == "T":
            sk, at = self.stub.registers()
            self.at[at](sk, self.stub.read(sk + self.layout.port, 2))
            self.stub.breakpoint(at, False)
            self.stub.ask("s")
            self.stub.breakpoint(at, True)


def main():
    layout = Layout(pathlib.Path(sys.argv[2]).read_text(errors="replace"))
    Debugger(Stub(sys.argv[1]), layout).run()


main()
