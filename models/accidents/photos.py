"""Photos of accidents: uploaded from the phone, often before there is a report to attach them to (G02)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from models.accidents.access import find, has_added, is_reporter, permitted, sees_receipt_only
from models.accidents.records import EDIT_ACCIDENTS, REPORT_ACCIDENTS, Accident
from models.core import clock
from models.core.errors import NotFound
from models.core.events.outbox import announce
from models.core.files import photos
from models.core.files.attachments import Attachment
from models.core.files.content_check import Examined
from models.core.security.actor import Actor, missing_right
from models.organization.records import REVEAL_IDS

LEDGER = "accidents"
_FOLLOW = timedelta(hours=1)


def _seen(actor: Actor, accident_id: int) -> Accident:
    """The accident, if the actor may see its photos: who sent it as a stranger sees nothing of it but their words."""
    accident = find(actor, accident_id)
    if sees_receipt_only(actor, accident):
        raise NotFound()
    return accident


photos.shown_by(LEDGER, _seen, upload=REPORT_ACCIDENTS, original=REVEAL_IDS)


def upload(actor: Actor, name: str, content: bytes | Examined) -> Attachment:
    """Keep a photo for a report that is still to come. Raises as `models.core.files.photos.upload`."""
    return photos.upload(actor, LEDGER, REPORT_ACCIDENTS, name, content)


def may_add(actor: Actor, accident_id: int) -> Accident:
    """The accident, if the actor may add photos to it: asked before anybody looks at one. Raises NotFound, Forbidden."""
    accident = find(actor, accident_id)
    adds = accident.state == "open" and (has_added(actor, accident) or _just_sent(actor, accident))
    if not permitted(actor, accident)["update"] and not adds:
        raise missing_right(EDIT_ACCIDENTS, actor)
    return accident


def _just_sent(actor: Actor, accident: Accident) -> bool:
    """Whether the actor reported it as a stranger within the hour: its pictures may follow its words."""
    fresh = accident.reported_at > clock.now() - _FOLLOW
    return bool(accident.unverified) and fresh and is_reporter(actor, accident)


def add(actor: Actor, accident_id: int, name: str, content: bytes | Examined) -> Attachment:
    """Add a photo to an accident that is there. Raises as `upload`, NotFound, Forbidden."""
    accident = may_add(actor, accident_id)
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
