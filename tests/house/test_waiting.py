"""Journeys wait for facts, never for a time: what is slow on a busy machine is no fault, and what is quick costs nothing."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
#: Where a fact is asked for again and again, with a short breath between.
ASKING = {"tests/journeys/seeing.py": 1, "tests/journeys/chatting.py": 1}


def test_journeys_wait_for_facts() -> None:
    slept = {
        str(file.relative_to(ROOT)): len(re.findall(r"wait_for_timeout\(|\bsleep\(", file.read_text()))
        for file in sorted((ROOT / "tests" / "journeys").glob("*.py"))
    }
    assert len(slept) > 30
    assert {file: times for file, times in slept.items() if times} == ASKING
