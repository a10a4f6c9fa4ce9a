"""Trouble that can be switched on: how the wire misbehaves, how likely and how often."""

from __future__ import annotations

import fnmatch
import itertools
import random
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

#: What can go wrong with an API call, and with a callback; the titles are the page's.
KINDS = {
    "slow": "变慢",
    "error": "服务器错误",
    "drop": "收下但不显示",
    "duplicate": "重复",
    "reorder": "乱序",
    "token": "令牌失效",
    "cut": "连接中断",
    "used": "回答丢失，重发时只说编号用过",
}
CALLBACK = "callback"


@dataclass
class FaultSwitch:
    """A switch. `where` is a path as fnmatch reads it (`/cgi-bin/message/*`), or `callback`.

    slow: `seconds` pass before the answer. error: HTTP `status`. drop: accepted, shown to nobody (a callback: never
    sent). duplicate: shown (sent) twice. reorder: held until the next one is out. token: the token is revoked and
    refused (a callback: a wrong signature). cut: the connection is closed instead of an answer.
    used: of a card the answer to the first sending is lost, and each repeat refused with 42014, whatever the duplicate
    check would say; it tells nobody whether the card came.
    slow and cut strike after the call had its effect, which is the nasty case; `early`: before it.
    `count` None: until it is switched off.
    """

    id: int
    where: str
    kind: str
    seconds: float = 3
    status: int = 502
    probability: float = 1
    count: int | None = None
    early: bool = False


@dataclass
class Fate:
    """What is to go wrong with one call."""

    slow: float = 0
    slow_early: bool = False
    error: int = 0
    copies: int = 1
    reorder: bool = False
    token: bool = False
    cut: bool = False
    cut_early: bool = False
    used: bool = False
    names: tuple[str, ...] = ()


class Faults:
    """The switch-board."""

    def __init__(self, changed: Callable[[], None], random_: random.Random | None = None) -> None:
        self._changed = changed
        self._numbers = itertools.count(1)
        self._random = random_ or random.Random()
        self.all: list[FaultSwitch] = []

    def add(self, wanted: Mapping[str, Any]) -> FaultSwitch:
        """Switch one on. Raises ValueError for what can't be."""
        known = {
            name: wanted[name] for name in FaultSwitch.__dataclass_fields__ if name in wanted and name != "id"
        }
        fault = FaultSwitch(next(self._numbers), **{"where": "/cgi-bin/message/send", "kind": "", **known})
        if fault.kind not in KINDS or not isinstance(fault.where, str) or not fault.where:
            raise ValueError(f"kind must be one of {', '.join(KINDS)}")
        fault.seconds, fault.probability = float(fault.seconds), float(fault.probability)
        if (
            not 0 <= fault.seconds <= 600
            or not 0 < fault.probability <= 1
            or not 400 <= float(fault.status) < 600
        ):
            raise ValueError("seconds 0 to 600, probability above 0 to 1, status 400 to 599")
        fault.status, fault.count = int(fault.status), None if fault.count is None else int(fault.count)
        if fault.count is not None and fault.count < 1:
            raise ValueError("count must be at least 1, or null")
        self.all.append(fault)
        self._changed()
        return fault

    def remove(self, id_: int | None = None) -> None:
        """Switch one off, or all."""
        self.all = [fault for fault in self.all if id_ is not None and fault.id != id_]
        self._changed()

    def meet(self, where: str) -> Fate:
        """What happens to a call of `where`; those with a count are used up by it."""
        fate = Fate()
        if not self.all:
            return fate
        met = [fault for fault in self.all if self._strikes(fault, where)]
        for fault in met:
            _apply(fault, fate)
            if fault.count is not None:
                fault.count -= 1
        if any(fault.count == 0 for fault in met):
            self.all = [fault for fault in self.all if fault.count != 0]
        if met:
            fate.names = tuple(fault.kind for fault in met)
            self._changed()
        return fate

    def _strikes(self, fault: FaultSwitch, where: str) -> bool:
        return fnmatch.fnmatchcase(where, fault.where) and self._random.random() < fault.probability

    def as_json(self) -> list[dict[str, Any]]:
        """For the page."""
        return [asdict(fault) for fault in self.all]


def _apply(fault: FaultSwitch, fate: Fate) -> None:
    match fault.kind:
        case "slow":
            fate.slow, fate.slow_early = max(fate.slow, fault.seconds), fault.early
        case "error":
            fate.error = int(fault.status)
        case "drop":
            fate.copies = 0
        case "duplicate":
            fate.copies = min(fate.copies * 2, 2)
        case "reorder":
            fate.reorder = True
        case "token":
            fate.token = True
        case "used":
            fate.used = True
        case "cut":
            fate.cut, fate.cut_early = True, fault.early


class Shuffler:
    """Holds what is to come late until something else came first, or some seconds passed."""

    def __init__(self, later: Callable[[float, Callable[[], None]], object], seconds: float = 3) -> None:
        self._later, self._seconds = later, seconds
        self._held: list[Callable[[], None]] = []

    def put(self, action: Callable[[], None], *, hold: bool) -> None:
        """Do `action`, or hold it."""
        if hold:
            self._held.append(action)
            self._later(self._seconds, self.flush)
            return
        action()
        self.flush()

    def flush(self) -> None:
        """Do all that is held."""
        held, self._held = self._held, []
        for action in held:
            action()
