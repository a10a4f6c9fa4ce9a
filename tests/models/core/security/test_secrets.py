"""What is encrypted opens with its key and purpose alone; passwords are compared in a bounded number of threads (X11)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from models.core.config import config, configure
from models.core.errors import TooMany
from models.core.security import crypto, password_hashing
from models.core.security.crypto import Undecipherable
from models.core.security.password_hashing import HashingPool


@pytest.fixture(autouse=True)
def _() -> Iterator[None]:
    before = config()
    configure(replace(before, secret_key="new key", previous_keys=("older", "oldest")))
    yield
    configure(before)


def with_key(key: str, text: str = "秘密") -> str:
    kept = config()
    configure(replace(kept, secret_key=key, previous_keys=()))
    try:
        return crypto.encrypt(text, "phone")
    finally:
        configure(kept)


@pytest.mark.parametrize("key", ["new key", "older", "oldest"])
def test_every_key_of_the_ring_opens_what_it_wrote(key: str) -> None:
    assert crypto.decrypt(with_key(key), "phone") == "秘密"
    assert crypto.decrypt(with_key(key, ""), "phone") == ""


def test_what_no_key_opens_says_so() -> None:
    packed = crypto.encrypt("秘密", "phone")
    version, name, body = packed.split(".")
    turned = body[:-3] + ("A" if body[-3] != "A" else "B") + body[-2:]
    for wrong in (
        with_key("a stranger's"), "", "x", "a.b", f"s2.{name}.{body}", f"{version}.{name}.{turned}", f"{version}.{name}.AAAA",
        f"{version}.{name}.{body}.x", f"{version}.00000000.{body}",
    ):  # fmt: skip
        with pytest.raises(Undecipherable):
            crypto.decrypt(wrong, "phone")
    with pytest.raises(Undecipherable):
        crypto.decrypt(packed, "id-number")


def test_hashes_outlive_a_new_key() -> None:
    found = crypto.keyed_hash("330102199001010011", "id-number")
    configure(replace(config(), secret_key="newest", previous_keys=("new key", "older", "oldest")))
    assert (
        crypto.keyed_hash("330102199001010011", "id-number")
        == found
        == crypto.hash_id_number("330102199001010011")
    )
    assert crypto.keyed_hash("330102199001010011", "phone") != found
    configure(replace(config(), previous_keys=()))
    assert crypto.keyed_hash("330102199001010011", "id-number") != found


def test_a_password_is_the_one_or_not() -> None:
    kept = crypto.hash_password("Shangang#2026")
    assert crypto.verify_password(kept, "Shangang#2026")
    for stored, typed in (
        (kept, "shangang#2026"),
        (None, "Shangang#2026"),
        ("", "x"),
        ("no hash", "x"),
        (kept, "\ud800"),
    ):
        assert not crypto.verify_password(stored, typed)
    assert not crypto.verify_password(None, "nobody has this password"), "not even that of nobody"


def test_the_pool_is_as_large_as_is_configured() -> None:
    configure(replace(config(), hashing_threads=1, hashing_queue=3))
    first = password_hashing.pool()
    assert password_hashing.pool() is first and (first.threads, first.most) == (1, 3)
    for other in ({"hashing_threads": 2}, {"hashing_queue": 4}):
        configure(replace(config(), **other))
        assert password_hashing.pool() is not first


def test_so_many_wait_and_the_next_is_told_to_come_again() -> None:
    pool = HashingPool(1, 2)
    places = [pool.take(first=False) for _ in range(2)]
    with pytest.raises(TooMany) as refused:
        pool.take(first=False)
    assert refused.value.code == "busy" and refused.value.retry_after >= 1
    with pool.take(first=True):
        pass
    places[0].leave()
    places[0].leave()
    again = pool.take(first=False)
    with pytest.raises(TooMany):
        pool.take(first=False)
    again.leave(), places[1].leave()


def test_who_is_known_goes_before_the_others_and_a_hash_within_a_hash_waits_for_nobody() -> None:
    pool, go, done = HashingPool(1, 9), threading.Event(), []
    blocking = pool.add(False, lambda: go.wait(10))
    futures = [pool.add(known, lambda name=name: done.append(name)) for known, name in (
        (False, "fremd"), (True, "bekannt"), (False, "fremd 2"), (True, "bekannt 2"),
    )]  # fmt: skip
    go.set()
    for future in (blocking, *futures):
        future.result(10)
    assert done == ["bekannt", "bekannt 2", "fremd", "fremd 2"]
    assert pool.run(lambda: pool.run(lambda: 5)) == 5 and len(pool._members) == 1


def test_a_fault_is_that_of_who_asked() -> None:
    pool = HashingPool(1, 1)
    with pytest.raises(ZeroDivisionError):
        pool.run(lambda: 1 // 0)
    assert pool.run(lambda: 7) == 7, "and the place is free again"
