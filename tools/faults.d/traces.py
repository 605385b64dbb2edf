"""Faults by `strace` on the real program: every system call that touches the ledger's files fails once.

A workload is data: how its ledger is made, which command is struck, and what must hold afterwards.
"""

import os
import re
import shutil
from collections import Counter
from dataclasses import dataclass, field

from ledgers import Attempt, Ledger, Outcome, Skip, event, expect

CALLS = ("openat", "link", "linkat", "rename", "renameat", "renameat2", "unlink", "unlinkat", "mkdir", "fallocate",
         "pwrite64", "pread64", "fsync", "fdatasync", "close", "ftruncate", "copy_file_range")
ROWS = [(row, "TRC") for row in (1, 5, 7, 9, 10, 11, 12, 13, 37, 47, "S")]
SYNCS = ("fsync", "fdatasync")
LINE = re.compile(r"^(\d+) +(\w+)\((.*)$")
RESUMED = re.compile(r"^(\d+) +<\.\.\. (\w+) resumed>(.*)$")


@dataclass
class Workload:
    """A command under faults. `prepare` makes the ledger in a new folder and returns the entries in it."""
    name: str
    prepare: object
    command: object                     # (ledger) -> arguments
    lines: list = field(default_factory=list)
    all_or_none: bool = False
    check: object = None                # (ledger, before, outcome, workload), instead of the attempt's own
    needs: str = "append"
    row: int = 1                        # where kills are counted


def appended(ledger, numbers, **more):
    done = ledger.append([event(n, **more) for n in numbers])
    expect(done.status == 0, f"cannot prepare: {done}")


def _new(ledger):
    expect(ledger.run("init").status == 0, "cannot make a ledger")
    return []


def _closed(ledger):
    _new(ledger)
    for numbers in (range(1000, 1003), range(1003, 1020), range(1020, 1021)):
        appended(ledger, numbers)
    return ledger.entries()


def _torn(ledger):
    entries = _closed(ledger)
    journal = ledger.names(".journal")[-1]
    end = ledger.end_of_frames(journal)
    with open(ledger.file(f"log/{journal}"), "r+b") as file:
        file.seek(end)
        file.write(b"RFRM and no more")
    return entries


def _init_again(ledger, before, outcome, workload):
    """A folder in which making a ledger was interrupted: it is made by the next attempt, or was made."""
    expect(outcome.was_killed or outcome.status in (0, 69, 74), f"it ended badly: {outcome}")
    if outcome.status == 0:
        expect(ledger.exists, "it said that the ledger was made")
    if not ledger.exists:
        again = ledger.run("init")
        expect(again.status == 0, f"made again: {again}")
    Attempt([], [event(1)]).check(ledger, Outcome(-9, b"", b""))


BIG = [event(n, size=30_000) for n in range(90)]
ONE = [event(n, size=30_000, customer="c1") for n in range(20)]
APPEND = lambda ledger: ("append", "--json", "-")
WORKLOADS = [
    Workload("append to a new ledger", _new, APPEND, BIG),
    Workload("append after a clean end", _closed, APPEND, BIG),
    Workload("append behind a torn tail", _torn, APPEND, BIG[:3]),
    Workload("one append, all or none", _closed, lambda ledger: ("append", "--json", "--expect", "c1=any", "-"), ONE,
             all_or_none=True),
    Workload("making a ledger", lambda ledger: [], lambda ledger: ("init",), check=_init_again, needs="init"),
]


@dataclass(frozen=True)
class Call:
    """The n-th call of its kind, within a thread, on a path."""
    name: str
    path: str
    number: int


class Tracer:
    """Runs commands under `strace`."""

    def __init__(self, program):
        self.program = program
        self.strace = shutil.which("strace")
        if not self.strace:
            raise Skip("there is no strace; tools/install --faults fetches it")

    def run(self, ledger, workload, trace, paths=(), injections=(), stdin=None, timeout=60):
        options = [self.strace, "-f", "-y", "--seccomp-bpf", "-o", trace, "-e", "trace=" + ",".join(CALLS)]
        for path in paths:
            options += ["-P", path]
        for injection in injections:
            options += ["-e", f"inject={injection}"]
        data = b"".join(workload.lines) if stdin is None else stdin
        return ledger.run(*workload.command(ledger), stdin=data, launcher=options, timeout=timeout)

    @staticmethod
    def read(trace):
        """Yields (process, call, rest of the line) of finished calls."""
        begun = {}
        with open(trace, errors="replace") as file:
            for line in file:
                if match := LINE.match(line):
                    process, name, rest = match.groups()
                    if rest.rstrip().endswith("<unfinished ...>"):
                        begun[process] = (name, rest)
                    else:
                        yield process, name, rest
                elif match := RESUMED.match(line):
                    process, name, rest = match.groups()
                    first = begun.pop(process, (name, ""))[1].replace("<unfinished ...>", "")
                    yield process, name, first + rest

    @staticmethod
    def paths(name, rest, folder):
        """The paths below the folder that a call names, by name or by descriptor, relative to it."""
        found = re.findall(r'"([^"]*)"', rest) if name not in ("pwrite64", "pread64") else []
        found += re.findall(r"\d+<([^>]*)>", rest.split(" = ")[0])
        whole = [os.path.relpath(p, folder) for p in found if p == folder or p.startswith(folder + "/")]
        return [p for p in whole if not p.split("/")[0] == "views"]

    def calls(self, workload, program, base, folder):
        """Every call of an undisturbed run that touches the ledger's own files."""
        ledger = base.copy(os.path.join(folder, "clean")) if os.path.isdir(base.path) else Ledger(
            program, os.path.join(folder, "clean"))
        trace = os.path.join(folder, "clean.trace")
        outcome = self.run(ledger, workload, trace)
        expect(outcome.status == 0, f"{workload.name} without a fault: {outcome}")
        counts = Counter()
        for process, name, rest in self.read(trace):
            for path in set(self.paths(name, rest, ledger.path)):
                counts[process, name, path] += 1
        most = {}
        for (_, name, path), count in counts.items():
            most[name, path] = max(most.get((name, path), 0), count)
        return [Call(name, path, n) for (name, path), count in sorted(most.items()) for n in range(1, count + 1)]


def sweep_row(workload, call, fault):
    """Where a run is counted in the fault matrix."""
    if fault == "signal=KILL":
        return workload.row
    if fault == "error=EIO" and call.name in SYNCS:
        return 5 if call.name == "fdatasync" else 7
    if fault == "error=ENOSPC" and call.name in ("fallocate", "ftruncate"):
        return 10
    if fault == "error=ENOSPC" and call.name == "pwrite64":
        return 9
    if fault == "error=EMFILE":
        return 37
    if call.path.endswith("checkpoint") or call.path.endswith("checkpoint.tmp"):
        return 8
    if call.name == "pread64" and ".segment" in call.path:
        return 14
    return "S"


def _faults(call):
    faults = ["error=EIO", "error=ENOSPC", "signal=KILL"]
    return faults + ["error=EMFILE"] if call.name == "openat" else faults


def _no_second_sync(tracer, trace):
    """What must not be seen: another sync of a file whose sync has failed."""
    failed = set()
    for _, name, rest in tracer.read(trace):
        if name in SYNCS:
            path = re.search(r"\d+<([^>]*)>", rest)
            path = path.group(1) if path else ""
            expect(path not in failed, f"{os.path.basename(path)} was synced again after a failed sync")
            if "(INJECTED)" in rest and "= -1" in rest:
                failed.add(path)


def _struck(tracer, workload, base, before, folder, injection, names, timeout=60):
    """One run with a fault on calls that touch the named files, and everything that must hold afterwards."""
    place = os.path.join(folder, "ledger")
    ledger = base.copy(place) if os.path.isdir(base.path) else Ledger(base.program, place)
    trace = os.path.join(folder, "trace")
    paths = [os.path.normpath(os.path.join(place, name)) for name in names]
    outcome = tracer.run(ledger, workload, trace, paths, [injection], timeout=timeout)
    if "error=E" in injection and "EINTR" not in injection:
        _no_second_sync(tracer, trace)
    if "EINTR" in injection:
        expect(outcome.status == 0, f"an interrupted call is tried again: {outcome}")
    if workload.check:
        workload.check(ledger, before, outcome, workload)
    else:
        Attempt(before, workload.lines, workload.all_or_none).check(ledger, outcome)


def jobs(campaign):
    """Every run of this file: (row, means, name, function of a folder)."""
    tracer = Tracer(campaign.program)
    for number, workload in enumerate(WORKLOADS):
        if workload.needs not in campaign.program.commands:
            campaign.skip(workload.row, "TRC", f"{workload.name}: this rapport has no command {workload.needs}")
            continue
        folder = campaign.folder(f"trace-{number}")
        base = Ledger(campaign.program, os.path.join(folder, "base"))
        before = workload.prepare(base)
        calls = tracer.calls(workload, campaign.program, base, folder)
        yield from _sweep(campaign, tracer, workload, base, before, calls)
        yield from _storms(tracer, workload, base, before, calls)


def _sweep(campaign, tracer, workload, base, before, calls):
    points = [(call, fault) for call in calls for fault in _faults(call)]
    for call, fault in campaign.some(points, share=12):
        injection = f"{call.name}:{fault}:when={call.number}"
        yield (sweep_row(workload, call, fault), "TRC", f"{workload.name}: {injection} on {call.path}",
               lambda folder, i=injection, c=call: _struck(tracer, workload, base, before, folder, i, [c.path]))


def _storms(tracer, workload, base, before, calls):
    """Every second call of a thread is interrupted: what is tried again succeeds."""
    names = sorted({call.path for call in calls})
    for name in ("openat", "pread64", "pwrite64", "fsync", "fdatasync"):
        yield (13, "TRC", f"{workload.name}: {name}:error=EINTR:when=1+2",
               lambda folder, n=name: _struck(tracer, workload, base, before, folder, f"{n}:error=EINTR:when=1+2", names))
