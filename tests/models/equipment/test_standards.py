"""Operator codes and equipment types: the seeds are whole, and say what the source table says."""

from dataclasses import replace

import pytest

from models.equipment.rulebooks import CERTIFICATE_PERIODS, LIMITS
from models.equipment.standards import (
    certificate_rules,
    certificate_versions,
    equipment_type,
    equipment_types,
    inspection_months,
    may_be_limited,
    mode_of,
    operator_code,
    operator_codes,
    required_codes,
    takes_in,
    versions_in_words,
    within_limits,
)

# The table in the second chapter of the source document on clocking in.
CLOCK_IN = {
    "G1": "工业锅炉司炉",
    "G2": "电站锅炉司炉",
    "R1": "快开门式压力容器操作",
    "Q2": "起重机司机",
    "S2": "客运索道司机",
    "Y2": "大型游乐设施操作",
    "N1": "叉车司机",
    "N2": "观光车和观光列车司机",
}


def test_exactly_the_codes_of_the_source_table_clock_in():
    assert {row.code: row.project for row in operator_codes() if row.mode == "clock_in"} == CLOCK_IN
    assert [row.code for row in operator_codes() if row.mode == "maintenance"] == ["T"]


def test_codes_are_unique_and_point_at_known_types():
    codes = [row.code for row in operator_codes() if row.code]
    assert len(codes) == len(set(codes)) == 18
    assert len({row.project for row in operator_codes()}) == len(operator_codes()) == 20
    known = [row.code for row in equipment_types()]
    for row in operator_codes():
        for prefix in row.equipment_prefixes:
            assert any(code.startswith(prefix) for code in known), (row.code, prefix)


def test_limits_are_named_like_the_types_they_allow():
    for limit in LIMITS.rules()["Q2"]:
        assert [limit.name] == [equipment_type(prefix + "00").name for prefix in limit.equipment_prefixes]


def test_nobody_has_seen_the_text_of_any_code():
    assert [row.code for row in operator_codes() if row.confirmed] == []


def test_types_are_unique_and_parents_come_first():
    seen = set()
    for row in equipment_types():
        assert len(row.code) == 4
        assert row.code not in seen
        assert row.parent is None or row.parent in seen
        seen.add(row.code)
    assert "".join(row.abbreviation for row in equipment_types()) == "锅容瓶梯起车游管索"


@pytest.mark.parametrize(
    ("type_code", "quick_open", "codes", "mode"),
    [
        ("5110", False, ["N1"], "clock_in"),
        ("5100", False, ["N1"], "clock_in"),
        ("5200", False, ["N2"], "clock_in"),
        ("5000", False, [], "none"),
        ("1000", False, ["G1", "G2"], "clock_in"),
        ("1200", False, ["G1", "G2"], "clock_in"),
        ("2150", False, [], "none"),
        ("2150", True, ["R1"], "clock_in"),
        ("2000", True, ["R1"], "clock_in"),
        ("2300", True, [], "none"),
        ("3110", False, ["T"], "maintenance"),
        ("4110", False, ["Q2"], "clock_in"),
        ("4000", False, ["Q2"], "clock_in"),
        ("4A00", False, [], "none"),
        ("4D00", False, [], "none"),
        ("6A00", False, ["Y2"], "clock_in"),
        ("9100", False, ["S2"], "clock_in"),
        ("8000", False, [], "none"),
        ("F000", False, [], "none"),
        ("", False, [], "none"),
    ],
)
def test_who_may_work_on_what(type_code, quick_open, codes, mode):
    assert required_codes(type_code, quick_open=quick_open) == codes
    assert mode_of(type_code, quick_open=quick_open) == mode


def test_rows_changed_in_the_database_are_obeyed():
    changed = [replace(operator_code("G3"), mode="clock_in")]
    assert required_codes("1100", among=changed) == ["G3"]
    assert required_codes("5110", among=changed) == []
    assert operator_code("N1", among=changed) is None


@pytest.mark.parametrize(
    ("restriction", "type_code", "covered"),
    [
        ("", "4110", True),
        ("  ", "4300", True),
        ("限桥式起重机", "4110", True),
        ("限桥式起重机", "4210", False),
        ("限桥门式起重机", "4110", True),
        ("限桥、门式起重机", "4210", True),
        ("限门座式起重机", "4210", False),
        ("限门座式起重机", "4700", True),
        ("限桥式起重机", "4000", None),
        ("限老式起重机", "4110", None),
        ("限升降机", "4860", True),
        # A condition that nothing on file can be held against is asked about, and widens nothing.
        ("限10t以下桥式起重机", "4110", None),
        ("限10t以下桥式起重机", "4310", False),
        ("限桥式起重机（地面操纵）", "4110", None),
        ("限桥式起重机（地面操纵）", "4700", False),
        ("限起重量5吨及以下", "4310", None),
        # What is left out of what is allowed, and what is left out of all.
        ("限桥式起重机，不含冶金桥式起重机", "4110", True),
        ("限桥式起重机，不含冶金桥式起重机", "4150", False),
        ("限桥式起重机，不含冶金桥式起重机", "4100", None),
        ("限桥式起重机，不含冶金桥式起重机", "4310", False),
        ("限桥式起重机（不含冶金起重机）", "4110", None),
        ("限桥式起重机（不含冶金起重机）", "4210", False),
        ("不得操作塔式起重机", "4310", False),
        ("不得操作塔式起重机", "4110", True),
        ("所有起重机械（塔式起重机除外）", "4310", False),
        ("所有起重机械（塔式起重机除外）", "4700", True),
        # Framing words, and one word that is not known beside one that is.
        ("只能操作桥式类起重机", "4110", True),
        ("只能操作桥式类起重机", "4210", False),
        ("限塔式起重机（含桥式）", "4110", True),
        ("限桥式起重机及门机", "4110", True),
        ("限桥式起重机及门机", "4700", None),
    ],
)
def test_limited_crane_certificates(restriction, type_code, covered):
    assert within_limits("Q2", restriction, type_code) is covered


def test_a_code_without_limits_ignores_what_is_written_there():
    assert within_limits("N1", "限桥式起重机", "5110") is True


def test_inspection_periods_come_from_the_nearest_parent():
    assert inspection_months("5110") == 24
    assert inspection_months("5200") == 12
    assert inspection_months("4310") == 12
    assert inspection_months("4110") == 24
    assert inspection_months("8100") is None
    assert inspection_months("nonsense") is None


def test_certificates_hold_four_years():
    rules = certificate_rules()
    assert (rules.validity_years, rules.review_apply_days, rules.warn_days) == (4, 30, 90)


@pytest.mark.parametrize(
    ("code", "restriction", "wanted", "enough"),
    [
        ("Q2", "限桥式起重机", "桥式起重机", True),
        ("Q2", "限桥式起重机", "门式起重机", False),
        ("Q2", "限桥式起重机", "桥式、门式起重机", False),
        ("Q2", "限桥、门式起重机", "桥式起重机", True),
        ("Q2", "", "桥式起重机", True),
        ("Q2", "限桥式起重机", "", True),
        ("Q2", "限老式起重机", "桥式起重机", True),
        ("Q2", "限桥式起重机", "老式的", True),
        ("N1", "限桥式起重机", "门式起重机", True),
        ("没有", "限桥式起重机", "门式起重机", True),
    ],
)
def test_whether_a_limited_certificate_holds_for_what_is_asked(code, restriction, wanted, enough):
    assert takes_in(code, restriction, wanted) is enough


def test_a_code_of_a_boilers_use_and_of_a_quick_door():
    industrial, power = operator_code("G1"), operator_code("G2")
    assert [industrial.serves("1100", boiler_use=use) for use in (None, "industrial", "power")] == [
        True,
        True,
        False,
    ]
    assert [power.serves("1100", boiler_use=use) for use in (None, "industrial", "power")] == [
        True,
        False,
        True,
    ]
    assert [operator_code("R1").serves("2150", quick_open=door) for door in (None, False, True)] == [
        False,
        False,
        True,
    ]
    assert operator_code("N1").serves("5110", boiler_use="power") and not industrial.serves("5110")


def test_versions_in_words():
    assert versions_in_words(None) == versions_in_words({}) == versions_in_words({"unknown": 3}) == ""
    words = versions_in_words({**dict.fromkeys(certificate_versions(), 2), LIMITS.name: 0, "unknown": 3})
    assert words.count("第 2 版") == 1 and f"{LIMITS.title}（系统自带）" in words and words.count("；") == 1
    assert set(certificate_versions()) == {LIMITS.name, CERTIFICATE_PERIODS.name}


def test_rows_are_found_by_their_codes():
    assert (
        operator_code("") is None
        and operator_code("X9") is None
        and operator_code("N1").project == "叉车司机"
    )
    assert equipment_type("5110").name == "叉车" and equipment_type("") is None
    few = [equipment_type("5110")]
    assert equipment_type("5110", among=few) is few[0] and equipment_type("5000", among=few) is None
    assert may_be_limited("Q2") and not may_be_limited("N1") and not may_be_limited("没有")


def test_elevators_are_maintained_and_what_nobody_scans_for_has_no_mode():
    rows = [operator_code("T"), operator_code("N1")]
    assert [mode_of(kind, among=rows) for kind in ("3110", "5110", "1100")] == [
        "maintenance",
        "clock_in",
        "none",
    ]
    both = [replace(operator_code("T"), equipment_prefixes=("5",)), operator_code("N1")]
    assert mode_of("5110", among=both) == "clock_in"
    assert required_codes("1100", among=[replace(operator_code("G1"), code="")]) == []
