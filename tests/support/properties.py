"""How property tests run: the same examples each time; in `make explore` others in each round.

No time limit for a single example, because the machine may be busy with other things. What is random in the suite comes
from Hypothesis alone, so one seed repeats a whole round.

Hypothesis also draws numbers and words that stand in the modules loaded so far, so that the same test would get other
examples in another process. Only the rounds of `make explore` do that.

The suite tries fewer of them: forty where a test says nothing, or what it says in `tries`. `make explore` tries all.
"""

import os

from hypothesis import settings
from hypothesis.internal.conjecture import providers

EXPLORING = "ANBAN_EXPLORE" in os.environ


def tries(suite: int, explored: int) -> int:
    """How many examples a dear test tries: so many in the suite, so many in each round of `make explore`."""
    return explored if EXPLORING else suite


settings.register_profile("house", deadline=None, derandomize=True, database=None, max_examples=40)
settings.register_profile("explore", deadline=None, print_blob=True, database=None)
if EXPLORING:
    settings.load_profile("explore")
else:
    settings.load_profile("house")
    providers._get_local_constants = providers.Constants
