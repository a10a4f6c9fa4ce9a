"""Messages: a flash report to everybody, what its news cost the rule, everybody's answer, and more than the limits allow."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import asdict

from scripts.bench.report import Line
from scripts.drills import acknowledge, announcing, flash_report, limits
from scripts.drills.acknowledge import Acknowledged
from scripts.drills.announcing import Announced
from scripts.drills.flash_report import Told
from scripts.drills.limits import Limited
from scripts.drills.standing import standing

PEOPLE, GROUPS, REPORTS, PAIRS = 10_000, 20, 5, 300


def lines(told: Callable[[str], None], *, people: int = PEOPLE, rounds: int = REPORTS) -> list[Line]:
    """Raise an installation of its own for each, measure, and clear it away (about six minutes)."""
    told("what an announcement adds to a transaction …")
    found = [_announced(announcing.measure(PAIRS))]
    told(f"planting {people:,} people, reporting to them all …")
    with standing(people=people, groups=GROUPS) as stand:
        reports = flash_report.measure(stand, rounds)
        told("everybody answers …")
        answers = acknowledge.measure(stand)
    told("more reports than the limits allow …")
    with standing(people=100, groups=GROUPS) as stand:
        limited = limits.measure(stand)
    return [*_reported(reports, people), _limited(limited), *found, *_answered(answers)]


def _reported(reports: list[Told], people: int) -> list[Line]:
    first, last, floor = (
        statistics.median(getattr(one, name) for one in reports) for name in ("first", "last", "floor")
    )
    ratio = statistics.median(one.ratio for one in reports)
    what = f"flash report to {people:,} people and {GROUPS} groups"
    return [
        Line(
            f"{what}: the first card at the platform after the commit", "", f"{first:.2f} s", "",
            f"< {flash_report.FIRST_GOAL:g} s", first < flash_report.FIRST_GOAL, [asdict(one) for one in reports],
        ),
        Line(
            f"{what}: all of it, against a bare client that keeps nothing and makes the same {reports[0].calls} calls",
            f"{floor:.2f} s", f"{last:.2f} s", f"{ratio:.2f}", "(no limit binds: docs/decisions/limits.md)", True,
        ),
    ]  # fmt: skip


def _limited(found: Limited) -> Line:
    return Line(
        f"{found.reports} reports at once to {found.groups} groups, against what the platform's limits allow",
        f"{found.floor:.0f} s", "; ".join(found.faults) or f"{found.took:.1f} s", f"{found.ratio:.2f}",
        f"≥ {limits.GOAL}, nothing refused", found.ratio >= limits.GOAL and not found.faults, asdict(found),
    )  # fmt: skip


def _announced(found: Announced) -> Line:
    return Line(
        "the rule that reports an accident, with its news against without", f"{found.without_ms:.2f} ms",
        f"{found.with_ms:.2f} ms", f"+{found.added_ms:.2f} ms", f"≤ +{announcing.GOAL_MS:g} ms",
        found.added_ms <= announcing.GOAL_MS, asdict(found),
    )  # fmt: skip


def _answered(found: Acknowledged) -> list[Line]:
    details = {key: value for key, value in asdict(found).items() if key != "seconds"}
    return [
        Line(
            f"{found.people:,} people press 收到 within a minute: the slowest answer (median, slowest percent)", "",
            f"{found.slowest:.2f} s ({statistics.median(found.seconds):.3f} s, {found.p99:.2f} s)", "",
            f"< {acknowledge.LATEST:g} s", found.slowest < acknowledge.LATEST, details,
        ),
        Line(
            "their answers, chains, callbacks and news agree, each once", "",
            "; ".join(found.faults) or f"{found.written:,} of {found.people:,} in {found.took:.0f} s", "",
            "none lost, doubled or late", not found.faults,
        ),
        Line(
            "the board meanwhile: slowest look, longest time without live news", "",
            f"{found.board.slowest:.2f} s, {found.board.longest_quiet:.1f} s", "", "live throughout",
            not found.board.faults,
        ),
    ]  # fmt: skip
