"""A lock that nobody waits for behind all those who came later."""

from __future__ import annotations

import threading
import time
from collections import deque
from types import TracebackType

PATIENCE = 0.01  # seconds for which a waiting thread may be passed by


class _Turn:
    """A waiting thread."""

    __slots__ = ("given", "since", "sleeping", "woken")

    def __init__(self) -> None:
        self.since = time.monotonic()
        self.given = False  # the lock is theirs
        self.woken = False
        self.sleeping = threading.Lock()
        self.sleeping.acquire()

    def wake(self) -> None:
        if not self.woken:
            self.woken = True
            self.sleeping.release()


class FairLock:
    """A lock for `with`, held by one thread at a time.

    `threading.Lock` goes to whoever asks first once it is free, which is most often the thread that has just let it go:
    one that writes a hundred short transactions in a row keeps the rest out until its last. Here the lock is handed to
    the thread that has waited longest as soon as that is longer than `PATIENCE`. Until then it may be passed by, which
    spares many short holds a change of threads each.
    """

    def __init__(self) -> None:
        self._inside = threading.Lock()
        self._held = False
        self._waiting: deque[_Turn] = deque()

    def __enter__(self) -> None:
        with self._inside:
            if not self._held:
                self._held = True
                return
            turn = _Turn()
            self._waiting.append(turn)
        while True:
            turn.sleeping.acquire()
            with self._inside:
                if turn.given:
                    return
                if not self._held:
                    self._held = True
                    self._waiting.remove(turn)
                    return
                turn.woken = False

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.let_go()

    def let_go(self) -> None:
        """Hand it to whoever has waited too long, or to whoever comes."""
        with self._inside:
            if not self._waiting:
                self._held = False
                return
            first = self._waiting[0]
            if time.monotonic() - first.since > PATIENCE:
                self._waiting.popleft()
                first.given = True  # and so it stays held
            else:
                self._held = False
            first.wake()

    def take_if_free(self) -> bool:
        """Hold it if nobody does; says whether. Who got it calls `let_go`."""
        with self._inside:
            if self._held:
                return False
            self._held = True
            return True

    def locked(self) -> bool:
        """Whether a thread holds it just now."""
        return self._held


__all__ = ["FairLock"]
