"""What begins and ends an escalation, asked for by those that escalation itself stands on."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import import_module
from typing import Any

_MODULE = "models.messages.escalation.running"


@cache
def _escalation() -> Any:
    return import_module(_MODULE)


def begin(message_id: int, chain_id: int, notices: Sequence[tuple[int, int]]) -> None:
    """Start the chain for each (notice id, person id) of a message."""
    if notices:
        _escalation().begin(message_id, chain_id, notices)


def answered(message_id: int, notice_ids: Sequence[int], answer: str) -> None:
    """People have answered so: their chains stop, and those of whom they stand in for, or the rest of all."""
    _escalation().answered(message_id, notice_ids, answer)


def answered_for(notice_id: int, by_notice_id: int) -> None:
    """Who was told in somebody's stead has answered for that one: that chain stops, and no other."""
    _escalation().answered_for(notice_id, by_notice_id)


def closed(subject_kind: str, subject_id: int) -> None:
    """A thing has ended: nobody is urged about it any more. Call it before the end itself is told."""
    _escalation().close(subject_kind, subject_id)
