"""The pool that hashes passwords, in a process that was forked from one that hashed before."""

from __future__ import annotations

import os
import select

from models.core.security import password_hashing


def _in_a_fork() -> int:
    """The exit code of a fork that hashes too; it is ended where it does not come to an end."""
    child = os.fork()
    if not child:
        try:
            os._exit(0 if password_hashing.pool().run(lambda: "done") == "done" else 1)
        finally:
            os._exit(2)
    handle = os.pidfd_open(child)
    try:
        if not select.select([handle], [], [], 20)[0]:
            os.kill(child, 9)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    finally:
        os.close(handle)


def test_a_fork_has_threads_of_its_own() -> None:
    """The threads of the parent are not there: what was left to them would never be done."""
    parent = password_hashing.pool()
    for _ in range(parent.threads):
        assert parent.run(lambda: "done") == "done"
    assert _in_a_fork() == 0
    assert password_hashing.pool() is parent, "the parent keeps its own"
