"""A hazard comes to be: from a snapshot, by hand, from an inspection; its flow begins at once (E07, E09)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from models.core import clock, history, numbering
from models.core.errors import Invalid
from models.core.events.outbox import announce
from models.core.files import photos
from models.core.row_ids import all_ids
from models.core.security.actor import Actor
from models.grid.records import GridNode
from models.hazards.records import Hazard
from models.organization.records import Person

LEDGER = "hazards"
Values = dict[str, Any]


def new_number() -> str:
    """A number such as YH261124-7K3F."""
    return numbering.new_number("YH")


def open_hazard(
    actor: Actor,
    values: Values,
    person: Person | None,
    *,
    pictures: Sequence[int] = (),
    node: GridNode | None,
) -> tuple[Hazard, bool]:
    """Write a hazard that was checked, with its photos of before, and start its flow; gives it, and whether it is new.

    A request that was made before (`request_key`) gives what it made then.
    """
    from models.tasks.engine.start import start
    from models.tasks.notify.subscriptions import follow

    now = clock.now()
    site = node.site_id if node is not None else None
    whole = {
        **values, "grid": node and node.id, "site": site or (person and person.site_id),
        "reporter": person and person.id, "reporter_account_id": actor.account_id, "reported_at": now,
        "door": actor.door[:16], "created_at": now, "updated_at": now,
    }  # fmt: skip
    hazard, created = numbering.insert_numbered(Hazard, whole, new_number)
    if not created:
        return hazard, False
    photos.take(actor, LEDGER, hazard, pictures, photos.BEFORE)
    told = {name: value for name, value in values.items() if name in ("what", "place", "origin", "late")}
    history.note(actor, hazard, "created", history.differences(Hazard, {}, told))
    announce("hazard.reported", hazard, ledger=LEDGER)
    start(actor, "hazard", hazard)
    if person is not None:
        follow(actor, "hazard", hazard.id)  # who reported it hears of every step
    return hazard, True


def photo_ids(given: Any, *, most: int = 9) -> list[int]:
    """The ids of uploads as a door sends them. Raises Invalid at `photos`."""
    items = [] if given in (None, "") else given
    ids = all_ids(items) if isinstance(items, (list, tuple)) else None
    if ids is None:
        raise Invalid(fields={"photos": "照片没有上传成功，请重新上传"})
    if len(ids) > most:
        raise Invalid(fields={"photos": f"最多 {most} 张照片"})
    return ids
