"""Keeps the menu of every app as it should be: after a new set-up, a new address, a new version of the menu (L01)."""

from __future__ import annotations

import hashlib
import json

import structlog

from bots import tools
from bots.wecom import menu
from bots.wecom.protocol.errors import WecomError
from models.core.db.connection import in_transaction
from models.messages.channels.records import WecomApp

log = structlog.get_logger("menus")
_KEPT = 7 * 86_400  # seconds: an administrator may have changed it by hand meanwhile
_AFTER_FAULT = 300


def work(limit: int = 20) -> int:
    """Install up to `limit` menus that are not as they should be; gives how many. Call it outside of a transaction."""
    done = 0
    for app in in_transaction(_enabled, write=False):
        wanted = hashlib.sha256(
            json.dumps([app.base_url, app.corp_id, app.agent_id, menu.menu_of(app)]).encode()
        ).hexdigest()
        key = f"anban:menu:{app.id}"
        if done >= limit or tools.redis().get(key) == wanted.encode():
            continue
        seconds = _KEPT
        try:
            menu.install(app)
        except WecomError as error:
            log.warning("menu_not_installed", app=app.id, why=error.reason)
            seconds = _AFTER_FAULT  # then it is tried again
        tools.redis().set(key, wanted, ex=seconds)
        done += 1
    return done


def _enabled() -> list[WecomApp]:
    return list(WecomApp.select().where(WecomApp.enabled == True))  # noqa: E712
