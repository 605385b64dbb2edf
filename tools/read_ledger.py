#!/usr/bin/env python3
"""Reads a ledger of Rapport without Rapport: every event as one line of JSON, and the tree root.

A second implementation, written from docs/format.md alone, with nothing but Python's standard library and the package lz4
(PyPI). It changes nothing.

    read_ledger.py DIR                     every event on standard output, size and tree root on standard error
    read_ledger.py DIR --from N --count N  a part
    read_ledger.py DIR --root [SIZE]       the tree root alone, of all events or of the first SIZE
    read_ledger.py --frames FILE           the frames of a journal: offset, first position, count, sizes, root
    read_ledger.py DIR --verify            checks every CRC, bound and root, and the checkpoint; status 65 on damage

Section numbers are those of docs/format.md.
"""

import argparse
import base64
import datetime
import hashlib
import json
import os
import struct
import sys
import uuid
import lz4.block

PAGE, RAW, WHOLE = 4096, 1 << 31, 0xFFFFFFFF
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

class Damage(Exception):
    """Something on disk is not what docs/format.md says. Holds file, offset and words."""
    def __init__(self, path, offset, what):
        super().__init__(f"{path}, byte {offset}: {what}")

# Section 1: conventions ------------------------------------------------------------------------------------------

TABLE = list(range(256))
for _ in range(8):
    TABLE = [value >> 1 ^ 0x82F63B78 if value & 1 else value >> 1 for value in TABLE]

def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ TABLE[(crc ^ byte) & 255]
    return crc ^ 0xFFFFFFFF

def unlz4(data, size):
    if len(out := lz4.block.decompress(data, uncompressed_size=size)) != size:
        raise ValueError("another size than promised")
    return out

def timestamp(microseconds):
    moment = datetime.datetime(1970, 1, 1) + datetime.timedelta(microseconds=microseconds)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")

# Section 5: the tree ---------------------------------------------------------------------------------------------

class Tree:
    """The frontier of a hash tree as in RFC 6962."""
    def __init__(self, size=0, hashes=()):
        self.size, self.hashes = size, list(hashes)

    def add(self, entry):
        node, size = hashlib.sha256(b"\0" + entry).digest(), self.size
        while size & 1:
            node, size = hashlib.sha256(b"\1" + self.hashes.pop() + node).digest(), size >> 1
        self.hashes.append(node)
        self.size += 1

    def root(self):
        if not self.hashes:
            return hashlib.sha256(b"").digest()
        node = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            node = hashlib.sha256(b"\1" + left + node).digest()
        return node

# Section 6: the journal ------------------------------------------------------------------------------------------

def frames(path, ledger=None, expected=None):
    """The valid frames of a journal: offset, header fields, entries. Ends where none is."""
    data = open(path, "rb").read()
    head = data[:128]
    if head[:8] != b"RPTJRNL1" or len(head) < 128 or crc32c(head[:124]) != struct.unpack_from("<I", head, 124)[0]:
        raise Damage(path, 0, "the header of the journal fails its check")
    if ledger and head[16:32] != ledger:
        raise Damage(path, 16, "a journal of another ledger")
    first = struct.unpack_from("<Q", head, 32)[0]
    if expected is not None and (first != expected.size or head[40:72] != expected.root()):
        raise Damage(path, 32, f"starts at position {first}, the log before it ends at {expected.size}, or the roots differ")
    offset = PAGE
    while offset + 96 <= len(data):
        header = data[offset:offset + 96]
        magic, flags, size = struct.unpack_from("<4sHH", header)
        if magic != b"RFRM" or size != 96 or flags > 1 or crc32c(header[:92]) != struct.unpack_from("<I", header, 92)[0]:
            break
        start, count, raw, stored, epoch = struct.unpack_from("<QIIII", header, 24)
        whole = (96 + stored + 16 + PAGE - 1) // PAGE * PAGE
        if start != first or header[8:24] != head[16:32] or not 1 <= count <= 65536 or not 3 * count <= raw <= 8388608:
            break
        if not 1 <= stored or raw > 255 * stored + 16 or (flags and stored != raw) or offset + whole > len(data):
            break
        payload = data[offset + 96:offset + 96 + stored]
        if struct.unpack_from("<II8s", data, offset + 96 + stored) != (crc32c(payload), whole, b"RFRMEND1"):
            break
        records, entries, place = payload if flags else unlz4(payload, raw), [], 0
        while place < len(records):
            size = struct.unpack_from(">H", records, place)[0]
            entries.append(records[place + 2:place + 2 + size])
            place += 2 + size
        if len(entries) != count or place != len(records):
            break
        yield offset, start, count, raw, stored, header[48:80], entries
        first, offset = first + count, offset + whole

# Section 7: the segment ------------------------------------------------------------------------------------------

class Cursor:
    def __init__(self, data, at=0):
        self.data, self.at = data, at

    def take(self, count):
        if self.at + count > len(self.data):
            raise ValueError("it ends too early")
        self.at += count
        return self.data[self.at - count:self.at]

    def number(self, size, signed=False):
        return int.from_bytes(self.take(size), "little", signed=signed)

    def varint(self):
        value = shift = 0
        while (byte := self.take(1)[0]) > 127:
            value |= (byte & 127) << shift
            shift += 7
        return value | byte << shift

def packed(data, count, width):
    if width == 0:
        return [0] * count
    mask = (1 << width) - 1
    # In parts, because shifting one huge number is slow.
    values, step = [], 1024
    for start in range(0, count, step):
        part = int.from_bytes(data[start * width // 8:((start + step) * width + 7) // 8], "little")
        values += [part >> i * width & mask for i in range(min(step, count - start))]
    return values

def dictionary(data):
    c = Cursor(data)
    form, flags, _, count = c.number(1), c.number(1), c.take(2), c.number(4)
    strings, groups = [], (count + 63) // 64
    if form == 0:
        c.take(4 * groups)
        for i in range(count):
            shared = 0 if i % 64 == 0 else c.varint()
            strings.append((strings[-1][:shared] if shared else b"") + c.take(c.varint()))
    elif form == 1:
        strings = [str(uuid.UUID(bytes=c.take(16))).encode() for _ in range(count)]
    elif form == 2:
        length, digits = c.number(1), c.number(1)
        c.take(6)
        prefix = c.take((length + 7) // 8 * 8)[:length]
        heads = [(c.number(8), c.take(8))[0] for _ in range(groups)]
        for i in range(count):
            value = heads[i // 64] if i % 64 == 0 else value + c.varint()
            strings.append(prefix + str(value).rjust(digits, "0").encode())
    else:
        raise ValueError("a dictionary of an unknown form")
    if c.at != len(data):
        raise ValueError("bytes behind a dictionary")
    if flags & 2:
        strings = [b'"' + s + b'"' for s in strings]
    return ([b""] if flags & 1 else []) + strings

def ids(data, count, size):
    width = 1 if size <= 256 else 2 if size <= 65536 else 4
    if len(data) != count * width:
        raise ValueError("another number of ids")
    return list(struct.unpack("<%d%s" % (count, {1: "B", 2: "H", 4: "I"}[width]), data))

def lengths(c, count):
    size = c.number(4)
    c.take(8 * ((count + 63) // 64))
    end = c.at + size
    values = [c.varint() for _ in range(count)]
    if c.at != end:
        raise ValueError("lengths of another size")
    return values

def times(data, count):
    c = Cursor(data)
    unit, _ = c.number(8), c.take(8)
    groups = [(c.number(8, True), c.number(4), c.number(1), c.take(3)) for _ in range((count + 127) // 128)]
    bits, values = data[c.at:], []
    for i, (base, offset, width, _) in enumerate(groups):
        part = min(128, count - 128 * i)
        values += [base + unit * v for v in packed(bits[offset:offset + (part * width + 7) // 8], part, width)]
    return values

def event_ids(data, count):
    c = Cursor(data)
    form, _, wide, texts, _ = c.number(1), c.take(3), c.number(4), c.number(4), c.take(4)
    forms = [form] * count
    if form == 0:
        forms = packed(c.take((2 * count + 7) // 8), count, 2)
        c.take(-c.at % 16)
    halves = [c.take(16) for _ in range(wide)]
    strings = [c.take(n) for n in lengths(c, texts)] if texts else []
    result, halves, strings = [], iter(halves), iter(strings)
    for form in forms:
        if form == 0:
            result.append(next(strings).decode())
        elif form == 1:
            result.append(str(uuid.UUID(bytes=next(halves))))
        else:
            value = int.from_bytes(next(halves), "big")
            result.append("".join(CROCKFORD[value >> 5 * i & 31] for i in reversed(range(26))))
    return result

def field_values(data, count, texts, strings):
    c = Cursor(data)
    encoding, width, _, size, base = c.number(1), c.number(1), c.take(2), c.number(4), c.number(8, True)
    if encoding == 0:
        return [c.take(size)] * count
    if encoding == 1:
        return [b"%d" % (base + v) for v in packed(c.take((count * width + 7) // 8), count, width)]
    if encoding == 2:
        prefix = c.take((size + 7) // 8 * 8)[:size]
        return [b'"%s%d"' % (prefix, base + v) for v in packed(c.take((count * width + 7) // 8), count, width)]
    if encoding == 3:
        return [strings[v] for v in packed(c.take((count * width + 7) // 8), count, width)]
    if encoding == 4:
        return [b'"%s"' % str(uuid.UUID(bytes=c.take(16))).encode() for _ in range(count)]
    if encoding == 5:
        part = Cursor(texts)
        return [part.take(n) for n in lengths(c, count)]
    raise ValueError("values of an unknown encoding")

def quote(text):
    return json.dumps(text.decode() if isinstance(text, bytes) else text, ensure_ascii=False)

class Segment:
    def __init__(self, path, ledger):
        self.path, self.data = path, open(path, "rb").read()
        d = self.data
        if len(d) < 320 or d[:8] != b"RPTSEGM1" or crc32c(d[:252]) != struct.unpack_from("<I", d, 252)[0]:
            raise Damage(path, 0, "the header fails its check")
        if struct.unpack_from("<H", d, 8)[0] != 1:
            raise Damage(path, 8, "a newer format")
        self.first, self.count = struct.unpack_from("<QQ", d, 32)
        self.root_before, self.root = d[48:80], d[80:112]
        end = len(d) - 64
        magic, offset, size, crc, file_size, owner, first = struct.unpack_from("<8sQIIQ16sQ", d, end)
        if magic != b"RPTSEGE1" or crc32c(d[end:end + 60]) != struct.unpack_from("<I", d, end + 60)[0] or file_size != len(d):
            raise Damage(path, end, "the trailer fails its check")
        if d[16:32] != ledger or owner != ledger or first != self.first:
            raise Damage(path, end, "a segment of another ledger or place")
        if offset + size != end or crc32c(d[offset:end]) != crc:
            raise Damage(path, offset, "the footer fails its check")
        c = Cursor(d[offset:end])
        blocks, types, chunks, _ = (c.number(4) for _ in range(4))
        self.blocks = [(c.number(4), c.number(4), c.take(48 + 8 * ((types + 63) // 64)))[:2] for _ in range(blocks)]
        self.chunks = {}
        for _ in range(chunks):
            kind, _, block, key, size, place = c.number(2), c.take(2), c.number(4), c.number(4), c.number(4), c.number(8)
            if kind < 128 and kind not in (*range(1, 13), *range(20, 31), *range(40, 45)):
                raise Damage(path, place, f"a chunk of the unknown kind {kind}: a newer format")
            self.chunks[kind, block, key] = place, size

    def content(self, kind, block=WHOLE, key=0, default=None):
        if (kind, block, key) not in self.chunks:
            if default is None:
                raise Damage(self.path, 0, f"a chunk of kind {kind} is missing")
            return default
        place, size = self.chunks[kind, block, key]
        try:
            return self.pages(self.data[place:place + size])
        except (ValueError, lz4.block.LZ4BlockError, struct.error) as error:
            raise Damage(self.path, place, str(error)) from error

    @staticmethod
    def pages(data):
        if data[:4] != b"RCHK" or crc32c(data[:36]) != struct.unpack_from("<I", data, 36)[0]:
            raise ValueError("the header of a chunk fails its check")
        raw, stored, page, count = struct.unpack_from("<IIII", data, 20)
        at = 40 + 8 * count
        if crc32c(data[40:at]) != struct.unpack_from("<I", data, at)[0]:
            raise ValueError("a page table fails its check")
        at, out = at + 4, []
        for i in range(count):
            size, crc = struct.unpack_from("<II", data, 40 + 8 * i)
            part, length = data[at:at + (size & ~RAW)], min(page, raw - page * i)
            if crc32c(part) != crc:
                raise ValueError("a page fails its check")
            out.append(part if size & RAW else unlz4(part, length))
            at += len(part)
        return b"".join(out)

    def column(self, kind, table, implied, types, block, rows, key=0):
        """The id of each row's string: stored, told by the type, or the only one."""
        data = self.content(kind, block, key, b"")
        if data:
            return ids(data, rows, len(table))
        if (12, WHOLE, implied) in self.chunks:
            of_type = ids(self.content(12, key=implied), len(self.types), len(table))
            return [of_type[t] for t in types]
        return [0] * rows

    def customers(self):
        """For each row its customer and revision."""
        names, groups = dictionary(self.content(5)), (self.count + 511) // 512
        starts = self.content(6)[4 * groups:]
        postings = packed(self.content(7, default=b""), self.count, (self.count - 1).bit_length())
        c, result, who = Cursor(self.content(8), 4 * ((len(names) + 63) // 64)), [None] * self.count, -1
        for i, row in enumerate(postings):
            if starts[i // 8] >> i % 8 & 1:
                who, revision = who + 1, c.varint()
            result[row], revision = (names[who], revision), revision + 1
        return result

    def data_of_type(self, block, kind, rows):
        """The data of all rows of one type in a block."""
        if (40, block, kind) not in self.chunks:
            c = Cursor(self.content(28, block, kind))
            part = Cursor(self.content(29, block, kind, b""))
            return [part.take(n) for n in lengths(c, rows)]
        c = Cursor(self.content(40, block, kind))
        fields, count = c.number(4), c.number(4)
        for _ in range(fields):
            c.take(c.varint())
        shapes = []
        for _ in range(count):
            holes = [(c.take(c.varint()), c.varint()) for _ in range(c.varint())]
            shapes.append((holes, c.take(c.varint())))
        chosen = [0] * rows
        if count > 1:
            data = self.content(41, block, kind)
            chosen = packed(data[4 + 4 * fields * ((rows + 63) // 64):], rows, data[0])
        counts = [0] * fields
        for shape in chosen:
            for _, field in shapes[shape][0]:
                counts[field] += 1
        values = []
        for field, n in enumerate(counts):
            key = kind << 16 | field
            strings = dictionary(self.content(44, block, key)) if (44, block, key) in self.chunks else []
            values.append(iter(field_values(self.content(42, block, key), n, self.content(43, block, key, b""), strings)))
        return [b"".join(text + next(values[field]) for text, field in shapes[shape][0]) + shapes[shape][1] for shape in chosen]

    def entries(self):
        self.types, sources, schemas = (dictionary(self.content(kind)) for kind in (1, 2, 3))
        names, c = [], Cursor(self.content(11, default=b"\0\0\0\0"))
        for _ in range(c.number(4)):
            names.append(c.take(c.varint()).decode())
        attributes = [dictionary(self.content(4, key=key)) for key in range(len(names))]
        customers = self.customers()
        for block, (first, rows) in enumerate(self.blocks):
            types = self.column(20, self.types, -1, [], block, rows)
            source = self.column(22, sources, 0, types, block, rows)
            schema = self.column(23, schemas, 1, types, block, rows)
            more = [self.column(24, table, 2 + key, types, block, rows, key) for key, table in enumerate(attributes)]
            names_of = event_ids(self.content(25, block), rows)
            recorded, time = times(self.content(26, block), rows), times(self.content(27, block), rows)
            data = {t: iter(self.data_of_type(block, t, types.count(t))) for t in sorted(set(types))}
            kept, exceptions = {}, Cursor(self.content(30, block, default=b""))
            if exceptions.data:
                place, size = self.chunks[30, block, 0]
                listed = struct.unpack_from("<I", self.data, place + 16)[0]
                table = [(exceptions.number(4), exceptions.number(4)) for _ in range(listed)]
                kept = {row: exceptions.take(size) for row, size in table}
            for row in range(rows):
                own = next(data[types[row]])
                if row in kept:
                    yield kept[row]
                    continue
                subject, revision = customers[first + row]
                members = {"data": own.decode(), "id": quote(names_of[row]), "recordedtime": quote(timestamp(recorded[row])),
                           "sequence": '"%020d"' % (self.first + first + row), "source": quote(sources[source[row]]),
                           "specversion": '"1.0"', "time": quote(timestamp(time[row])), "type": quote(self.types[types[row]])}
                if schemas[schema[row]]:
                    members["dataschema"] = quote(schemas[schema[row]])
                if subject:
                    members["subject"], members["revision"] = quote(subject), str(revision)
                for name, table, column in zip(names, attributes, more):
                    if table[column[row]]:
                        members[name] = table[column[row]].decode()
                yield ("{" + ",".join(f'"{name}":{members[name]}' for name in sorted(members)) + "}").encode()

# Reading a ledger ------------------------------------------------------------------------------------------------

def watermark(path):
    """The acknowledged size, of the valid slot with the higher counter; None where there is none."""
    best = None
    if os.path.exists(path):
        data = open(path, "rb").read()
        for slot in (data[0:128], data[PAGE:PAGE + 128]):
            if slot[:8] == b"RPTWMRK1" and crc32c(slot[:124]) == struct.unpack_from("<I", slot, 124)[0]:
                counter, size = struct.unpack_from("<Q", slot, 8)[0], struct.unpack_from("<Q", slot, 32)[0]
                best = max(best or (0, 0), (counter, size))
    return best[1] if best else None

def checkpoint(directory):
    path = os.path.join(directory, "tlog", "checkpoint")
    if os.path.exists(path):
        lines = open(path, "rb").read().split(b"\n")
        try:
            return int(lines[1]), base64.b64decode(lines[2], validate=True)
        except (ValueError, IndexError) as error:
            raise Damage(path, 0, "not the three lines of a checkpoint") from error
    return None

def entries(directory, thorough):
    """Every acknowledged entry in order. Checks roots where they stand, and the checkpoint; thorough: every chunk."""
    about = json.load(open(os.path.join(directory, "ledger.json"), encoding="utf-8"))
    if about["format"] != 1:
        sys.exit(f"this ledger has format {about['format']}; this program reads format 1")
    ledger, log, tree = uuid.UUID(about["id"]).bytes, os.path.join(directory, "log"), Tree()
    known = checkpoint(directory)
    end = max(watermark(os.path.join(log, "watermark")) or 0, known[0] if known else 0)
    names = os.listdir(log)
    for first in sorted({int(n[:20]) for n in names if n[20:] in (".journal", ".segment")}):
        path = os.path.join(log, f"{first:020d}")
        if tree.size >= end:
            break
        part = None
        if f"{first:020d}.segment" in names:
            try:
                part = Segment(path + ".segment", ledger)
            except Damage:
                # A sealing that was interrupted: the journal still has it all.
                if f"{first:020d}.journal" not in names:
                    raise
        if first != tree.size:
            raise Damage(path, 0, f"the log before it ends at {tree.size}")
        if part:
            if part.root_before != tree.root():
                raise Damage(path + ".segment", 48, "another root for its start")
            for kind, block, key in part.chunks if thorough else ():
                part.content(kind, block, key)
            for entry in part.entries():
                yield checked(entry, tree, known, directory)
            if part.root != tree.root():
                raise Damage(path + ".segment", 80, "its entries give another root")
            continue
        for offset, _, _, _, _, root, found in frames(path + ".journal", ledger, tree):
            if tree.size >= end:
                return
            for entry in found:
                yield checked(entry, tree, known, directory)
            if tree.root() != root:
                raise Damage(path + ".journal", offset, "its entries give another root")
    if tree.size < end:
        raise Damage(log, 0, f"the log ends at {tree.size}, but {end} events were acknowledged")

def checked(entry, tree, known, directory):
    tree.add(entry)
    if known and known[0] == tree.size and known[1] != tree.root():
        raise Damage(os.path.join(directory, "tlog", "checkpoint"), 0, "the checkpoint names another root")
    return entry

def main():
    parser = argparse.ArgumentParser(description="Read a ledger of Rapport without Rapport.")
    parser.add_argument("directory", nargs="?")
    parser.add_argument("--from", dest="start", type=int, default=0)
    parser.add_argument("--count", type=int, default=None)
    parser.add_argument("--root", nargs="?", type=int, const=-1, default=None, metavar="SIZE")
    parser.add_argument("--frames", metavar="FILE")
    parser.add_argument("--verify", action="store_true")
    given = parser.parse_args()
    try:
        if given.frames:
            for offset, first, count, raw, stored, root, _ in frames(given.frames):
                print(offset, first, count, raw, stored, root.hex())
            return
        if not given.directory:
            parser.error("name a ledger's folder")
        tree, output = Tree(), sys.stdout.buffer
        if given.root == 0:
            return print(tree.root().hex())
        for entry in entries(given.directory, given.verify):
            if given.root is None and not given.verify and given.start <= tree.size:
                if given.count is None or tree.size < given.start + given.count:
                    output.write(entry + b"\n")
            tree.add(entry)
            if given.root == tree.size:
                break
        output.flush()
        if given.root is not None:
            return print(tree.root().hex())
        print(f"{tree.size} events, tree root {tree.root().hex()}", file=sys.stderr)
    except (Damage, ValueError, lz4.block.LZ4BlockError, struct.error) as error:
        print(f"damaged: {error}", file=sys.stderr)
        sys.exit(65)
    except BrokenPipeError:
        sys.exit(0)
if __name__ == "__main__":
    main()
