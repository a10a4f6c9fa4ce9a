"""In which order the files of the suite are run: those that take longest first, so that two processes end together."""

import gc
from collections import defaultdict
from collections.abc import Generator

import pytest

#: What a test weighs, by its marker; without one it weighs 1.
_WEIGHTS = {"slow": 100, "browser": 30}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put whole files in order, the heaviest first; the tests of a file stay in theirs."""
    weights: defaultdict[str, int] = defaultdict(int)
    files: defaultdict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        name = item.nodeid.split("::")[0]
        files[name].append(item)
        marked = [weight for mark, weight in _WEIGHTS.items() if item.get_closest_marker(mark) is not None]
        weights[name] += max(marked, default=1)
    items[:] = [item for name in sorted(files, key=lambda name: -weights[name]) for item in files[name]]


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect without the collector of garbage: ten thousand tests come and stay, and it looks through them again and again."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
