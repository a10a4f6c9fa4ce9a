"""How many sessions an account may have at once (ANBAN_SESSIONS_PER_ACCOUNT)."""

from __future__ import annotations

from models.administration.accounts.standing_changes import end_where
from models.administration.records import Session
from models.core import clock
from models.core.config import config


def end_oldest(new: Session) -> int:
    """End the account's sessions that are one too many beside the new one, those unused longest first; gives how many."""
    most = config().sessions_per_account
    if not most:
        return 0
    now = clock.now()
    running = (
        Session.select(Session.id)
        .where(
            Session.account_id == new.account_id,
            Session.id != new.id,
            Session.revoked_at.is_null(),
            Session.expires_at > now,
        )
        .order_by(Session.seen_at.desc(), Session.id.desc())
    )
    ids = [row.id for row in running.offset(most - 1).limit(1000)]
    if not ids:
        return 0
    return end_where(Session.id.in_(ids))
