"""What the kernel counted: processor time and memory of a process and everything below it, read from /proc (Linux)."""

import contextlib
import os
from pathlib import Path

TICKS_PER_S = os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")


def cpu_seconds(*roots: int) -> float:
    """User and system time so far of these processes, their living descendants and those that ended; vacuuming is left out."""
    return sum(_ticks(pid, ended=pid in roots) for pid in family(*roots)) / TICKS_PER_S


def pss_megabytes(*roots: int) -> float:
    """Proportional set size (shared pages divided among their users) of these processes and their descendants, 10^6 bytes."""
    return sum(_pss_kib(pid) for pid in family(*roots)) * 1024 / 1_000_000


def family(*roots: int) -> list[int]:
    """These processes and all their descendants."""
    below: dict[int, list[int]] = {}
    for folder in PROC.glob("[0-9]*"):
        with contextlib.suppress(OSError):
            below.setdefault(int(_fields(int(folder.name))[1]), []).append(int(folder.name))
    found, waiting = [], list(roots)
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        waiting += below.get(pid, [])
    return found


def _fields(pid: int) -> list[str]:
    # After the name, which may hold blanks: state, parent, …; utime and stime are the 14th and 15th field of the line,
    # those of children that ended the 16th and 17th.
    return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()


def _ticks(pid: int, *, ended: bool) -> int:
    with contextlib.suppress(OSError):
        if b"autovacuum" not in (PROC / str(pid) / "cmdline").read_bytes():
            fields = _fields(pid)
            return sum(int(field) for field in fields[11 : 15 if ended else 13])
    return 0


def _pss_kib(pid: int) -> int:
    with contextlib.suppress(OSError):
        for line in (PROC / str(pid) / "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0


def machine() -> str:
    """The machine in one line: processor, cores, memory, system. No date, no host name."""
    model = next(
        (line.split(":")[1].strip() for line in (PROC / "cpuinfo").read_text().splitlines() if "model name" in line), ""
    )
    memory = int((PROC / "meminfo").read_text().split()[1]) / 2**20
    release = Path("/etc/os-release").read_text().splitlines()
    system = next(line.split("=")[1].strip('"') for line in release if line.startswith("PRETTY_NAME"))
    return f"{os.cpu_count()} cores ({model or os.uname().machine}), {memory:.0f} GiB, {system}"
