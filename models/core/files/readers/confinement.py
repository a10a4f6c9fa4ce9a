"""What a reader may do: little. Bounds on memory and time by the system, no network, no files, first to go.

The bounds are the kernel's (setrlimit(2), seccomp(2) where the machine is an x86-64 or ARM64 Linux); elsewhere the
limits on memory and time remain, and `confine` says so.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import signal
import struct
import sys
from pathlib import Path

_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
#: Calls that a reader never needs once it has begun, by machine: socket, connect, accept, bind, execve, execveat,
#: ptrace, process_vm_readv, process_vm_writev, open, openat, openat2, creat, io_uring_setup.
_FORBIDDEN = {
    "x86_64": (41, 42, 43, 49, 59, 322, 101, 310, 311, 2, 257, 437, 85, 425),
    "aarch64": (198, 203, 202, 200, 221, 281, 117, 270, 271, 56, 437, 425),
}
_LOAD, _EQUAL, _ABOVE, _GIVE = 0x20, 0x15, 0x35, 0x06
_ALLOW, _KILL, _DENY = 0x7FFF0000, 0x80000000, 0x00050001  # the last: EPERM
_NO_NEW_PRIVILEGES, _SECCOMP, _FILTER = 38, 22, 2


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_void_p))


def confine() -> bool:
    """Give up what this process does not need to read a file that it was handed. True where the system seals it.

    What is to be imported must have been imported: no file is opened any more.
    """
    for which, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 32),
    ):
        _limit(which, most)
    try:
        # Where memory runs out all the same, the system ends a reader before it ends the server.
        Path("/proc/self/oom_score_adj").write_text("1000")
    except OSError:
        return False
    return _seal()


def _seal() -> bool:
    machine = platform.machine()
    if not sys.platform.startswith("linux") or machine not in _ARCH:
        return False
    steps = [(_LOAD, 0, 0, 4), (_EQUAL, 1, 0, _ARCH[machine]), (_GIVE, 0, 0, _KILL), (_LOAD, 0, 0, 0)]
    calls = _FORBIDDEN[machine]
    # Numbers from here on are those of another calling convention (x32).
    steps.append((_ABOVE, len(calls) + 1, 0, 0x40000000))
    steps += [(_EQUAL, len(calls) - place, 0, call) for place, call in enumerate(calls)]
    steps += [(_GIVE, 0, 0, _ALLOW), (_GIVE, 0, 0, _DENY)]
    packed = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    program = _Program(len(steps), ctypes.cast(packed, ctypes.c_void_p))
    system = ctypes.CDLL(None, use_errno=True)
    if system.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        return False
    return bool(system.prctl(_SECCOMP, _FILTER, ctypes.byref(program), 0, 0) == 0)


def bound(seconds: int, memory: int) -> None:
    """Bounds for the file that comes next: CPU and wall time from now, memory beyond what is taken now.

    When the time is over the system ends the process, whatever it does; also if the server is gone by then.
    """
    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu = int(used.ru_utime + used.ru_stime) + seconds + 1
    _limit(resource.RLIMIT_CPU, cpu)
    signal.alarm(seconds + 2)
    _limit(resource.RLIMIT_AS, _size() + memory)


def _limit(which: int, most: int) -> None:
    """Within what the server itself was given."""
    hard = resource.getrlimit(which)[1]
    resource.setrlimit(which, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def unbound() -> None:
    """The file has been read: no time runs while the next one is waited for."""
    signal.alarm(0)


_STATM: int | None = None


def remember() -> None:
    """Open what tells this process's size, before no file can be opened any more."""
    global _STATM
    try:
        _STATM = os.open("/proc/self/statm", os.O_RDONLY)
    except OSError:
        _STATM = None


def _size() -> int:
    """Bytes of address space that are taken now; a guess where the system does not tell."""
    if _STATM is None:
        return 1024 * 1024 * 1024
    return int(os.pread(_STATM, 64, 0).split()[0]) * resource.getpagesize()


def grown() -> int:
    """Bytes of memory that this process takes at present."""
    if _STATM is None:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return int(os.pread(_STATM, 64, 0).split()[1]) * resource.getpagesize()
