"""From measurements to the lines of the table, with the goals that stand in the project's plan."""

from __future__ import annotations

import statistics
from dataclasses import asdict
from typing import Any

from scripts.bench.clock_ins import Comparison, Measured
from scripts.bench.deciding import FEW, LARGE, MANY, SMALL, THREADS, Deciding
from scripts.bench.deciding_http import OverHttp
from scripts.bench.equal import Equal
from scripts.bench.export import COLUMNS, Exported
from scripts.bench.export import FEW as FEW_ROWS
from scripts.bench.paging import Paged
from scripts.bench.periodic import Morning
from scripts.bench.report import Line

#: At least so many times the hand-written floor, by number of connections.
FLOOR_GOALS = {64: 1.25, 256: 2.5}
JSON_GOAL = 0.5
PAGE_GOAL = 1.3
EXPORT_GOAL = 0.9
EXPORT_ADDS, EXPORT_GROWTH = 50.0, 10.0  # MB on top of the program; from the first tenth of the rows on
DECIDING_GOAL, DECIDING_HTTP_GOAL, GROWTH_GOAL = 0.3, 0.5, 1.3
MORNING_GOAL = 60.0  # seconds for 20,000 tasks to be made and announced


def clock_in_lines(comparison: Comparison) -> list[Line]:
    """The lines of one number of connections: against the floor, its slowest percent, against bare JSON."""
    connections = comparison.connections
    faults = [fault for item in comparison.runs for fault in item.faults]
    details = [_details(item) for item in comparison.runs]
    ratio, goal = comparison.ratio("product", "floor"), FLOOR_GOALS[connections]
    rate = {
        side: comparison.median(side, lambda item: item.run.rate) for side in ("floor", "product", "json")
    }
    slowest = {
        side: comparison.median(side, lambda item: item.run.p99_ms) for side in ("floor", "product", "json")
    }
    written = sum(item.written or 0 for item in comparison.of("product"))
    lines = [
        Line(
            f"clock-ins a second, {connections} connections", f"{rate['floor']:,.0f}",
            f"{rate['product']:,.0f}", f"{ratio:.2f}", f"≥ {goal}", ratio >= goal, details,
        ),
        Line(
            f"the slowest percent of them, {connections} connections", f"{slowest['floor']:.0f} ms",
            f"{slowest['product']:.0f} ms", f"{slowest['product'] / slowest['floor']:.2f}", "< 1",
            slowest["product"] < slowest["floor"],
        ),
        Line(
            f"answers, rows and news agree, {connections} connections", "",
            "; ".join(faults) or f"{written:,} of {written:,}", "", "no error, none lost or doubled", not faults,
        ),
    ]  # fmt: skip
    if connections == 256:
        ratio = comparison.ratio("product", "json")
        lines.insert(
            2,
            Line(
                "against a handler that only does JSON, 256 connections", f"{rate['json']:,.0f}",
                f"{rate['product']:,.0f}", f"{ratio:.2f}", f"≥ {JSON_GOAL}", ratio >= JSON_GOAL,
            ),
        )  # fmt: skip
    return lines


def relay_line(connections: int, measured: list[Measured]) -> Line:
    """The same load with a relay at work beside it (the floors have none): told, without a goal of its own."""
    rates = sorted(item.run.rate for item in measured)
    faults = [fault for item in measured for fault in item.faults]
    return Line(
        f"clock-ins a second with a relay running, {connections} connections", "", f"{rates[len(rates) // 2]:,.0f}",
        "", "no error", not faults, [_details(item) for item in measured],
    )  # fmt: skip


def equal_line(result: Equal, what: str) -> Line:
    """Equal requests at once."""
    return Line(
        f"{result.at_once} {what} at once, {result.times} times over",
        "",
        f"{result.records} records, {result.successes:,} successes",
        "",
        f"{result.times} records, {result.times * result.at_once:,} successes",
        not result.faults and result.successes == result.times * result.at_once,
        result.faults[:20],
    )


def page_line(page: Paged, small: int, large: int) -> Line:
    """One page of the log in a large book against the same in a small one."""
    return Line(
        f"log: {page.what}, {large:,} rows against {small:,}", f"{page.small_ms:.1f} ms", f"{page.large_ms:.1f} ms",
        f"{page.ratio:.2f}", f"≤ {PAGE_GOAL}", page.ratio <= PAGE_GOAL, asdict(page),
    )  # fmt: skip


def export_lines(found: Exported) -> list[Line]:
    """Rows a second into Excel, and the memory that takes."""
    bare, ours = found.rows / found.bare_seconds, found.rows / found.ours_seconds
    grown = found.ours_memory - found.few_memory
    return [
        Line(
            f"export of {found.rows:,} rows of {len(COLUMNS)} columns, rows a second", f"{bare:,.0f}", f"{ours:,.0f}",
            f"{ours / bare:.2f}", f"≥ {EXPORT_GOAL}", ours / bare >= EXPORT_GOAL, asdict(found),
        ),
        Line(
            "its own processor time (the database works beside it)", f"{found.bare_cpu:.1f} s", f"{found.ours_cpu:.1f} s",
            f"{found.bare_cpu / found.ours_cpu:.2f}", "told only", True,
        ),
        Line(
            f"its memory before, after {FEW_ROWS:,} rows and at the end", f"{found.bare_memory:.0f} MB",
            f"{found.began_memory:.0f}, {found.few_memory:.0f} and {found.ours_memory:.0f} MB", "",
            f"≤ +{EXPORT_ADDS:.0f} MB, of it ≤ {EXPORT_GROWTH:.0f} after the first rows",
            grown <= EXPORT_GROWTH and found.ours_memory - found.began_memory <= EXPORT_ADDS,
        ),
    ]  # fmt: skip


def uvloop_line(plain: list[Measured], quick: list[Measured]) -> Line:
    """The hand-written floor on uvloop, told for honesty; the goals are of the floor as it is named."""
    rates = [statistics.median(item.run.rate for item in runs) for runs in (plain, quick)]
    return Line(
        f"the floor itself on uvloop, {quick[0].connections} connections", f"{rates[0]:,.0f}", f"(floor) {rates[1]:,.0f}",
        f"{rates[1] / rates[0]:.2f}", "told only", True, [_details(item) for item in quick],
    )  # fmt: skip


def _cpu(item: Measured) -> float:
    """Processor time of a request in milliseconds, which a busy machine changes less than what is done in a second."""
    return item.cpu_ms + item.database_cpu_ms


def _details(item: Measured) -> dict[str, Any]:
    return {**asdict(item), "rate": item.run.rate, "faults": item.faults}


def morning_lines(found: Morning) -> list[Line]:
    """Periodic tasks: how long they take, and that a killed worker makes none twice."""
    whole = found.made_s + found.told_s
    return [
        Line(
            f"{found.rows:,} periodic tasks made and announced", "",
            f"{found.made_s:.1f} s and {found.told_s:.1f} s; made again: {found.again_s:.1f} s", "",
            f"< {MORNING_GOAL:.0f} s", whole < MORNING_GOAL,
        ),
        Line(
            f"the same with a worker killed after {found.killed_at:,}", "",
            "; ".join(found.faults) or f"{found.rows:,} of {found.rows:,}", "", "none twice, none missing",
            not found.faults,
        ),
    ]  # fmt: skip


def deciding_lines(found: Deciding) -> list[Line]:
    """Deciding a task, against the hand-written floor and among ever more past tasks; the first page of 待办."""
    bare, ours = statistics.median(found.floor[LARGE]), statistics.median(found.product[LARGE])
    few = statistics.median(found.product[SMALL])
    return [
        Line(
            f"tasks decided a second by {THREADS} threads in one process, {LARGE:,} past", f"{bare:,.0f}",
            "; ".join(found.faults) or f"{ours:,.0f}", f"{found.against_floor:.2f}", f"≥ {DECIDING_GOAL}",
            found.against_floor >= DECIDING_GOAL and not found.faults, asdict(found),
        ),
        Line(
            f"the same, {LARGE:,} past tasks against {SMALL:,}", f"{few:,.0f}", f"{ours:,.0f}",
            f"{found.against_small:.2f}", f"≤ {GROWTH_GOAL}", found.against_small <= GROWTH_GOAL,
        ),
        Line(
            f"first page of 待办 among {LARGE:,}: {MANY} open against {FEW}", f"{found.page_ms[FEW]:.1f} ms",
            f"{found.page_ms[MANY]:.1f} ms", f"{found.page_ratio:.2f}", f"≤ {GROWTH_GOAL}",
            found.page_ratio <= GROWTH_GOAL,
        ),
    ]  # fmt: skip


def deciding_http_lines(found: OverHttp) -> list[Line]:
    """Deciding a task over HTTP against the hand-written floor, and with a relay beside it."""
    compared, connections = found.compared, found.compared.connections
    ratio = compared.ratio("product", "floor")
    bare, ours = (compared.median(side, lambda item: item.run.rate) for side in ("floor", "product"))
    pairs = zip(compared.of("floor"), compared.of("product"), strict=True)
    cpu = statistics.median(_cpu(floor) / _cpu(product) for floor, product in pairs)
    bare_cpu, ours_cpu = (compared.median(side, _cpu) for side in ("floor", "product"))
    written = sum(item.written or 0 for item in (*compared.of("product"), *found.with_relay))
    return [
        Line(
            f"tasks decided a second over HTTP, {connections} connections, {LARGE:,} past", f"{bare:,.0f}", f"{ours:,.0f}",
            f"{ratio:.2f}", f"≥ {DECIDING_HTTP_GOAL}", ratio >= DECIDING_HTTP_GOAL,
            [_details(item) for item in compared.runs],
        ),
        Line(
            "processor time of one, server and database", f"{bare_cpu:.1f} ms", f"{ours_cpu:.1f} ms", f"{cpu:.2f}",
            f"≥ {DECIDING_HTTP_GOAL}", cpu >= DECIDING_HTTP_GOAL,
        ),
        Line(
            "the same with a relay running", "", f"{statistics.median(x.run.rate for x in found.with_relay):,.0f}", "",
            "told only", True, [_details(item) for item in found.with_relay],
        ),
        Line(
            "answers, tasks done, trail and news agree", "", "; ".join(found.faults) or f"{written:,} of {written:,}", "",
            "no error, none lost or doubled", not found.faults,
        ),
    ]  # fmt: skip
