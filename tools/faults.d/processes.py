"""Faults that need no tracing: several processes, signals, limits of the kernel, and files changed between runs."""

import os
import re
import resource
import shutil
import signal
import subprocess
import threading
import time

from ledgers import Attempt, Ledger, Outcome, Skip, Violation, crc32c, event, expect

ROWS = [(row, "PRO") for row in (21, 24, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 50, 54)]
FIXTURES = os.path.join("Tests", "Fixtures")


def made(program, folder, count=5, name="ledger"):
    """A ledger with some events, closed; and its entries."""
    ledger = Ledger(program, os.path.join(folder, name))
    expect(ledger.run("init").status == 0, "cannot make a ledger")
    if count:
        done = ledger.append([event(n + 10_000) for n in range(count)])
        expect(done.status == 0, f"cannot prepare: {done}")
    return ledger, ledger.entries()


class Appending:
    """An `append` that waits for lines, as a pipe from another program does."""

    def __init__(self, ledger, *options, **more):
        self.ledger = ledger
        self.process = ledger.program.start("append", "--json", *options, "-", "--ledger", ledger.path, **more)

    def feed(self, lines):
        try:
            self.process.stdin.write(b"".join(lines))
            self.process.stdin.flush()
        except BrokenPipeError:
            pass

    def until_it_holds_the_lock(self):
        _until(lambda: self.process.poll() is not None or _holds(self.process.pid, self.ledger.file("LOCK")),
               "it does not open the ledger")

    def until_acknowledged(self, size):
        _until(lambda: self.process.poll() is not None or self.ledger.acknowledged() >= size,
               f"it does not acknowledge {size} events")

    def end(self, timeout=120):
        """Ends the input and waits for the answer."""
        try:
            output, error = self.process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()
            raise Violation(f"append has not ended after {timeout} s") from None
        return Outcome(self.process.returncode, output, error)


def _until(holds, sentence, seconds=60):
    end = time.monotonic() + seconds
    while not holds():
        expect(time.monotonic() < end, sentence)
        time.sleep(0.002)


def _holds(pid, path):
    """Whether the process has this file open."""
    try:
        for name in os.listdir(f"/proc/{pid}/fd"):
            if os.path.realpath(f"/proc/{pid}/fd/{name}") == os.path.realpath(path):
                return True
    except OSError:
        return False
    return False


# -- Locks (rows 29 to 31)

def two_writers(program, folder):
    ledger, before = made(program, folder)
    first = Appending(ledger)
    first.until_it_holds_the_lock()
    seen = _when_still(ledger)
    second = ledger.append([event(1)], timeout=20)
    expect(second.status == 69 and b"ledger.busy" in second.error, f"the second writer: {second}")
    expect(ledger.digest("log", "index", "tlog") == seen, "the second writer has written something")
    first.feed([event(2)])
    Attempt(before, [event(2)]).check(ledger, first.end())


def _when_still(ledger):
    """The digest of the log once its writer has opened it and rests."""
    seen = None
    while seen != (seen := ledger.digest("log", "index", "tlog")):
        time.sleep(0.3)
    return seen


def lock_removed(program, folder, rolls):
    """`LOCK` is gone: a second writer is kept away by the journal, the first stops before its next journal."""
    ledger, before = made(program, folder)
    first = Appending(ledger)
    first.until_it_holds_the_lock()
    os.unlink(ledger.file("LOCK"))
    second = ledger.append([event(1)], timeout=20)
    expect(second.status == 69, f"the second writer: {second}")
    if not rolls:
        first.feed([event(2)])
        Attempt(before, [event(2)]).check(ledger, first.end())
        return
    # More than one journal holds.
    lines = [event(n, size=30_000) for n in range(2_600)]
    feeder = threading.Thread(target=first.feed, args=(lines,))
    feeder.start()
    feeder.join()
    outcome = first.end()
    expect(outcome.status == 74 and b"LOCK" in outcome.error, f"the first writer went on: {outcome}")
    expect(len(ledger.names(".journal")) == 1, "it has begun another journal")
    Attempt(before, lines).check(ledger, outcome)


def inherited(program, folder):
    """What is open of the ledger is closed in a child; and a lock goes with its process."""
    ledger, before = made(program, folder)
    writer = Appending(ledger)
    writer.until_it_holds_the_lock()
    writer.feed([event(1)])
    seen = set()

    def look():
        for path, flags in _descriptors(writer.process.pid, ledger.path):
            expect(flags & os.O_CLOEXEC, f"a child would inherit {path}")
            seen.add(os.path.basename(path))
        return "LOCK" in seen and any(name.endswith(".journal") for name in seen)

    _until(look, "the lock and the journal are not open")
    writer.process.kill()
    outcome = writer.end()
    Attempt(before, [event(1)]).check(ledger, outcome)


def _descriptors(pid, folder):
    """What a process has open below a folder: (path, flags)."""
    found = []
    for name in os.listdir(f"/proc/{pid}/fd"):
        try:
            path = os.path.realpath(f"/proc/{pid}/fd/{name}")
            if path.startswith(os.path.realpath(folder) + "/"):
                with open(f"/proc/{pid}/fdinfo/{name}", encoding="ascii") as file:
                    found.append((path, int(re.search(r"flags:\s+(\d+)", file.read()).group(1), 8)))
        except FileNotFoundError:
            pass  # closed meanwhile
    return found


# -- Limits and signals (rows 36 to 39)

def little_memory(program, folder, megabytes):
    ledger, before = made(program, folder)
    lines = [event(n, size=20_000) for n in range(120)]

    def limit():
        resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    outcome = ledger.append(lines, before=limit)
    if outcome.status not in (0, 65, 69, 74):
        outcome = Outcome(-9, b"", outcome.error)  # it died, as by a kill
    Attempt(before, lines).check(ledger, outcome)


def few_descriptors(program, folder, count):
    ledger, before = made(program, folder)
    lines = [event(n) for n in range(5)]
    outcome = ledger.append(lines, before=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (count, count)))
    if outcome.status == 127 or b"error while loading shared libraries" in outcome.error:
        outcome = Outcome(-9, b"", b"")  # the program could not even be loaded
    elif outcome.status not in (0, 65, 69, 74):
        # The run time of the language may stop without descriptors: like a kill.
        outcome = Outcome(-9, b"", outcome.error)
    Attempt(before, lines).check(ledger, outcome)


def small_files(program, folder, extra):
    """A limit of the file's size: the kernel cuts the write short, then refuses."""
    ledger, before = made(program, folder)
    lines = [event(n, size=3_000) for n in range(40)]
    journal = os.path.join(ledger.path, "log", ledger.names(".journal")[-1])
    size = os.path.getsize(journal) + extra

    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    outcome = ledger.append(lines, before=limit)
    Attempt(before, lines).check(ledger, outcome)


def read_only_folder(program, folder):
    if os.geteuid() != 0:
        raise Skip("needs root, to become another user")
    setpriv = shutil.which("setpriv")
    if not setpriv:
        raise Skip("there is no setpriv")
    ledger, before = made(program, folder)
    for place, below, names in os.walk(ledger.path):
        os.chmod(place, 0o555)
        for name in names:
            os.chmod(os.path.join(place, name), 0o444)
    seen = ledger.digest()
    other = [setpriv, "--reuid=65534", "--regid=65534", "--clear-groups"]
    refused = ledger.append([event(1)], launcher=other)
    if b"Permission denied" in refused.error and b"setpriv" in refused.error:
        raise Skip("another user may not run the program where it lies")
    expect(refused.status == 74 and b"permission denied" in refused.error, f"no clear answer: {refused}")
    expect(ledger.digest() == seen, "something was written")
    read = ledger.run("replay", "--json", launcher=other)
    expect(read.status == 0 and read.output.split(b"\n")[:-1] == before, f"reading: {read}")


def terminated(program, folder, events):
    """SIGTERM in the middle of an import: it ends within ten seconds, and nothing acknowledged is lost."""
    ledger, before = made(program, folder)
    lines = [event(n, size=20_000) for n in range(600)]
    writer = Appending(ledger)
    feeder = threading.Thread(target=writer.feed, args=(lines,))
    feeder.start()
    writer.until_acknowledged(len(before) + events)
    begin = time.monotonic()
    writer.process.terminate()
    feeder.join()
    outcome = writer.end(timeout=20)
    expect(time.monotonic() - begin < 10, "it took more than ten seconds")
    Attempt(before, lines).check(ledger, outcome if outcome.status == 0 else Outcome(-9, b"", b""))


def killed(program, folder, milliseconds):
    ledger, before = made(program, folder)
    lines = [event(n, size=5_000) for n in range(400)]
    writer = Appending(ledger)
    feeder = threading.Thread(target=writer.feed, args=(lines,))
    feeder.start()
    time.sleep(milliseconds / 1000)
    writer.process.kill()
    feeder.join()
    Attempt(before, lines).check(ledger, writer.end())


# -- Readers and copies beside a writer (rows 32, 33, 35)

def readers_beside(program, folder, rounds):
    """Programs that read while others append, are killed and start again: each sees a beginning of what comes."""
    ledger, before = made(program, folder)
    lines = [event(n, size=2_000) for n in range(rounds * 60)]
    done = threading.Event()

    def work():
        try:
            for number in range(rounds):
                writer = Appending(ledger)
                writer.feed(lines[number * 60:number * 60 + 60])
                if number % 2:
                    # Somewhere between the start of the program and its end.
                    writer.process.stdin.close()
                    time.sleep(0.02 + 0.2 * number / rounds)
                    writer.process.kill()
                    writer.process.wait()
                else:
                    writer.end()
            ledger.append(lines)
        finally:
            done.set()

    thread = threading.Thread(target=work)
    thread.start()
    seen, looks = before, 0
    try:
        while not done.is_set():
            known = ledger.acknowledged()
            entries = ledger.entries()
            expect(entries[:len(seen)] == seen, "a reader went back, or what it saw has changed")
            expect(len(entries) >= known, "a reader is not shown what was acknowledged")
            seen, looks = entries, looks + 1
    finally:
        thread.join()
    expect(len(ledger.entries()) == len(before) + len(lines), "events are missing at the end")
    expect(ledger.run("verify", "--json").status == 0, "the ledger does not verify")
    return looks


def backup_beside(program, folder, copies):
    """Copies made while events arrive: each is whole, verifies, and is a beginning of the log."""
    if "backup" not in program.commands:
        raise Skip("this rapport has no command backup")
    ledger, before = made(program, folder)
    writer = Appending(ledger)
    stop = threading.Event()
    count = 0

    def feed():
        nonlocal count
        while not stop.is_set():
            writer.feed([event(count + n) for n in range(100)])
            count += 100
            time.sleep(0.1)

    feeder = threading.Thread(target=feed)
    feeder.start()
    try:
        for number in range(copies):
            known = ledger.acknowledged()
            target = os.path.join(folder, f"copy-{number % 2}")
            done = program.run("backup", target, "--ledger", ledger.path, "--json")
            expect(done.status == 0, f"backup: {done}")
            copy = Ledger(program, target)
            verified = copy.run("verify", "--json")
            expect(verified.status == 0, f"the copy: {verified}")
            entries = copy.entries()
            expect(len(entries) >= known, "the copy lacks events that were acknowledged before it began")
            expect(ledger.entries()[:len(entries)] == entries, "the copy is no beginning of the log")
    finally:
        stop.set()
        feeder.join()
        outcome = writer.end()
    expect(outcome.status == 0, f"the writer: {outcome}")
    restored = Ledger(program, os.path.join(folder, "restored"))
    done = program.run("restore", os.path.join(folder, f"copy-{(copies - 1) % 2}"), "--ledger", restored.path, "--json")
    expect(done.status == 0, f"restore: {done}")
    entries = restored.entries()
    expect(ledger.entries()[:len(entries)] == entries, "what was restored is no beginning of the log")
    expect(restored.append([event(900_000)]).status == 0, "what was restored takes no appends")
    return copies + 1


# -- Clock, old files, other machines (rows 34, 50, 54)

def clock_jumps(program, folder):
    faketime = shutil.which("faketime")
    if not faketime:
        raise Skip("there is no faketime")
    ledger, _ = made(program, folder)
    for number, jump in enumerate(["-1h", "+10y", "-1h", "+0"]):
        done = ledger.append([event(number)], launcher=[faketime, "-f", jump])
        expect(done.status == 0, f"the clock jumped by {jump}: {done}")
        verified = ledger.run("verify", "--json")
        expect(verified.status == 0, f"the clock jumped by {jump}: {verified.output}")


def old_ledger(program, folder, name):
    """A ledger that an older program wrote opens, reads, verifies, takes appends and is sealed."""
    base = Ledger(program, os.path.join(FIXTURES, name))
    ledger = base.copy(os.path.join(folder, "old"))
    with open(os.path.join(FIXTURES, f"{name}.ndjson"), "rb") as file:
        before = file.read().split(b"\n")[:-1]
    expect(ledger.entries() == before, "an old entry reads otherwise")
    expect(ledger.run("verify", "--json").status == 0, "an old ledger does not verify")
    Attempt(before, [event(1), event(2)]).check(ledger, Outcome(-9, b"", b""))
    if "seal" in program.commands:
        whole = ledger.entries()
        sealed = ledger.run("seal", "--json")
        expect(sealed.status == 0, f"an old ledger is not sealed: {sealed}")
        expect(ledger.entries() == whole and ledger.names(".segment"), "sealing changed an entry")


def newer_format(program, folder, what):
    """A file of a format that is not known is refused by its number, and nothing is changed."""
    ledger, _ = made(program, folder)
    path = ledger.file("ledger.json")
    if what == "description":
        with open(path, "r+b") as file:
            text = file.read().replace(b'"format":1', b'"format":9')
            file.seek(0)
            file.write(text)
    else:
        if what == "segment":
            if "seal" not in program.commands:
                raise Skip("this rapport has no command seal")
            expect(ledger.run("seal", "--json").status == 0, "cannot seal")
        path = ledger.file(os.path.join("log", ledger.names("." + what)[0]))
        header = 256 if what == "segment" else 128
        with open(path, "r+b") as file:
            data = bytearray(file.read(header))
            data[8] = 9
            data[header - 4:] = crc32c(bytes(data[:header - 4])).to_bytes(4, "little")
            file.seek(0)
            file.write(data)
    seen = ledger.digest("log", "index")
    for command in (("append", "--json", "-"), ("replay", "--json"), ("verify", "--json")):
        refused = ledger.run(*command, stdin=event(1))
        expect(refused.status == 65 and b"format 9" in refused.error, f"{command[0]}: {refused}")
    expect(ledger.digest("log", "index") == seen, "something was changed")


def sealed_twice(program, folder):
    """One journal, sealed by two processes: the same file, whatever order a process gives its dictionaries."""
    if "seal" not in program.commands:
        raise Skip("this rapport has no command seal")
    ledger, _ = made(program, folder, count=0)
    lines = [event(n, size=10 + n % 90, customer=f"c{n * 7919 % 211}") for n in range(700)]
    expect(ledger.append(lines).status == 0, "cannot prepare")
    copies = [ledger.copy(os.path.join(folder, f"copy-{n}")) for n in range(3)]
    for copy in copies:
        done = copy.run("seal", "--json")
        expect(done.status == 0, f"seal: {done}")
    sums = [[n for n in copy.fingerprint() if n[1].endswith(".segment")] for copy in copies]
    expect(sums[0] and sums[0] == sums[1] == sums[2], "the segments differ")
    return 3


def jobs(campaign):
    """Every run of this file: (row, means, name, function of a folder)."""
    program, size = campaign.program, campaign.size

    def job(row, name, body, *arguments):
        return row, "PRO", f"{name} {' '.join(str(a) for a in arguments)}".strip(), lambda folder: body(
            program, folder, *arguments)

    for _ in range(size(2, 20)):
        yield job(29, "two writers", two_writers)
        yield job(30, "LOCK removed", lock_removed, False)
        yield job(31, "descriptors of a child", inherited)
    for _ in range(size(1, 3)):
        yield job(30, "LOCK removed before the next journal", lock_removed, True)
    for _ in range(size(3, 200)):
        yield job(1, "killed after ms:", killed, campaign.random.randrange(40, 500))
    for _ in range(size(2, 20)):
        yield job(39, "SIGTERM after events:", terminated, campaign.random.randrange(1, 400))
    for megabytes in size([100, 160, 320, 640], [*range(60, 700, 20)]):
        yield job(36, "address space in MiB:", little_memory, megabytes)
    for count in size([6, 10, 13], [*range(3, 40)]):
        yield job(37, "descriptors:", few_descriptors, count)
    for extra in size([0, 5_000], [*range(0, 60_000, 1_500)]):
        yield job(11, "file size limited, bytes more:", small_files, extra)
    yield job(38, "a folder that may not be written", read_only_folder)
    yield job(32, "readers beside writers, rounds:", readers_beside, size(4, 60))
    for _ in range(size(1, 4)):
        yield job(35, "backups beside a writer:", backup_beside, size(2, 20))
    yield job(34, "clock jumps", clock_jumps)
    for name in sorted(n for n in os.listdir(FIXTURES) if os.path.isdir(os.path.join(FIXTURES, n))) if os.path.isdir(
            FIXTURES) else []:
        yield job(50, "old ledger:", old_ledger, name)
    for what in ("description", "journal", "segment"):
        yield job(50, "newer format:", newer_format, what)
    for _ in range(size(1, 10)):
        yield job(54, "sealed by three processes", sealed_twice)
