"""What an import says of a text that stands for nobody: a number is to be looked at as a number, a name as a name."""

from __future__ import annotations

from typing import Any

import pytest

from models.core.excel.imports.lookups import find_all
from models.training.ledgers import CERTIFICATES
from tests.models.core import small_ledgers

NUMBER = small_ledgers.id_number(999_999)  # right, of nobody
MISTYPED = NUMBER[:-1] + ("0" if NUMBER[-1] != "0" else "1")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (NUMBER, "没有这个身份证号，请先新增这个持证人，或核对号码"),
        (MISTYPED, "没有这个身份证号，请先新增这个持证人，或核对号码"),
        ("13900009999", "没有“13900009999”，请先新增这个持证人，或核对号码"),
        ("139 0000 9999", "没有“139 0000 9999”，请先新增这个持证人，或核对号码"),
        ("没有的人", "没有“没有的人”，请先新增这个持证人，或核对名称"),
        ("王5", "没有“王5”，请先新增这个持证人，或核对名称"),
    ],
)
def test_a_number_that_finds_nobody_is_told_as_a_number(world: Any, text: str, said: str) -> None:
    link = CERTIFICATES.record.person
    found = find_all(world.in_a, CERTIFICATES, "person", link, [text])[text]
    assert str(found) == said.replace("持证人", link.title)
