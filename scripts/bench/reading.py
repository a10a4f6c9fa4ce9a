"""What it costs that files are read in a process of their own: sheets of 100,000 rows, photos of 12 megapixels.

    python -m scripts.bench.reading [--rows 100000] [--times 5]

Each is read by a reader and, by the same code, in this process; in turns, as the machine may have other things to do.
Told are the best of each and the memory that this process took.
"""

from __future__ import annotations

import io
import resource
import time
from collections.abc import Callable
from datetime import date

import click
from PIL import Image

from models.core.excel import SheetColumn, read_sheet, write_sheet
from models.core.excel.reading.pieces import described, sheet_pieces
from models.core.files.content_check import examine
from models.core.files.readers import content_types

COLUMNS = [
    SheetColumn("name", "姓名"),
    SheetColumn("id", "身份证号"),
    SheetColumn("phone", "联系电话"),
    SheetColumn("account", "是否添加账号", kind="choice"),
    SheetColumn("since", "入职日期", kind="date"),
    SheetColumn("score", "分值", kind="number"),
]


def sheet_of(rows: int) -> bytes:
    """A sheet of people with so many rows."""
    target = io.BytesIO()
    people = ((f"人{n}", "330102199003070019", "13800138000", "是", date(2026, 1, 1), n) for n in range(rows))
    write_sheet(target, COLUMNS, people, title="人员")
    return target.getvalue()


def photo_of(width: int, height: int) -> bytes:
    """A photo with as much in it as one of a yard has."""
    target = io.BytesIO()
    Image.effect_noise((512, 512), 60).resize((width, height)).convert("RGB").save(target, "JPEG", quality=85)
    return target.getvalue()


def compare(what: str, times: int, here: Callable[[], object], there: Callable[[], object]) -> None:
    """Time both in turns and print the best of each."""
    there()  # the reader is started
    best = {here: 1e9, there: 1e9}
    for _ in range(times):
        for work in best:
            began = time.perf_counter()
            work()
            best[work] = min(best[work], time.perf_counter() - began)
    took, alone = best[there] * 1000, best[here] * 1000
    click.echo(f"{what:34} {alone:8.1f} ms here  {took:8.1f} ms by a reader  {took - alone:+8.1f} ms")


@click.command()
@click.option("--rows", default=100_000)
@click.option("--times", default=5)
def main(rows: int, times: int) -> None:
    """Compare reading here with reading by a reader."""
    small, large = photo_of(64, 48), photo_of(4032, 3024)
    for name, content in (("photo of 64 by 48", small), ("photo of 12 megapixels", large)):
        compare(
            name, times,
            lambda content=content: list(content_types.examine(io.BytesIO(content), pictures_only=True)),
            lambda content=content: examine(content, pictures_only=True),
        )  # fmt: skip
    book = sheet_of(rows)
    compare(
        f"sheet of {rows:,} rows", times,
        lambda: list(sheet_pieces(io.BytesIO(book), columns=described(COLUMNS), max_rows=rows)),
        lambda: read_sheet(book, COLUMNS, max_rows=rows),
    )  # fmt: skip
    click.echo(f"memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10} MB")


if __name__ == "__main__":
    main()
