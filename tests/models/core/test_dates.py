"""Days and moments as people, phones and other programs write them: understood where they can mean one thing only."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from models.core.errors import Malformed
from models.core.fields import Day
from models.core.fields.dates import read_day, read_moment

END = date(2029, 6, 30)
#: All of these are the 30th of June 2029.
DAYS = """2029。6。30|2029—06—30|2029–6–30|2029−06−30|2029 6 30|2029,6,30|2029、6、30|2029\\6\\30|2029_06_30|2029年06月30号|2029年6月30日。
二〇二九年六月三十日|二○二九年六月三十日|二零二九年六月三十日|贰零贰玖年陆月叁拾日|2029年六月三十日|二〇二九.六.三十|29年6月30日
30-Jun-29|30-Jun-2029|Jun 30, 2029|June 30th 2029|Sat Jun 30 2029|2029-06-30（周六）|2029年6月30日 星期六|２０２９年６⽉３０⽇|(2029-06-30)
2029-06-30T00:00:00.000Z|2029-06-29T16:00:00Z|2029-06-30T00:00:00+08:00|2029-06-30 23:59:59|2029-06-30 24:00|20290630000000|2029-6-3O
\u202d2029-06-30\u202c|2029\u200b-06-30|20290630.0"""
#: Of what is good until then these say the same.
UNTIL = """2029年6月|2029年6月底|29年6月|二〇二九年六月|至2029年6月30日|有效期至2029-06-30|2029年6月30日止|2029-06-30前
2025-07-01至2029-06-30|2025.7.1-2029.6.30|2025年7月1日—2029年6月30日|自2025-07-01起至2029-06-30"""
#: What these lack, or can't be, and a word of what is said.
ASKED = {
    "29-06-30": "两位",
    "06/07/2029": "分不清",
    "2029": "只写到了年",
    "6月30日": "年份",
    "长期": "证上印的",
    "农历2029年五月十九": "公历",
    "二〇二九年五月初五": "公历",
    "2029年五月十九": "公历",
    "民国118年6月30日": "公历",
    "2029-06-31": "没有“2029-06-31”",
    "9999-12-31": "1900 到 2200",
    "9999-12-31T23:59:59+08:00": "1900 到 2200",
    "0001-01-02T00:00:00Z": "1900 到 2200",
    "明天": "请写成",
    "2029年第二季度": "请写成",
    "": "请写成",
}
MOMENTS = {
    "2026年11月20日（星期五）上午九点半": (9, 30),
    "二〇二六年十一月二十日九时三十分": (9, 30),
    "2026-11-20 八点一刻": (8, 15),
    "2026-11-20早8点": (8, 0),
    "2026-11-20，9:30": (9, 30),
    "202611200930": (9, 30),
    "2026-11-20 0930": (9, 30),
    "2026-11-20T01:30:00Z": (9, 30),
    "2026年11月20日 9點30分": (9, 30),
    "Nov 20, 2026 9:30 AM": (9, 30),
    "20/11/2026 09:30": (9, 30),
    "2026-11-20 星期五 下午3:20": (15, 20),
}


@pytest.mark.parametrize("written", DAYS.replace("\n", "|").split("|"))
def test_a_day_is_read_however_it_is_written(written: str) -> None:
    assert read_day(written) == END
    assert Day("到期").clean(written) == END, "the form reads it as the sheet does"


@pytest.mark.parametrize("written", UNTIL.replace("\n", "|").split("|"))
def test_what_is_good_until_then_ends_with_it(written: str) -> None:
    assert read_day(written, until=True) == END
    with pytest.raises(Malformed):
        read_day(written)


@pytest.mark.parametrize("written", ASKED)
def test_what_may_be_another_day_is_asked_about(written: str) -> None:
    with pytest.raises(Malformed) as caught:
        read_day(written, until=True)
    assert ASKED[written] in caught.value.message


@pytest.mark.parametrize("written", MOMENTS)
def test_a_moment_is_read_however_it_is_written(written: str) -> None:
    assert read_moment(written) == datetime(2026, 11, 20, *MOMENTS[written])


def test_midnight_at_the_end_of_a_day_is_the_next() -> None:
    assert read_moment("2026-11-20 24:00") == datetime(2026, 11, 21)
    for written in ("2026-11-20 25:00", "2026-11-20 9:75", "2026-11-20 8点多", "2026-11-31 9:30", "9:30"):
        with pytest.raises(Malformed, match="2026-11-22 08:00"):
            read_moment(written)
