"""The lock before the embedded database's writer: one at a time, and nobody starves (X10)."""

from __future__ import annotations

import random
import threading
import time

from models.core.db.fair_lock import PATIENCE, FairLock


def test_one_thread_at_a_time_and_every_one_gets_through() -> None:
    lock, inside, most, done = FairLock(), 0, 0, 0

    def work(seed: int) -> None:
        nonlocal inside, most, done
        chance = random.Random(seed)
        for _ in range(300):
            with lock:
                inside += 1
                most = max(most, inside)
                if chance.random() < 0.02:
                    time.sleep(PATIENCE * 1.5)  # the next is handed the lock
                done += 1
                inside -= 1

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert (most, done) == (1, 8 * 300)
    assert not lock.locked()


def test_who_takes_it_again_and_again_lets_one_in_who_waits() -> None:
    """A long row of short transactions: whoever comes meanwhile waits for two or three of them, not for all."""
    lock, got_in = FairLock(), threading.Event()
    came = threading.Event()

    def wait() -> None:
        came.set()
        with lock:
            got_in.set()

    other = threading.Thread(target=wait)
    held_meanwhile = 0
    with lock:
        other.start()
        came.wait()
        time.sleep(PATIENCE * 3)  # it stands in the queue by now, and has waited for long
    while not got_in.is_set() and held_meanwhile < 50:
        with lock:
            held_meanwhile += 1
    other.join(60)
    assert got_in.is_set() and held_meanwhile <= 1


def test_it_is_let_go_where_the_work_fails() -> None:
    lock = FairLock()
    try:
        with lock:
            raise ValueError
    except ValueError:
        assert not lock.locked()
    with lock:
        assert lock.locked()
