#!/usr/bin/env python3
"""Makes a trace.dat of trace-cmd smaller: smaller.py FROM TO NAME...

Keeps all events, options and names of tasks. Of the formats it keeps those of the ftrace folder and of the events that are named,
of the kernel's symbols those that are named; places that the file tells of are moved to where things are then.
Little-endian, versions 6 and 7; zstd inside a file needs the zstd program.
"""
import struct
import subprocess
import sys


class Reader:
    def __init__(self, b, at=0):
        self.b, self.at = b, at

    def take(self, n):
        self.at += n
        return self.b[self.at - n : self.at]

    def u16(self):
        return struct.unpack("<H", self.take(2))[0]

    def u32(self):
        return struct.unpack("<I", self.take(4))[0]

    def u64(self):
        return struct.unpack("<Q", self.take(8))[0]

    def name(self):
        end = self.b.index(0, self.at)
        return self.take(end + 1 - self.at)


def zstd(b, *flags):
    return subprocess.run(["zstd", "-q", "-c", *flags], input=b, stdout=subprocess.PIPE, check=True).stdout


def event_formats(r, names):
    systems = []
    for _ in range(r.u32()):
        system = r.name()
        texts = [r.take(r.u64()) for _ in range(r.u32())]
        texts = [t for t in texts if t.split(b"\n")[0].removeprefix(b"name: ").decode() in names]
        if texts:
            systems.append(system + struct.pack("<I", len(texts)) + b"".join(struct.pack("<Q", len(t)) + t for t in texts))
    return struct.pack("<I", len(systems)) + b"".join(systems)


def symbols(r, names):
    functions = {n.removesuffix("_ret") for n in names}
    text = b"".join(line for line in r.take(r.u32()).splitlines(True) if line.split()[2].decode() in functions)
    return struct.pack("<I", len(text)) + text


def version6(b, r, names, page):
    begin = r.at
    for _ in range(2):
        r.name()
        r.take(r.u64())
    for _ in range(r.u32()):
        r.take(r.u64())
    out = b[:begin] + b[begin : r.at] + event_formats(r, names) + symbols(r, names)
    begin = r.at
    r.take(r.u32())
    r.take(r.u64())
    cpus = r.u32()
    while not r.take(10).startswith(b"flyrecord"):
        while r.u16() != 0:
            r.take(r.u32())
    out += b[begin : r.at]
    areas = [(r.u64(), r.u64()) for _ in range(cpus)]
    at = -(-(len(out) + 16 * cpus) // page) * page
    for _, size in areas:
        out += struct.pack("<QQ", at, size)
        at += size
    out += bytes(-len(out) % page)
    return out + b"".join(b[at : at + size] for at, size in areas)


def version7(b, r, names, page):
    r.name()
    r.name()
    first = r.at
    out = bytearray(b[: r.at + 8])
    r.take(8)
    moved, lists, areas = {}, [], {}
    data = cpu_areas(b, struct.unpack_from("<Q", b, first)[0])
    while r.at < len(b):
        begin = r.at
        section, flags, name, size = r.u16(), r.u16(), r.u32(), r.u64()
        body = r.take(size)
        moved[begin] = at = len(out)
        if section in (18, 19):
            plain = body if not flags & 1 else zstd(body[8:], "-d")
            plain = (event_formats if section == 18 else symbols)(Reader(plain), names)
            folded = zstd(plain, "-19") if flags & 1 else plain
            body = (struct.pack("<II", len(folded), len(plain)) if flags & 1 else b"") + folded
        if section == 3:
            out += bytes(16)
            for old, length in sorted(a for a in data if begin <= a[0] < r.at):
                out += bytes(-len(out) % page)
                areas[old] = len(out)
                lead = 4 if flags & 1 else 0
                out += b[old : old + length + lead]
            struct.pack_into("<HHIQ", out, at, section, flags, name, len(out) - at - 16)
        else:
            if section == 0:
                assert not flags & 1
                lists.append(at + 16)
            out += struct.pack("<HHIQ", section, flags, name, len(body)) + body
    def move(at, places=moved):
        struct.pack_into("<Q", out, at, places[struct.unpack_from("<Q", out, at)[0]])
    move(first)
    for at in lists:
        option = Reader(out, at)
        while True:
            kind, size = option.u16(), option.u32()
            at = option.at
            option.take(size)
            if kind in (3, 16, 17, 18, 19, 20, 21):
                move(at)
            if kind == 3:
                buffer = Reader(out, at + 8)
                buffer.name(), buffer.name(), buffer.u32()
                for _ in range(buffer.u32()):
                    move(buffer.at + 4, areas)
                    buffer.take(20)
            if kind == 0:
                if struct.unpack_from("<Q", out, at)[0]:
                    move(at)
                break
    return bytes(out)


def cpu_areas(b, at):
    """Where the pages of all CPUs are, as the options say."""
    areas = []
    while at:
        option = Reader(b, at + 16)
        while True:
            kind, size = option.u16(), option.u32()
            body = Reader(option.take(size))
            if kind == 3:
                body.u64(), body.name(), body.name(), body.u32()
                for _ in range(body.u32()):
                    body.u32()
                    areas.append((body.u64(), body.u64()))
            if kind == 0:
                at = body.u64()
                break
    return areas


def main(source, target, *names):
    b = open(source, "rb").read()
    r = Reader(b, 10)
    version = r.name()
    assert r.take(1) == b"\0"
    r.take(1)
    page = r.u32()
    out = (version6 if version == b"6\0" else version7)(b, r, set(names), page)
    open(target, "wb").write(out)


main(*sys.argv[1:])
