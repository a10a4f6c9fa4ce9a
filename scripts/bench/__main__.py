"""`make bench`: measure the product against its floors on a durable MariaDB, print the table and write it.

Parts are named as arguments (`make bench ARGS=messages`); without any, all are measured.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

import click
from rich.console import Console

from scripts.bench import (
    clock_ins,
    deciding,
    deciding_http,
    export,
    figures,
    following,
    kept_sums,
    machine,
    messages,
    paging,
    periodic,
    reach,
    report,
)
from scripts.bench.clock_ins import Measured
from scripts.bench.equal import equal_requests
from scripts.bench.house import House, house
from scripts.bench.report import Line
from scripts.bench.world import World

STANDING = (
    "clock-ins",
    "equal",
    "following",
    "sums",
    "paging",
    "export",
    "periodic",
    "tasks",
)  # all in one house
PARTS = (*STANDING, "messages", "reach")
ROUNDS, SECONDS = 5, 10.0
out = Console()


@click.command(help=__doc__)
@click.argument("parts", nargs=-1, type=click.Choice(PARTS))
@click.option("--only", multiple=True, type=click.Choice(PARTS), help="Only this part (may be repeated).")
@click.option("--rounds", default=ROUNDS, show_default=True, help="Rounds of each comparison.")
@click.option("--seconds", default=SECONDS, show_default=True, help="Length of each run.")
def main(parts: tuple[str, ...], only: tuple[str, ...], rounds: int, seconds: float) -> None:
    """Run the parts and end with 1 if a goal is missed."""
    chosen = (*parts, *only)
    parts = chosen or PARTS
    before = machine.load()
    notes = [note for note in [machine.noise(before)] if note]
    for note in notes:
        out.print(note, style="yellow")
    notes.append(
        "The floors run on plain Tornado and asyncio, the product on uvloop, which it is installed with."
    )
    notes.append("The relay does not run during the comparison; its own line says what it costs.")
    lines: list[Line] = []
    failed: list[str] = []
    out.print(f"load before: {before:.1f}. Raising MariaDB, Redis, the floors and the product …")
    if set(parts) & set(STANDING):
        with house(World()) as standing:
            for name, measure in _in_the_house(standing, parts, rounds, seconds):
                lines += _tried(name, measure, failed)
    if "messages" in parts:
        lines += _tried("messages", lambda: messages.lines(out.print), failed)
    if "reach" in parts:
        lines += _tried("reach", reach.lines, failed)
    report.show(out, lines, notes)
    if failed:
        out.print(f"not measured: {', '.join(failed)}", style="red")
    if chosen or failed or rounds < ROUNDS or seconds < SECONDS:
        out.print("not written down: only a whole run is")
    else:
        command = " ".join(["make bench", *_arguments()])
        out.print(f"written to {report.write(lines, notes, machine.describe(), command)}")
    sys.exit(0 if not failed and all(line.reached for line in lines) else 1)


def _tried(name: str, measure: Callable[[], list[Line]], failed: list[str]) -> list[Line]:
    """The lines of a part; one that breaks is named in `failed`, and takes nothing from those that were measured."""
    try:
        return measure()
    except Exception:
        failed.append(name)
        out.print_exception()
        return []


def _in_the_house(
    standing: House, parts: tuple[str, ...], rounds: int, seconds: float
) -> Iterator[tuple[str, Callable[[], list[Line]]]]:
    """The chosen parts that are measured in one house, by name, each to be called in turn."""
    if "clock-ins" in parts or "equal" in parts:
        yield "clock-ins", lambda: _clocking_in(standing, parts, rounds, seconds)
    if "following" in parts:
        yield (
            "following",
            lambda: [following.measure(standing, rounds=rounds, seconds=seconds, connections=64)],
        )
    if "sums" in parts:
        yield "sums", lambda: kept_sums.lines(standing, rounds=rounds)
    if "paging" in parts:
        yield "paging", lambda: _paging(standing)
    if "export" in parts:
        yield "export", lambda: _exporting(standing)
    if "periodic" in parts:
        out.print("making the morning's tasks …")
        yield "periodic", lambda: figures.morning_lines(periodic.measure(standing))
    if "tasks" in parts:
        yield "tasks", lambda: _deciding(standing, rounds, seconds)


def _paging(standing: House) -> list[Line]:
    out.print("filling two logs …")
    return [figures.page_line(page, paging.SMALL, paging.LARGE) for page in paging.measure(standing)]


def _exporting(standing: House) -> list[Line]:
    out.print("exporting …")
    book = paging.make_book(standing, export.ROWS, "book_export")
    return figures.export_lines(export.compare(book.url, paging.token(), standing.home))


def _deciding(standing: House, rounds: int, seconds: float) -> list[Line]:
    out.print("filling two books of tasks, and deciding in them …")
    books = deciding.books(standing)
    lines = figures.deciding_lines(deciding.measure(standing, books))
    out.print("deciding tasks over HTTP …")
    over_http = deciding_http.measure(
        standing, books[deciding.LARGE], rounds=rounds, seconds=seconds, told=_tell
    )
    return lines + figures.deciding_http_lines(over_http)


def _clocking_in(standing: House, parts: tuple[str, ...], rounds: int, seconds: float) -> list[Line]:
    lines: list[Line] = []
    with clock_ins.sides(standing) as sides:
        product = sides["product"]
        if "equal" in parts:
            lines.append(figures.equal_line(equal_requests(product), "equal requests"))
            scans = equal_requests(product, same_key=False)
            lines.append(figures.equal_line(scans, "scans of the same person and equipment"))
        if "clock-ins" in parts:
            clock_ins.warm_up(standing, sides)
            for connections in reversed(figures.FLOOR_GOALS):
                found = clock_ins.compare(
                    standing, sides, connections, rounds=rounds, seconds=seconds, told=_tell
                )
                lines = figures.clock_in_lines(found) + lines
                if connections == 256:
                    plain = found.of("floor")
            used = sides["floor"].used
    if "clock-ins" in parts:
        with clock_ins.product_with_relay(standing, used=product.used) as side:
            runs = [clock_ins.measure(standing, side, 256, seconds) for _ in range(min(rounds, 3))]
        lines.append(figures.relay_line(256, runs))
        with clock_ins.floor_on_uvloop(standing, used=used) as side:
            clock_ins.measure(standing, side, 64, 2)
            runs = [clock_ins.measure(standing, side, 256, seconds) for _ in range(min(rounds, 3))]
        lines.append(figures.uvloop_line(plain, runs))
    return lines


def _tell(item: Measured) -> None:
    out.print(
        f"{item.side:8} {item.connections:4} connections {item.run.rate:7,.0f}/s  p99 {item.run.p99_ms:5.0f} ms  "
        f"CPU a request: server {item.cpu_ms:.2f} ms, database {item.database_cpu_ms:.2f} ms, "
        f"client {1000 * item.run.cpu / max(item.run.sent, 1):.2f} ms  {'; '.join(item.faults)}",
        highlight=False,
    )


def _arguments() -> list[str]:
    return [f'ARGS="{" ".join(sys.argv[1:])}"'] if len(sys.argv) > 1 else []


if __name__ == "__main__":
    main()
