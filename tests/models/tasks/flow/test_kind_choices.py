"""What flows may be for is said in full and in words, whichever module happens to be imported first (H07)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from models.tasks.subjects import all_served, kind_choices

#: Each begins with nothing imported: ledgers by themselves, or the module of flows before all others.
FIRST = ("from models.core.ledger import all_ledgers; all_ledgers()", "import models.tasks.flow.ledgers")
SAYS = """
import json
{first}
from models.core.ledger import ledger_named
said = [ledger_named("flows").derived_named("kind_title"), ledger_named("all-cases").derived_named("kind_title")]
print(json.dumps([[[choice.value, choice.title] for choice in one.choices] for one in said]))
"""


def test_each_kind_that_is_served_is_called_as_the_manifest_calls_it() -> None:
    assert [(one.value, one.title) for one in kind_choices()] == [
        (one.kind, one.title) for one in all_served()
    ]


@pytest.mark.parametrize("first", FIRST, ids=("ledgers", "flows"))
def test_no_kind_is_left_out_by_the_order_of_imports(first: str) -> None:
    command = [sys.executable, "-c", SAYS.format(first=first)]
    root = Path(__file__).parents[4]
    told = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True, timeout=60).stdout
    wanted = [[one.value, one.title] for one in kind_choices()]
    assert json.loads(told.splitlines()[-1]) == [wanted, wanted]
