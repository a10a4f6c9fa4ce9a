"""Any damage to a file gives rows, a picture or a refusal, in time; never an end of this process (hypothesis, fixed seed)."""

from __future__ import annotations

import io
import time

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from models.core.errors import AnbanError
from models.core.excel import SheetRefused, SheetRows, read_sheet
from models.core.files import photos
from models.core.files.content_check import Examined, examine
from scripts.drills import hostile
from tests.models.core.excel.books import COLUMNS, HEADER, PERSON, book
from tests.models.core.files.readers.pictures import notes, saved, scene

WHOLE = {
    "xlsx": book([HEADER, PERSON]),
    "plain_xlsx": hostile.workbook(hostile.pointing(3), xl__sharedStrings=hostile.shared("<t>a</t>")),
    "xls": hostile.old_workbook()[:2000],
    "csv": "姓名,身份证号\n张三,330102199003070019\n".encode("gb18030"),
    "png": saved(scene(), "PNG", exif=notes(6)),
    "jpeg": saved(scene(), "JPEG", exif=notes(6)),
    "progressive": saved(scene(), "JPEG", progressive=True),
    "webp": saved(scene(), "WEBP", exif=notes(6)),
    "webp_film": saved(scene(), "WEBP", save_all=True, append_images=[scene().rotate(90)]),
    "pdf": hostile.script_in_pdf()[:200] + b"%%EOF",
}
LONGEST = 30.0  # seconds, on a machine that has other things to do


@st.composite
def damaged(draw: st.DrawFn, whole: bytes) -> bytes:
    """The file with some bytes changed, a part left out, doubled or cut off."""
    content = bytearray(whole)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(0, len(content) - 1)))
        length = draw(st.integers(1, 40))
        match draw(st.sampled_from(["change", "number", "drop", "double", "cut"])):
            case "change":
                content[at : at + length] = draw(st.binary(min_size=1, max_size=length))
            case "number":  # what counts and lengths are written as
                content[at : at + 4] = draw(
                    st.sampled_from([b"\xff" * 4, b"\0" * 4, b"\x7f\xff\xff\xff", b"\xff\xff\xff\x7f"])
                )
            case "drop":
                del content[at : at + length]
            case "double":
                content[at:at] = content[at : at + length] * draw(st.integers(1, 50))
            case "cut":
                del content[at:]
    return bytes(content)


@pytest.mark.parametrize("name", WHOLE)
@seed(20261129)
@settings(max_examples=60, database=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_damage_gives_an_answer(name: str, data: st.DataObject) -> None:
    content = data.draw(damaged(WHOLE[name]))
    began = time.monotonic()
    for read in (photos.look, examine, lambda each: read_sheet(each, COLUMNS)):
        assert isinstance(outcome(read, content), Examined | SheetRows | AnbanError | SheetRefused)
    assert time.monotonic() - began < LONGEST


def outcome(read: object, content: bytes) -> object:
    try:
        return read(content)  # type: ignore[operator]
    except (AnbanError, SheetRefused) as refused:
        return refused


@pytest.mark.parametrize("name", WHOLE)
def test_the_whole_ones_are_what_they_are(name: str) -> None:
    """Else the test above would try nothing but noise."""
    content = WHOLE[name]
    if name.endswith("xlsx"):
        assert isinstance(
            outcome(lambda each: read_sheet(each, COLUMNS), io.BytesIO(content).getvalue()),
            SheetRows | SheetRefused,
        )
    elif name in ("xls", "csv"):
        assert isinstance(outcome(examine, content), AnbanError)
    else:
        assert isinstance(examine(content), Examined)
