"""What a figure depends on, and the page cache."""

import os
import platform
import time


def environment(folder, swift):
    """Machine, system and builds, by name."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "date": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
        "processor": _first("/proc/cpuinfo", "model name") or platform.machine(),
        "cores": os.cpu_count(),
        "memory": f"{memory / 2**30:.1f} GiB",
        "kernel": platform.release(),
        "fileSystem": file_system(folder),
        "loadAverage": " ".join(f"{load:.2f}" for load in os.getloadavg()),
        "python": platform.python_version(),
        "swift": swift,
    }


def _first(path, name):
    with open(path, encoding="utf-8", errors="replace") as lines:
        return next((line.split(":", 1)[1].strip() for line in lines if line.startswith(name)), None)


def file_system(folder):
    """Type and options of the mount that holds `folder`: the longest one that its path begins with."""
    best = ("", "unknown")
    with open("/proc/self/mounts", encoding="utf-8", errors="replace") as mounts:
        for line in mounts:
            _, place, kind, options = line.split()[:4]
            holds = f"{os.path.realpath(folder)}/".startswith(place.rstrip("/") + "/")
            if holds and len(place) >= len(best[0]):
                best = (place, f"{kind} {options}")
    return best[1]


def warm(folder):
    """Reads what the sides made below `folder`, so that the page cache holds what it can."""
    for path, _, names in os.walk(folder):
        for name in names:
            if name.endswith(".ndjson"):
                continue
            with open(os.path.join(path, name), "rb", buffering=0) as file:
                while file.read(1 << 20):
                    pass


def drop_caches():
    """Empties the page cache. False where this process may not."""
    try:
        os.sync()
        with open("/proc/sys/vm/drop_caches", "w", encoding="ascii") as switch:
            switch.write("3\n")
        return True
    except OSError:
        return False
