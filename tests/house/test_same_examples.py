"""Property tests try the same examples, whatever else the process has loaded by then."""

import os
import subprocess
import sys
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

RUN = """
import sys
import tests.support.properties
from tests.house.test_same_examples import drawn
if len(sys.argv) > 1:
    import models.administration.records, models.tasks.records, models.personnel.importing.check
print(hash(tuple(drawn())))
"""


def drawn() -> list[int]:
    """All that a property over whole numbers tries."""
    tried: list[int] = []

    @given(st.integers(0, 2**32 - 1))
    def tries(number: int) -> None:
        tried.append(number)

    tries()
    return tried


def test_what_is_loaded_changes_no_example() -> None:
    root = Path(__file__).parents[2]
    suite = {name: value for name, value in os.environ.items() if name != "ANBAN_EXPLORE"}
    answers = {
        subprocess.run(
            [sys.executable, "-c", RUN, *more],
            cwd=root,
            env=suite,
            check=True,
            capture_output=True,
            text=True,
            timeout=120,
        ).stdout
        for more in ([], ["more"])
    }
    assert len(answers) == 1
