"""Photos of accidents: uploaded from the phone, often before there is a report to attach them to (G02)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from models.accidents.finding import find, permitted
from models.accidents.records import EDIT_ACCIDENTS, REPORT_ACCIDENTS, Accident
from models.core import photos
from models.core.actor import Actor, missing_right
from models.core.attachments import Attachment
from models.core.outbox import announce

LEDGER = "accidents"

photos.shown_by(LEDGER, find, upload=REPORT_ACCIDENTS)


def upload(actor: Actor, name: str, content: bytes) -> Attachment:
    """Keep a photo for a report that is still to come. Raises as `models.core.photos.upload`."""
    return photos.upload(actor, LEDGER, REPORT_ACCIDENTS, name, content)


def add(actor: Actor, accident_id: int | str, name: str, content: bytes) -> Attachment:
    """Add a photo to an accident that is there. Raises as `upload`, NotFound, Forbidden."""
    accident = find(actor, accident_id)
    if not permitted(actor, accident)["update"]:
        raise missing_right(EDIT_ACCIDENTS)
    kept = photos.add(actor, LEDGER, accident, name, content)
    announce("ledger.changed", accident, ledger=LEDGER)
    return kept


def take(actor: Actor, accident: Accident, ids: Sequence[int]) -> int:
    """Attach photos that the actor uploaded; gives how many. An accident is not kept back for one that has gone.

    A draft may be older than a photo lives that nothing has taken: `gone` tells which are to be sent again.
    """
    return photos.take_there(actor, LEDGER, accident, ids)


def waiting(actor: Actor, ids: Sequence[int]) -> set[int]:
    """Those of the photos that the actor uploaded and that nothing has taken yet."""
    return photos.waiting(actor, LEDGER, ids)


def gone(accident: Accident, ids: Sequence[int | str]) -> list[str]:
    """Those of the photos named in a report that the accident does not have."""
    there = {row.id for row in of([accident.id])}
    return [str(each) for each in ids if int(each) not in there]


def of(accident_ids: Sequence[int]) -> Any:
    """The query of the photos of accidents, oldest first."""
    return photos.of(LEDGER, accident_ids)
