"""Passwords are hashed in a moment: by the same Argon2id, with less memory and fewer passes than in the house.

Thousands of tests sign somebody in, and none of them is about how long a thief would need. What is, asks for
`house_hashing`. Programs that are started as processes of their own hash as the house does.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher

from models.core.security import crypto

HOUSE = crypto._hasher


def _hash_with(hasher: PasswordHasher, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(crypto, "_hasher", hasher)
    patch.setattr(crypto, "_DUMMY", hasher.hash("nobody has this password"))


@pytest.fixture(scope="session", autouse=True)
def _quick_hashing() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        _hash_with(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1), patch)
        yield


@pytest.fixture
def house_hashing(monkeypatch: pytest.MonkeyPatch) -> PasswordHasher:
    """Passwords are hashed as in the house, as long as that takes; gives what does it."""
    _hash_with(HOUSE, monkeypatch)
    return HOUSE
