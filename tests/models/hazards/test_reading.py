"""Who reported a hazard, and may read it for that (E07)."""

from __future__ import annotations

import pytest

from models.core.security.actor import Actor
from models.hazards.access import is_reporter
from models.hazards.records import Hazard


@pytest.mark.parametrize(
    ("actor", "theirs"),
    [
        (Actor(5, "本人"), True),
        (Actor(6, "别人"), False),
        (Actor(5, "在一个单位登录", unit_id=1), False),
        (Actor(None, "没有登录"), False),
    ],
)
def test_by_the_account_where_nobodys_file_is_named(actor: Actor, theirs: bool) -> None:
    assert is_reporter(actor, Hazard(reporter=None, reporter_account_id=5)) is theirs
    assert not is_reporter(actor, Hazard(reporter=None, reporter_account_id=None))


def test_by_the_file_where_one_is_named() -> None:
    for unit_id in (None, 1):
        mine = Actor(5, "本人", person_ids=(7, 8), unit_id=unit_id)
        assert is_reporter(mine, Hazard(reporter=8, reporter_account_id=6))
        assert not is_reporter(mine, Hazard(reporter=9, reporter_account_id=5)), "they belong there no more"
