"""In which order the files of the suite are run: those with slow tests first, so that two processes end together."""

from collections import Counter, defaultdict

import pytest

_SLOW = ("slow", "browser")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put whole files in order: most slow tests first, then most tests; the tests of a file stay in theirs."""
    slow: Counter[str] = Counter()
    files: defaultdict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        name = item.nodeid.split("::")[0]
        files[name].append(item)
        slow[name] += any(item.get_closest_marker(mark) is not None for mark in _SLOW)
    items[:] = [
        item
        for name in sorted(files, key=lambda name: (-slow[name], -len(files[name])))
        for item in files[name]
    ]
