"""`python -m scripts.setup run|test|bench|…`: get the checkout ready for that, and do nothing twice."""

from __future__ import annotations

import sys

from scripts.setup import demo, environment, fronts, peers, system
from scripts.setup.steps import Stop, say, together


def _run() -> None:
    together(lambda: environment.prepare(tests=False), lambda: fronts.prepare(fronts.SERVED))


def _test() -> None:
    system.prepare(system.TESTS, font=True)
    together(
        lambda: environment.prepare(tests=True),
        lambda: fronts.prepare(fronts.ALL, modules=True),
        peers.prepare,
    )


def _test_fast() -> None:
    environment.prepare(tests=True)
    peers.prepare()


def _bench() -> None:
    system.prepare(system.BENCH)
    together(lambda: environment.prepare(tests=True), lambda: fronts.prepare(fronts.SERVED))


_FOR = {
    "run": _run,
    "test": _test,
    "test-fast": _test_fast,
    "bench": _bench,
    "python": lambda: environment.prepare(tests=False),
    "python-test": lambda: environment.prepare(tests=True),
    "fronts": lambda: fronts.prepare(fronts.ALL, modules=True),
    "pins": environment.write_pins,
    "demo-reset": demo.reset,
}


def main() -> int:
    """Do what the first argument names; 1 when a person must do something first."""
    if len(sys.argv) != 2 or sys.argv[1] not in _FOR:
        say(f"usage: python -m scripts.setup {'|'.join(_FOR)}")
        return 2
    try:
        _FOR[sys.argv[1]]()
    except Stop as stop:
        say(f"\n{stop}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
