"""What the campaign knows of ledgers from outside: it runs the built `rapport`, and checks what a fault has left.

No code is shared with the program: what was acknowledged is learnt from its answers and from the watermark file.
"""

import hashlib
import json
import os
import shutil
import struct
import subprocess

PAGE = 4096


class Violation(Exception):
    """A promise was broken."""


class Skip(Exception):
    """This machine cannot run it; the text says why."""


def expect(holds, sentence):
    if not holds:
        raise Violation(sentence)


class Outcome:
    """How a command ended, and what it said."""

    def __init__(self, status, output, error):
        self.status, self.output, self.error = status, output, error

    @property
    def was_killed(self):
        return self.status in (-9, 137)

    @property
    def summary(self):
        """The JSON document on standard output; None where there is none."""
        try:
            return json.loads(self.output)
        except ValueError:
            return None

    def __str__(self):
        return f"exit status {self.status}, {self.error.decode(errors='replace').strip()[-400:]}"


class Program:
    """The `rapport` under test."""

    def __init__(self, path):
        self.path = path
        self.commands = self._commands()

    def _commands(self):
        words = self.run("--help").output.decode().split("\n")
        return {line.split()[0] for line in words if line.startswith("  ") and line.strip()}

    def run(self, *arguments, stdin=b"", launcher=(), timeout=120, environment=None, before=None):
        """Runs a command to its end; `before` runs in the new process, in front of the program."""
        variables = {k: v for k, v in os.environ.items() if k != "RAPPORT_LEDGER"}
        variables.update(environment or {})
        command = [*launcher, self.path, *arguments]
        try:
            done = subprocess.run(command, input=stdin, capture_output=True, timeout=timeout, env=variables,
                                  preexec_fn=before, check=False)
        except subprocess.TimeoutExpired:
            raise Violation(f"{' '.join(arguments[:2])} has not ended after {timeout} s") from None
        return Outcome(done.returncode, done.stdout, done.stderr)

    def start(self, *arguments, launcher=(), **more):
        """Starts a command with a pipe to its standard input, and returns at once."""
        return subprocess.Popen([*launcher, self.path, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, **more)


def event(number, size=20, customer=None):
    """One line of CloudEvents; `size` is that of its text."""
    data = {"inquiryId": f"q-{number}", "channel": "email", "topic": "products.tents", "text": f"{number} ".ljust(size, "x")}
    return json.dumps({
        "specversion": "1.0", "id": f"e-{number}", "source": "/faults", "type": "inquiry.received",
        "subject": customer or f"c{number % 7}", "time": "2026-03-01T09:00:00Z", "dataschema": "inquiry.received/1",
        "authtype": "service_account", "authid": "desk", "data": data,
    }).encode() + b"\n"


def identity(entry):
    """Source and id of an entry or a line."""
    read = json.loads(entry)
    return read["source"], read["id"]


def without_own(entries):
    """Without `ledger.recovered`, by which a ledger tells what it set aside: nobody appended that."""
    return [entry for entry in entries if not entry.endswith(b'"type":"ledger.recovered"}')]


class Ledger:
    """A ledger's folder."""

    def __init__(self, program, path):
        self.program, self.path = program, path

    def run(self, command, *arguments, **more):
        return self.program.run(command, *arguments, "--ledger", self.path, **more)

    def copy(self, path):
        shutil.copytree(self.path, path, symlinks=True)
        return Ledger(self.program, path)

    def file(self, name):
        return os.path.join(self.path, name)

    @property
    def exists(self):
        return os.path.exists(self.file("ledger.json"))

    def names(self, suffix, folder="log"):
        path = self.file(folder)
        return sorted(n for n in os.listdir(path) if n.endswith(suffix)) if os.path.isdir(path) else []

    def append(self, lines, *options, **more):
        return self.run("append", "--json", *options, "-", stdin=b"".join(lines), **more)

    def entries(self, own=False):
        """The exact bytes of every entry that a reader is shown; those that the ledger made itself only with `own`."""
        read = self.run("replay", "--json")
        expect(read.status == 0, f"replay: {read}")
        entries = read.output.split(b"\n")[:-1]
        return entries if own else without_own(entries)

    def acknowledged(self):
        """The size in the watermark: what readers were shown, and callers were told."""
        try:
            with open(self.file("log/watermark"), "rb") as file:
                data = file.read(2 * PAGE)
        except FileNotFoundError:
            return 0
        best = (-1, 0)
        for start in (0, PAGE):
            slot = data[start:start + 128]
            if len(slot) == 128 and slot[:8] == b"RPTWMRK1" and crc32c(slot[:124]) == int.from_bytes(slot[124:], "little"):
                counter, size = struct.unpack_from("<Q16xQ", slot, 8)
                best = max(best, (counter, size))
        return best[1]

    def end_of_frames(self, journal):
        """Where the next frame of a journal would start, behind what was acknowledged."""
        known = self.acknowledged()
        with open(self.file(f"log/{journal}"), "rb") as file:
            data = file.read()
        place = PAGE
        while data[place:place + 4] == b"RFRM" and struct.unpack_from("<Q", data, place + 24)[0] < known:
            stored = struct.unpack_from("<I", data, place + 40)[0]
            place += (96 + stored + 16 + PAGE - 1) // PAGE * PAGE
        return place

    def fingerprint(self):
        """A hash of everything that must not change when a ledger is only opened again.

        The watermark counts openings, and the close note tells the last of them: both are left out.
        """
        sums = []
        for folder in ("log", "quarantine", "tlog"):
            for name in self.names("", folder):
                path = self.file(os.path.join(folder, name))
                if name != "watermark" and os.path.isfile(path):
                    with open(path, "rb") as file:
                        data = file.read().rstrip(b"\0")
                    sums.append((folder, name, hashlib.sha256(data).hexdigest()))
        return sums

    def digest(self, *folders):
        """A hash of every byte of the folders, names included."""
        sums = hashlib.sha256()
        for folder in folders or ("",):
            for place, below, names in os.walk(self.file(folder)):
                below.sort()
                for name in sorted(names):
                    path = os.path.join(place, name)
                    sums.update(os.path.relpath(path, self.path).encode())
                    if os.path.isfile(path):
                        with open(path, "rb") as file:
                            sums.update(file.read())
        return sums.hexdigest()


class Attempt:
    """A command that a fault may strike, and what is known of events around it."""

    def __init__(self, before, lines=(), all_or_none=False):
        self.before = before          # entries that were acknowledged before
        self.lines = list(lines)      # what the command was to append
        self.all_or_none = all_or_none
        self.may_skip = False         # a full disk refuses a large append, and may take a smaller one behind it

    def check(self, ledger, outcome, twice=True):
        """Holds the invariants on what is left; the ledger ends with all of the lines recorded."""
        tried = [identity(line) for line in self.lines]
        expect(outcome.was_killed or outcome.status in (0, 65, 69, 74), f"it ended badly: {outcome}")
        self.may_skip = b"disk.full" in outcome.error
        shown = ledger.entries()
        self._hold(shown, tried, "a reader")
        expect(len(ledger.entries(own=True)) >= ledger.acknowledged(), "a reader is not shown what the watermark tells")
        if outcome.status == 0 and outcome.summary and tried:
            expect(outcome.summary["appended"] + outcome.summary["duplicates"] == len(tried), "not all were appended")
            expect(len(shown) == len(self.before) + len(tried), "acknowledged events are not shown")
        opened = ledger.append([])
        expect(opened.status == 0, f"the next start: {opened}")
        kept = ledger.entries()
        self._hold(kept, tried, "after recovery")
        expect(kept[:len(shown)] == shown, "what a reader saw has changed")
        if self.all_or_none:
            expect(len(kept) - len(self.before) in (0, len(tried)), "half of an append is there")
        if twice:
            self._open_again(ledger)
        self._finish(ledger, kept, tried)

    def _hold(self, entries, tried, who):
        """Acknowledged events once, with the same bytes; of the others a beginning, in order."""
        expect(entries[:len(self.before)] == self.before, f"{who}: an acknowledged event is missing or has changed")
        new = [identity(entry) for entry in entries[len(self.before):]]
        if self.may_skip:
            rest = iter(tried)
            expect(all(one in rest for one in new), f"{who}: events that nobody appended, or in another order")
        else:
            expect(new == tried[:len(new)], f"{who}: events that nobody appended, or in another order")

    @staticmethod
    def _open_again(ledger):
        """Recovering twice is recovering once. What only sealing changes, which goes on meanwhile, may change."""
        first = ledger.fingerprint()
        for _ in range(3):
            again = ledger.append([])
            expect(again.status == 0, f"the start after: {again}")
            second = ledger.fingerprint()
            if first == second:
                return
            changed = {name for _, name, _ in set(first) ^ set(second)}
            expect(all(".segment" in n or n.replace("journal", "segment") in changed or n == "checkpoint" for n in changed),
                   f"recovering twice is not recovering once: {sorted(changed)}")
            first = second
        raise Violation("recovering does not come to an end")

    def _finish(self, ledger, kept, tried):
        """Whoever got no answer sends again: then everything is there once."""
        if tried:
            retried = ledger.append(self.lines)
            expect(retried.status == 0, f"sent again: {retried}")
            counts = retried.summary
            expect(counts["appended"] + counts["duplicates"] == len(tried), "sent again: some are missing")
            expect(counts["duplicates"] == len(kept) - len(self.before), "sent again: an event is there twice")
            all_of_it = ledger.entries()
            expect(all_of_it[:len(kept)] == kept, "sent again: what was there has changed")
            there = [identity(entry) for entry in all_of_it[len(self.before):]]
            expect(there == tried or self.may_skip and sorted(there) == sorted(tried), "sent again: not everything is there")
        verified = ledger.run("verify", "--json")
        expect(verified.status == 0, f"verify: {verified} {verified.output.decode()[:600]}")


def _crc_table():
    table = []
    for value in range(256):
        for _ in range(8):
            value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)
        table.append(value)
    return table


_TABLE = _crc_table()


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ _TABLE[(crc ^ byte) & 0xFF]
    return crc ^ 0xFFFFFFFF
