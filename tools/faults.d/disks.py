"""Faults of real file systems: small ext4 images that fill up, cannot sync, or may not be written.

They need root, loop devices and mkfs.ext4; where one is missing the rows are skipped.
"""

import os
import shutil
import subprocess

from ledgers import Attempt, Ledger, Outcome, Skip, event, expect
from processes import made

ROWS = [(6, "TMPF"), (12, "TMPF"), (9, "LOOP"), (10, "LOOP"), (11, "LOOP"), (38, "LOOP")]


def _run(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Skip(f"{' '.join(command[:2])}: {done.stderr.strip()}")
    return done.stdout


class Image:
    """A file system of its own in a file, mounted for as long as the `with` lasts."""

    def __init__(self, folder, megabytes, *options, lies_in=None):
        if os.geteuid() != 0:
            raise Skip("needs root, to mount a file system")
        if not shutil.which("mkfs.ext4"):
            raise Skip("there is no mkfs.ext4; tools/install --faults fetches it")
        self.file = os.path.join(lies_in or folder, "image")
        self.path = os.path.join(folder, "mounted")
        self.megabytes, self.options = megabytes, options

    def __enter__(self):
        with open(self.file, "wb") as file:
            file.truncate(self.megabytes << 20)
        # Blocks as large disks have them; smaller ones let SQLite's shared memory end in a signal on a full disk.
        _run("mkfs.ext4", "-F", "-q", "-m", "0", "-b", "4096", *self.options, self.file)
        os.makedirs(self.path, exist_ok=True)
        self.mount()
        return self

    def mount(self, *options):
        _run("mount", "-o", ",".join(("loop", *options)), self.file, self.path)

    def unmount(self):
        _run("umount", self.path)

    def __exit__(self, *_):
        subprocess.run(["umount", "--lazy", self.path], capture_output=True, check=False)

    def fill(self, leave):
        """Takes all space but `leave` bytes."""
        status = os.statvfs(self.path)
        size = max(0, status.f_bavail * status.f_bsize - leave)
        with open(os.path.join(self.path, "filler"), "wb") as file:
            # A little at a time: not every file system can reserve, and some need blocks for the list of blocks.
            while size > 0:
                try:
                    file.write(bytes(min(size, 65_536)))
                    file.flush()
                except OSError:
                    break
                size -= 65_536

    def free(self):
        os.unlink(os.path.join(self.path, "filler"))


def noise(number, size):
    """An event whose text does not compress."""
    return event(number, size).replace(b"x" * (size - 10), os.urandom(size).hex()[:size - 10].encode())


def _full(program, folder, megabytes, leave, *options):
    """A ledger on a disk on which only so much space is left; what an append says then; and after space is freed."""
    with Image(folder, megabytes, *options) as image:
        ledger, before = made(program, image.path)
        image.fill(leave)
        lines = [noise(n, 25_000) for n in range(160)]
        outcome = ledger.append(lines)
        expect(outcome.status == 74 and b"disk.full" in outcome.error, f"a full disk: {outcome}")
        entries = ledger.entries()
        expect(entries[:len(before)] == before, "reading does not go on")
        end = ledger.end_of_frames(ledger.names(".journal")[-1])
        with open(ledger.file(f"log/{ledger.names('.journal')[-1]}"), "rb") as file:
            file.seek(end)
            left = file.read().strip(b"\0")
        image.free()
        Attempt(before, lines).check(ledger, outcome)
        return left, ledger.names("", "quarantine")


def full_in_a_frame(program, folder, leave):
    """A file system that cannot reserve space: the write itself is cut short."""
    left, aside = _full(program, folder, 8, leave, "-O", "^extent,^has_journal,^64bit,^metadata_csum")
    expect(bool(left) == bool(aside), "what was written of a frame is set aside, and nothing else")


def full_before_a_frame(program, folder, leave):
    """Space is reserved before events are taken: nothing of them is written."""
    left, aside = _full(program, folder, 32, leave)
    expect(not left, "something was written though no space could be reserved")
    expect(not aside, "something was set aside though nothing was written")


class Memory:
    """A small memory disk for the image to lie on: the image is larger than its disk."""

    def __init__(self, folder, megabytes):
        self.path, self.megabytes = os.path.join(folder, "memory"), megabytes

    def __enter__(self):
        if os.geteuid() != 0:
            raise Skip("needs root, to mount a file system")
        os.makedirs(self.path)
        _run("mount", "-t", "tmpfs", "-o", f"size={self.megabytes}m", "tmpfs", self.path)
        return self

    def __exit__(self, *_):
        subprocess.run(["umount", "--lazy", self.path], capture_output=True, check=False)

    def leave(self, size):
        """Takes all space but `size` bytes."""
        status = os.statvfs(self.path)
        with open(os.path.join(self.path, "filler"), "wb") as file:
            os.posix_fallocate(file.fileno(), 0, max(4096, status.f_bavail * status.f_bsize - size))

    def grow(self):
        _run("mount", "-o", f"remount,size={self.megabytes * 4}m", self.path)


def _lose_the_cache(image):
    """Whatever the kernel only believes to be on the disk is gone afterwards."""
    with open("/proc/sys/vm/drop_caches", "w", encoding="ascii") as file:
        file.write("3\n")
    image.unmount()
    image.mount()


def failed_sync(program, folder, leave):
    """A real failed sync, of which a second one would say that all is well.

    Each frame is one page, which the disk below takes or refuses as a whole.
    """
    with Memory(folder, 24) as memory, Image(folder, 64, "-O", "^has_journal", lies_in=memory.path) as image:
        ledger, acknowledged = made(program, image.path)
        memory.leave(leave)
        for number in range(400):
            line = noise(number, 2_500)
            outcome = ledger.append([line])
            if outcome.status != 0:
                break
            acknowledged = ledger.entries()
        expect(outcome.status == 74, f"no sync has failed: {outcome}")
        shown = ledger.entries()
        expect(shown[:len(acknowledged)] == acknowledged, "what was acknowledged cannot be read")
        memory.grow()
        _lose_the_cache(image)
        Attempt(acknowledged, [line]).check(ledger, Outcome(-9, b"", b""))


def lying_disk(program, folder, leave):
    """A loop device says yes to a write that its disk has cut short: found as damage, or nothing was lost."""
    with Memory(folder, 24) as memory, Image(folder, 64, "-O", "^has_journal", lies_in=memory.path) as image:
        ledger, acknowledged = made(program, image.path)
        memory.leave(leave)
        for number in range(0, 1_200, 40):
            outcome = ledger.append([noise(number + n, 25_000) for n in range(40)])
            if outcome.status != 0:
                break
            acknowledged = ledger.entries()
        known = max(len(acknowledged), ledger.acknowledged())
        memory.grow()
        _lose_the_cache(image)
        opened = ledger.append([])
        if opened.status == 0:
            entries = ledger.entries()
            expect(len(entries) >= known and entries[:len(acknowledged)] == acknowledged, "a loss was not noticed")
        else:
            expect(opened.status == 65 and (b"ledger.corrupt" in opened.error or b"rolled-back" in opened.error),
                   f"neither whole nor refused: {opened}")


def read_only_disk(program, folder):
    with Image(folder, 8) as image:
        ledger, before = made(program, image.path)
        image.unmount()
        image.mount("ro")
        seen = ledger.digest()
        refused = ledger.append([event(1)])
        expect(refused.status == 74 and b"read-only" in refused.error, f"no clear answer: {refused}")
        expect(ledger.entries() == before, "reading does not work")
        expect(ledger.digest() == seen, "something was written")
        image.unmount()
        image.mount()
        Attempt(before, [event(1)]).check(ledger, refused)


def jobs(campaign):
    """Every run of this file: (row, means, name, function of a folder)."""
    def job(row, means, name, body, *arguments):
        return row, means, f"{name} {' '.join(str(a) for a in arguments)}".strip(), lambda folder: body(
            campaign.program, folder, *arguments)

    steps = campaign.size([20_000, 300_000], [*range(0, 1_200_000, 60_000)])
    for number, leave in enumerate(steps):
        yield job(11 if number % 2 else 9, "LOOP", "bytes left, no reservation:", full_in_a_frame, leave)
    for leave in campaign.size([50_000], [*range(0, 1_000_000, 100_000)]):
        yield job(10, "LOOP", "bytes left:", full_before_a_frame, leave)
    for leave in campaign.size([400_000], [*range(100_000, 900_000, 50_000)]):
        yield job(6, "TMPF", "bytes left:", failed_sync, leave)
    for leave in campaign.size([2_000_000], [*range(1_000_000, 5_000_000, 500_000)]):
        yield job(12, "TMPF", "bytes left:", lying_disk, leave)
    yield job(38, "LOOP", "a disk mounted for reading", read_only_disk)
