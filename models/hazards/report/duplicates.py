"""Near-same open hazards, shown before one is sent a second time (X07)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from models.core import clock
from models.core.fields import Integer
from models.core.files.attachments import Attachment
from models.core.security.actor import Actor
from models.core.settings import CompanySetting
from models.core.text.folding import fold
from models.grid.access import company_for, find_node
from models.grid.places import around, metres_between
from models.hazards.records import READ_HAZARDS, UNDER_WAY, Hazard
from models.hazards.report.open_hazard import LEDGER

SPOT_METRES = 20.0
NEAR_METRES = CompanySetting(
    "hazard-duplicate-metres",
    "隐患",
    Integer("可能重复：相距", min=20, max=1000, unit="米", help="这么近的未闭环隐患，上报时提示可能重复"),
    default=60,
)
DAYS = CompanySetting(
    "hazard-duplicate-days",
    "隐患",
    Integer("可能重复：往前看", min=1, max=365, unit="天", help="只和这么多天内上报的未闭环隐患比"),
    default=30,
)
#: So soon after each other two reports at the very same place are likely one thing, however it is called.
_AT_ONCE = timedelta(hours=12)
SIMILAR = 0.3
_MOST = 5
_LOOKED_AT = 200


@dataclass(frozen=True)
class Likely:
    """An open hazard that may be the same: how like its words are (0 to 1), how far away it is, if known, and what

    speaks for it: `picture` (the very same photo), `words`, or `place` alone.
    """

    hazard: Hazard
    likeness: float
    metres: int | None
    why: str = "words"


def near(
    actor: Actor, what: str = "", *, grid: Any = None, lng: float | None = None, lat: float | None = None,
    company: Any = None, but: int | None = None, photos: Iterable[int] = (),
) -> list[Likely]:  # fmt: skip
    """Open hazards of the last days (30) with the very same photo; at the same place of the grid or near (60 m), with words

    like these; or at the very same place (20 m) within half a day, whatever it is called. The likest first, at most
    five. Without words (here or there) the place alone decides, as the photos will tell. `photos` are ids of uploads,
    `but` is one not to be compared with itself. Raises NotFound, Forbidden.
    """
    node = None if grid is None else find_node(actor, grid)
    company_id = node.company_id if node is not None else company_for(actor, READ_HAZARDS, company)
    recent = (
        (Hazard.company == company_id)
        & Hazard.state.in_(UNDER_WAY)
        & (Hazard.reported_at > clock.now() - timedelta(days=DAYS.of(company_id)))
    )
    pictured = _with_the_same_photo(recent, photos, but)
    found = {row.id: replace(_compared(row, what, lng, lat), why="picture") for row in pictured}
    metres = NEAR_METRES.of(company_id)
    if node is None and lng is None:
        return list(found.values())[:_MOST]
    somewhere = Hazard.grid == node.id if node is not None else None
    if lng is not None and lat is not None:
        close = around(Hazard, lng, lat, metres)
        somewhere = close if somewhere is None else (somewhere | close)
    rows = Hazard.select().where(recent, somewhere).order_by(Hazard.id.desc()).limit(_LOOKED_AT)
    for row in rows:
        item = _compared(row, what, lng, lat)
        if row.id == but or row.id in found or not _there(item, node and node.id, metres):
            continue
        if _alike(item, what):
            found[row.id] = item
        elif _on_the_spot(item):
            found[row.id] = replace(item, why="place")
    return sorted(found.values(), key=lambda item: (_ORDER[item.why], -item.likeness, -item.hazard.id))[
        :_MOST
    ]


_ORDER = {"picture": 0, "words": 1, "place": 2}


def _with_the_same_photo(recent: Any, photos: Iterable[int], but: int | None) -> list[Hazard]:
    """Hazards that show a picture which is one of these uploads, byte by byte: sent again, or passed on by another."""
    ids = list(photos)
    if not ids:
        return []
    digests = [row.sha256 for row in Attachment.select(Attachment.sha256).where(Attachment.id.in_(ids))]
    rows = (
        Attachment.select(Attachment.row_id)
        .join(
            Hazard, on=(Hazard.id == Attachment.row_id)
        )  # of the recent ones alone: no index leads to a digest
        .where(recent, Attachment.ledger == LEDGER, Attachment.sha256.in_(digests or ("",)))
        .where(Attachment.id.not_in(ids))
    )
    there = {row.row_id for row in rows} - {but}
    return list(Hazard.select().where(Hazard.id.in_(there or (0,))).order_by(Hazard.id.desc()).limit(_MOST))


def _on_the_spot(item: Likely) -> bool:
    """The very same spot, just now, as both were measured: a room has many things, and words tell them apart."""
    soon = item.hazard.reported_at >= clock.now() - _AT_ONCE
    return soon and item.metres is not None and item.metres <= SPOT_METRES


def _alike(item: Likely, what: str) -> bool:
    return item.likeness >= SIMILAR or not pairs(what) or not pairs(item.hazard.what or "")


def _there(item: Likely, node_id: int | None, metres: int) -> bool:
    same = node_id is not None and item.hazard.grid_id == node_id
    return same or (item.metres is not None and item.metres <= metres)


def _compared(row: Hazard, what: str, lng: float | None, lat: float | None) -> Likely:
    metres = None
    if None not in (row.lng, row.lat, lng, lat):
        metres = round(metres_between((float(row.lng), float(row.lat)), (float(lng or 0), float(lat or 0))))
    return Likely(row, likeness(what, row.what or ""), metres)


def likeness(one: str, other: str) -> float:
    """How many of the pairs of neighbouring characters two texts have in common (Dice): 0 nothing, 1 all."""
    a, b = pairs(one), pairs(other)
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0


def pairs(text: str) -> set[str]:
    """The pairs of neighbouring letters, figures and characters of a text; of a single one itself."""
    kept = "".join(c for c in fold(text or "") if c.isalnum())
    return {kept[at : at + 2] for at in range(len(kept) - 1)} or ({kept} if kept else set())
