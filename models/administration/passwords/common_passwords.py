"""Passwords that are guessed first: a list of our own words, and zxcvbn's estimate over 30,000 leaked ones (K06).

zxcvbn (Wheeler, USENIX Security 2016) counts how many guesses a password takes that is made of common passwords, names,
words, dates and rows of keys. What takes fewer than some ten million is refused (ASVS 4.0.3 V2.1.7).
"""

from __future__ import annotations

from collections.abc import Sequence

from zxcvbn import zxcvbn

FEWEST_GUESSES_LOG10 = 7.5
_LONGEST = 40  # it takes a quadratic time; what is longer is measured by its beginning


def guessed_early(password: str, known: Sequence[str]) -> bool:
    """Whether a guesser comes to it soon. `known` is what belongs to the person: login, name, phone, unit."""
    words = [word for word in known if word]
    found = zxcvbn(password[:_LONGEST], user_inputs=words)
    return float(found["guesses_log10"]) < FEWEST_GUESSES_LOG10
