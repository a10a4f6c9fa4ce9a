"""How many connections there may be: in all, and of one address; and of one account's live ones."""

from __future__ import annotations

import resource
from collections import Counter, OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

from handlers.web.guards.addresses import Proxies
from models.administration.sign_in.throttling import source_of

T = TypeVar("T", bound=Hashable)
_ENOUGH = 65_536  # descriptors of one process
_FOR_OTHERS = 256  # descriptors left for the database, files and listening


class Connections:
    """Counts open connections. A proxy that the settings name may have any number: it counts its own clients."""

    def __init__(self, *, most: int = 8000, per_address: int = 4000, proxies: Proxies | None = None) -> None:
        self._most, self._per_address, self._proxies = most, per_address, proxies or Proxies()
        self._open: Counter[str] = Counter()
        self.total = 0

    def full_for(self, address: str) -> str | None:
        """None if one more may come from `address`; or else whose connections fill it: the address, or "" for all."""
        if self.total >= self._most:
            return ""
        if address in self._proxies:
            return None
        source = source_of(address)
        return source if self._open[source] >= self._per_address else None

    def came(self, address: str) -> None:
        """One was accepted."""
        self.total += 1
        self._open[source_of(address)] += 1

    def gone(self, address: str) -> None:
        """One was closed."""
        source = source_of(address)
        self.total -= 1
        self._open[source] -= 1
        if self._open[source] <= 0:
            del self._open[source]


class Circle(Generic[T]):
    """Keeps up to `most` of a kind for each key, and names the oldest when one more comes."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._members: dict[Hashable, OrderedDict[T, None]] = {}

    def join(self, key: Hashable, member: T) -> T | None:
        """Take `member` in; gives who has to go for it."""
        mine = self._members.setdefault(key, OrderedDict())
        mine[member] = None
        return mine.popitem(last=False)[0] if len(mine) > self.most else None

    def leave(self, key: Hashable, member: T) -> None:
        """It is gone."""
        mine = self._members.get(key)
        if mine is not None:
            mine.pop(member, None)
            if not mine:
                del self._members[key]


def descriptors() -> int:
    """How many connections this process may hold: as many as the system lets it, less what else needs one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _ENOUGH if hard == resource.RLIM_INFINITY else min(hard, _ENOUGH)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    return max(64, (_ENOUGH if soft == resource.RLIM_INFINITY else soft) - _FOR_OTHERS)
