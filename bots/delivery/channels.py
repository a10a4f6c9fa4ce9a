"""The ways out: what every channel can do, and which there are (L01, L06).

A channel knows whom it reaches and how it calls its platform. It writes nothing: the sender keeps what comes of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from bots.card import Card
from models.core.chapters import chapters, found_at
from models.messages.delivery.deliveries import Failure
from models.messages.records import Delivery, Sending


@dataclass(frozen=True)
class ApiCall:
    """One call to a platform: through the set-up `via`, to `to` (address by delivery id)."""

    way: str
    via: Any  # a models.messages.channels.records.Way
    to: Mapping[int, str] = field(repr=False)  # not shown: phone numbers, addresses

    def only(self, ids: Iterable[int]) -> ApiCall:
        """The same call for fewer."""
        kept = set(ids)
        return ApiCall(self.way, self.via, {key: value for key, value in self.to.items() if key in kept})


@dataclass(frozen=True)
class DeliveryPlan:
    """How some deliveries go out: in which calls, and which can't go at all."""

    calls: tuple[ApiCall, ...]
    failed: tuple[tuple[int, Failure], ...] = ()


@dataclass(frozen=True)
class CallResult:
    """What the platform said to one call.

    `failures` by delivery id; who is not named there was accepted. `unknown`: no answer, it may have gone through, so
    it must be repeated as the very same call or not at all. `doubtful` (why) ends that for who is in no `failures`: the
    platform knows the call, and does not say whether it did it. `error` says what is wrong with the set-up (its health).
    """

    failures: Mapping[int, Failure] = field(default_factory=dict)
    platform_id: str = ""
    response_code: str = ""
    unknown: bool = False
    doubtful: str = ""
    error: str = ""


class Channel(Protocol):
    """One way to people or groups. `most`: how many deliveries fit into one call."""

    way: str

    def plan(self, deliveries: Sequence[Delivery]) -> DeliveryPlan:
        """Who is reached through what; in a transaction."""

    def wait(self, call: ApiCall) -> Mapping[int, float]:
        """Which deliveries of the call must wait for how many seconds; counts the others as sent."""

    def send(self, call: ApiCall, card: Card, sending: Sending, *, again: bool) -> CallResult:
        """Call the platform, outside of any transaction. `again`: this very call may have gone through before.

        Raises nothing that has to do with the platform.
        """


_made: dict[str, Channel] = {}


def channel_of(way: str) -> Channel:
    """The channel of a way, made at its first use. Raises KeyError for a way that has none (SYSTEM)."""
    if way not in _made:
        found = ((chapter, chapter.channels[way]) for chapter in chapters() if way in chapter.channels)
        chapter, name = next(found, (None, ""))
        if chapter is None:
            raise KeyError(way)
        _made[way] = found_at(chapter, name)()
    return _made[way]


def set_ups(kind: Any, company_ids: Iterable[int]) -> Callable[[int], Any]:
    """A function that gives the enabled set-up of `kind` that serves a company: its own, else the group's."""
    wanted = set(company_ids)
    rows = kind.select().where(kind.enabled == True, kind.company.in_(wanted) | kind.company.is_null())  # noqa: E712
    found: dict[int | None, Any] = {}
    for row in rows.order_by(kind.id):
        found.setdefault(row.__data__["company"], row)
    return lambda company_id: found.get(company_id) or found.get(None)


def parts(to: Mapping[int, str], most: int) -> list[dict[int, str]]:
    """The addresses in portions of at most `most`."""
    items = list(to.items())
    return [dict(items[at : at + most]) for at in range(0, len(items), most)]


def in_company(deliveries: Iterable[Delivery]) -> set[int]:
    """The companies that deliveries belong to."""
    return {each.__data__["company"] for each in deliveries}


def no_address(what: str, advice: str) -> Failure:
    """The failure of a delivery whose receiver can't be reached by this way at all."""
    return Failure("no_address", f"{what}；{advice}", None, True)


__all__ = [
    "ApiCall",
    "CallResult",
    "Channel",
    "DeliveryPlan",
    "channel_of",
    "in_company",
    "no_address",
    "parts",
    "set_ups",
]
