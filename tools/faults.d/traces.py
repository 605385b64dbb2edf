"""Faults by `strace` on the real program: every system call that touches the ledger's files fails once.

A workload is data: how its ledger is made, which command is struck, and what must hold afterwards.
"""

import json
import os
import re
import shutil
from collections import Counter
from dataclasses import dataclass, field

from ledgers import Attempt, Ledger, Outcome, Skip, event, expect, identity, without_own

CALLS = ("openat", "link", "linkat", "rename", "renameat", "renameat2", "unlink", "unlinkat", "mkdir", "fallocate",
         "pwrite64", "pread64", "fsync", "fdatasync", "close", "ftruncate", "copy_file_range")
ROWS = [(row, "TRC") for row in (1, 5, 7, 9, 10, 11, 12, 13, 37, 47, "S")]
SYNCS = ("fsync", "fdatasync")
ALIKE_MAX = 8
LINE = re.compile(r"^(\d+) +(\w+)\((.*)$")
RESUMED = re.compile(r"^(\d+) +<\.\.\. (\w+) resumed>(.*)$")


@dataclass
class Workload:
    """A command under faults."""
    name: str
    prepare: object                     # (ledger) -> the entries in it: makes what every run begins with
    command: object                     # (ledger) -> arguments
    lines: list = field(default_factory=list)
    all_or_none: bool = False
    arrange: object = None              # (base, folder of the run) -> the ledger of the command; a copy if none
    check: object = None                # (ledger, before, outcome, workload), instead of the attempt's own
    needs: str = "append"
    row: int = 1                        # where kills are counted
    share: int = 30                     # a small campaign takes one call in so many


def appended(ledger, numbers, **more):
    done = ledger.append([event(n, **more) for n in numbers])
    expect(done.status == 0, f"cannot prepare: {done}")


def _new(ledger):
    """A ledger with the sharing plan that `init` publishes."""
    expect(ledger.run("init").status == 0, "cannot make a ledger")
    return ledger.entries()


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


def _segments(ledger):
    """A segment, and a journal with frames."""
    entries = _closed(ledger)
    expect(ledger.run("seal", "--json").status == 0, "cannot seal")
    appended(ledger, range(2000, 2010))
    appended(ledger, range(2010, 2011))
    return ledger.entries() if entries else []


def _nowhere(base, folder):
    return Ledger(base.program, os.path.join(folder, "ledger"))


def _beside(base, folder):
    base.copy(_source(folder))
    return _nowhere(base, folder)


def _source(folder):
    return os.path.join(folder, "source")


def _copy(ledger):
    return Ledger(ledger.program, os.path.join(os.path.dirname(ledger.path), "copy"))


def _ended(outcome):
    expect(outcome.was_killed or outcome.status in (0, 65, 69, 74), f"it ended badly: {outcome}")


def _init_again(ledger, before, outcome, workload):
    """A folder in which making a ledger was interrupted: it is made by the next attempt, or was made."""
    _ended(outcome)
    expect(outcome.status != 0 or ledger.exists, "it said that the ledger was made")
    if not ledger.exists:
        again = ledger.run("init")
        expect(again.status == 0, f"made again: {again}")
    # As much of the sharing plan as was published; what was written and not acknowledged may come back with the next start.
    opened = ledger.append([])
    expect(opened.status == 0, f"the next start: {opened}")
    Attempt(ledger.entries(), [event(1)]).check(ledger, Outcome(-9, b"", b""))


def _sealed_again(ledger, before, outcome, workload):
    """A sealing that was interrupted is finished by the next start, and no entry has changed."""
    Attempt(before, []).check(ledger, outcome)
    again = ledger.run("seal", "--json")
    expect(again.status == 0, f"sealed again: {again}")
    expect(ledger.entries() == before, "sealing has changed an entry")
    expect(len(ledger.names(".journal")) == 1 and ledger.names(".segment"), "it is not sealed in the end")
    Attempt(before, [event(1)]).check(ledger, Outcome(-9, b"", b""))


def _copied_again(ledger, before, outcome, workload):
    """A copy that was interrupted is finished by running it again; one that is in force is whole."""
    _ended(outcome)
    expect(ledger.entries() == before, "copying has changed the ledger")
    copy = _copy(ledger)
    if copy.exists:
        expect(copy.run("verify", "--json").status == 0, "a copy is in force and not whole")
    again = ledger.run(*workload.command(ledger))
    expect(again.status == 0, f"copied again: {again}")
    expect(copy.entries() == before, "the copy has other entries")


def _restored_again(ledger, before, outcome, workload):
    """What is in force is whole; where nothing is, restoring again makes it so."""
    _ended(outcome)
    if not ledger.exists:
        expect(outcome.status != 0, "it said that the ledger was restored")
        again = ledger.run(*workload.command(ledger))
        expect(again.status == 0, f"restored again: {again}")
    Attempt(before, [event(1)]).check(ledger, Outcome(-9, b"", b""))


BIG = [event(n, size=30_000) for n in range(45)]
ONE = [event(n, size=30_000, customer="c1") for n in range(20)]


def _append(ledger):
    return "append", "--json", "-"


WORKLOADS = [
    Workload("append to a new ledger", _new, _append, BIG),
    Workload("append after a clean end", _closed, _append, BIG),
    Workload("append behind a torn tail", _torn, _append, BIG[:3]),
    Workload("append behind segments", _segments, _append, BIG[:3], needs="seal"),
    Workload("one append, all or none", _closed, lambda ledger: ("append", "--json", "--expect", "c1=any", "-"), ONE,
             all_or_none=True),
    Workload("making a ledger", lambda ledger: [], lambda ledger: ("init",), arrange=_nowhere, check=_init_again,
             needs="init"),
    Workload("sealing", _segments, lambda ledger: ("seal", "--json"), check=_sealed_again, needs="seal", row=51),
    Workload("a backup", _segments, lambda ledger: ("backup", _copy(ledger).path, "--json"), check=_copied_again,
             needs="backup", row=35),
    Workload("restoring", _segments, lambda ledger: ("restore", _source(os.path.dirname(ledger.path)), "--json"),
             arrange=_beside, check=_restored_again, needs="restore", row=35),
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
        return [p for p in whole if "views" not in p.split("/")]

    def calls(self, workload, base, folder):
        """Every call of an undisturbed run that touches the files of the run, views left out."""
        clean = os.path.join(folder, "clean")
        os.makedirs(clean)
        ledger = _arranged(workload, base, clean)
        trace = os.path.join(folder, "clean.trace")
        outcome = self.run(ledger, workload, trace)
        expect(outcome.status == 0, f"{workload.name} without a fault: {outcome}")
        counts, answers = Counter(), {}
        for process, name, rest in self.read(trace):
            for path in set(self.paths(name, rest, clean)):
                counts[process, name, path] += 1
                call = Call(name, path, counts[process, name, path])
                answers[call] = rest.rsplit(" = ", 1)[-1].split()[0]
        # The frames of a journal are written alike: some of them stand for all.
        answers = {call: answer for call, answer in answers.items() if call.number <= ALIKE_MAX}
        return sorted(answers.items(), key=lambda pair: (pair[0].name, pair[0].path, pair[0].number))


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
        if name == "openat" and "O_EXCL" in rest:
            failed -= {p for p in failed if f'"{p}"' in rest}  # another file of the same name
        if name in SYNCS:
            path = re.search(r"\d+<([^>]*)>", rest)
            path = path.group(1) if path else ""
            if path.endswith("/tlog"):
                continue  # a checkpoint that could not be written is written anew, and so are its names
            expect(path not in failed, f"{os.path.basename(path)} was synced again after a failed sync")
            if "(INJECTED)" in rest and "= -1" in rest:
                failed.add(path)


def _arranged(workload, base, folder):
    return workload.arrange(base, folder) if workload.arrange else base.copy(os.path.join(folder, "ledger"))


def _struck(tracer, workload, base, before, folder, injections, names, timeout=60, check=None):
    """One run with a fault on calls that touch the named files, and everything that must hold afterwards."""
    ledger = _arranged(workload, base, folder)
    trace = os.path.join(folder, "trace")
    paths = [os.path.normpath(os.path.join(folder, name)) for name in names]
    outcome = tracer.run(ledger, workload, trace, paths, injections, timeout=timeout)
    if any("error=E" in injection and "EINTR" not in injection for injection in injections):
        _no_second_sync(tracer, trace)
    if any("EINTR" in injection or "delay" in injection for injection in injections):
        expect(outcome.status == 0, f"an interrupted or slow call is no failed one: {outcome}")
    if check or workload.check:
        (check or workload.check)(ledger, before, outcome, workload)
    else:
        Attempt(before, workload.lines, workload.all_or_none).check(ledger, outcome)


def _lied_to(ledger, before, outcome, workload):
    """A write was reported and not made. Nothing acknowledged goes missing in silence: it is there, or refused."""
    expect(outcome.was_killed or outcome.status in (0, 65, 74), f"it ended badly: {outcome}")
    known = ledger.acknowledged()
    tried = before + workload.lines
    opened = ledger.append([])
    read = ledger.run("replay", "--json")
    shown = read.output.split(b"\n")[:-1]
    entries = without_own(shown)
    if opened.status == 0 and read.status == 0:
        expect(len(shown) >= known, "acknowledged events are missing, and nobody says so")
        expect(entries[:len(before)] == before, "an acknowledged event has changed")
        expect([identity(e) for e in entries] == [identity(e) for e in tried][:len(entries)], "other events are there")
        return
    refused = opened if opened.status else read
    expect(refused.status == 65, f"neither whole nor refused: {refused}")
    expect(re.search(rb"log/|watermark|checkpoint|ledger.json", refused.error), f"no file is named: {refused}")
    for entry in entries:
        # One place further where the ledger told in between what it had set aside.
        place = int(json.loads(entry)["sequence"])
        expect(identity(entry) in [identity(line) for line in tried[max(0, place - 1):place + 1]], "around the damage another event is shown")


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
        calls = tracer.calls(workload, base, folder)

        def job(row, name, injections, names, *, workload=workload, base=base, before=before, **more):
            return (row, "TRC", f"{workload.name}: {name}",
                    lambda folder: _struck(tracer, workload, base, before, folder, injections, names, **more))

        yield from _sweep(campaign, workload, [call for call, _ in calls], job)
        yield from _storms(campaign, workload, calls, job)


def _sweep(campaign, workload, calls, job):
    points = [(call, fault) for call in calls for fault in _faults(call)]
    for call, fault in campaign.some(points, workload.share):
        injection = f"{call.name}:{fault}:when={call.number}"
        yield job(sweep_row(workload, call, fault), f"{injection} on {call.path}", [injection], [call.path])


def _storms(campaign, workload, calls, job):
    """Interrupted calls, slow ones, and writes that say less or more than they did."""
    names = sorted({call.path for call, _ in calls})
    storm = [f"{name}:error=EINTR:when=1+2" for name in ("openat", "pread64", "pwrite64", "fsync", "fdatasync", "fallocate")]
    for injection in campaign.some(storm, 3):
        yield job(13, injection, [injection], names)
    if workload.lines:
        slow = campaign.size("fdatasync:delay_enter=100000", "fdatasync:delay_enter=1000000")
        yield job(47, slow, [slow], names)
        writes = [(call, answer) for call, answer in calls if call.name == "pwrite64"]
        for call, answer in campaign.some(writes, workload.share // 4):
            for row, told in ((11, "10"), (12, answer)):
                injection = f"pwrite64:retval={told}:when={call.number}"
                yield job(row, f"{injection} on {call.path}", [injection], [call.path], check=_lied_to)
