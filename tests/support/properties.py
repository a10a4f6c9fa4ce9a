"""How property tests run: the same examples each time; in `make explore` others in each round.

No time limit for a single example, because the machine may be busy with other things. What is random in the suite comes
from Hypothesis alone, so one seed repeats a whole round.

Hypothesis also draws numbers and words that stand in the modules loaded so far, so that the same test would get other
examples in another process. Only the rounds of `make explore` do that.
"""

import os

from hypothesis import settings
from hypothesis.internal.conjecture import providers

settings.register_profile("house", deadline=None, derandomize=True, database=None)
settings.register_profile("explore", deadline=None, print_blob=True, database=None)
if os.environ.get("ANBAN_EXPLORE"):
    settings.load_profile("explore")
else:
    settings.load_profile("house")
    providers._get_local_constants = providers.Constants
