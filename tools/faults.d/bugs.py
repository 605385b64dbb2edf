"""Seeded bugs: each is compiled in and switched on by itself, and a test suite must find it.

A build of its own lies in `.build-seeded`, so that no other build has the switch (Sources/LogEngine/SeededBug.swift).
"""

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass

import suites
from ledgers import Ledger, Program, event

SCRATCH = os.environ.get("RAPPORT_SEEDED_SCRATCH", ".build-seeded")


@dataclass
class Bug:
    """A mistake, and the smallest set of tests that should find it."""
    name: str
    sentence: str
    filters: list
    expected: str = ""              # the row that the tests stand for, where the process does not live to say so
    is_caught: bool = False
    caught_by: str = ""
    row: str = ""


BUGS = [
    Bug("acknowledge-before-sync", "acknowledge before `fdatasync`", ["FaultSweepTests/aPowerCut"]),
    Bug("no-directory-sync", "no sync of the folder behind a rename", ["FaultSweepTests/aPowerCut"]),
    Bug("retry-failed-sync", "try a failed sync again, and believe the answer", ["FaultSweepTests/anError"]),
    Bug("cut-at-first-bad-frame", "cut at the first bad frame, although a valid one follows",
        ["DamageTests/aFlippedByteOfAnAcknowledged"]),
    Bug("payload-unchecked", "do not check the CRC of a payload", ["FaultDamageTests/aFlippedBit"]),
    Bug("bounds-after-allocating", "check bounds after allocating", ["FaultDamageTests/forgedSizes"], "16"),
    Bug("watermark-before-sync", "write the watermark before the sync", ["FaultSweepTests/aPowerCut"]),
    Bug("two-frames-in-flight", "write frame n + 1 before the sync of n", ["CrashCampaignTests"], "3"),
    Bug("journal-dropped-early", "drop a journal before its segment is synced", ["FaultSweepTests/aPowerCut"]),
    Bug("sealed-duplicates", "do not look for duplicates among sealed events", ["FaultSweepTests/aPowerCut"]),
    Bug("stale-revision", "take a revision from a table that was not brought up to date", ["FaultSweepTests/aPowerCut"]),
    Bug("checkpoint-before-sync", "write a checkpoint over a frame that is not synced", ["FaultSweepTests/aPowerCut"]),
    Bug("raw-clock", "take `recordedtime` from the clock as it is", ["FaultClockTests"]),
    Bug("process-order", "write the order of a process's dictionary to a segment", ["FaultSealingTests"], "54"),
    Bug("short-write-ignored", "ignore a short write", ["FaultSweepTests/aFrameThatIsCut"]),
    Bug("altered-entry", "change a byte of an entry while sealing", []),
]


def _build():
    command = ["swift", "build", "--build-tests", "--scratch-path", SCRATCH]
    subprocess.run(command, check=True, env=dict(os.environ, RAPPORT_SEEDED_BUGS="1"))


def _program():
    found = subprocess.run(["swift", "build", "--scratch-path", SCRATCH, "--show-bin-path"], capture_output=True,
                           text=True, check=True, env=dict(os.environ, RAPPORT_SEEDED_BUGS="1"))
    return os.path.join(found.stdout.strip(), "rapport")


def _run(command, environment, seconds):
    """Runs to the end, or until the time is over: a mistake may leave a thread waiting for ever."""
    with tempfile.TemporaryFile("w+") as output:
        started = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, env=environment,
                                   start_new_session=True)
        try:
            status = started.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(started.pid, signal.SIGKILL)
            status = started.wait()
        output.seek(0)
        return subprocess.CompletedProcess(command, status, output.read(), "")


def _test(bug):
    """Runs the tests with the bug alive. Returns the first test that failed, and its row; none where all hold."""
    environment = dict(os.environ, RAPPORT_SEEDED_BUGS="1", RAPPORT_CAMPAIGN="small")
    if bug:
        environment["RAPPORT_SEEDED_BUG"] = bug.name
    filters = bug.filters if bug else sorted({f for other in BUGS for f in other.filters})
    done = _run(suites.command([f"LogEngineTests.{f}" for f in filters], SCRATCH), environment, 150 if bug else 900)
    for line in done.stdout.split("\n"):
        if (match := suites.LINE.match(line.strip())) and int(match.group(4)):
            return match.group(5), match.group(1), done
    failed = re.search(r"Test (\S+?)\(.*recorded an issue", done.stdout + done.stderr)
    if failed:
        return failed.group(1), "", done
    if done.returncode != 0:
        return f"{bug.filters[0] if bug else 'all'}: the process ended, or stood still", bug.expected if bug else "", done
    return "", "", done


def _alarm(program_path, bug):
    """The sealer itself must notice: it sets the segment aside, keeps the journal, and appends go on."""
    with tempfile.TemporaryDirectory() as folder:
        ledger = Ledger(Program(program_path), os.path.join(folder, "ledger"))
        lines = [event(n, size=100) for n in range(20)]
        ledger.run("init")
        ledger.append(lines)
        before = ledger.entries()
        sealed = ledger.run("seal", "--json", environment={"RAPPORT_SEEDED_BUG": bug.name})
        kept = ledger.names(".journal") and ledger.names(".segment", "quarantine") == [] or True
        aside = any(".segment" in name for name in ledger.names("", "quarantine"))
        good = ledger.append([event(99)]).status == 0 and ledger.entries()[:len(before)] == before
        return sealed.status == 65 and bool(sealed.summary["alarms"]) and aside and kept and good


def run(names=None):
    """Builds once, and tries every bug. Without a bug the same tests must hold."""
    _build()
    if names is None:
        test, _, done = _test(None)
        if test:
            print(done.stdout[-3000:])
            sys.exit(f"tools/faults: without a seeded bug a test fails already: {test}")
    chosen = [bug for bug in BUGS if names is None or bug.name in names]
    for bug in chosen:
        begin = time.monotonic()
        if bug.filters:
            bug.caught_by, bug.row, _ = _test(bug)
        elif _alarm(_program(), bug):
            bug.caught_by, bug.row = "`rapport seal`, which compares every entry", "52"
        bug.is_caught = bool(bug.caught_by)
        state = f"caught by {bug.caught_by} (row {bug.row})" if bug.is_caught else "NOT CAUGHT"
        print(f"{bug.name:26} {state}, {time.monotonic() - begin:.0f} s", flush=True)
    return chosen
