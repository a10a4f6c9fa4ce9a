"""The certificate registry from an Excel file: found by identity number, read again when it changes, bad rows told."""

import gc
import os
from datetime import date
from threading import Event, Thread

import pytest

from models.core.excel import read_sheet, write_sheet
from models.training.certificates import registry as registry_module
from models.training.certificates.registry import COLUMNS, FileRegistry, FoundCertificate

ZHANG, LI = "330102199003070019", "11010519491231002X"
GOOD = ["张三", ZHANG, "T330102", "N1", None, "杭州市市场监管局", date(2023, 5, 1), date(2027, 4, 30), "2019"]


def write(path, rows):
    write_sheet(path, COLUMNS, rows, title="资质库")


def hashed(number):
    return f"hash of {number[::-1]}"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "资质库.xlsx"


def test_certificates_are_found_by_identity_number_in_any_spelling(path):
    crane = ["张三", ZHANG, "T330103", " q2（限桥式起重机） ", None, None, None, "2027.4.30", None, "注销"]
    write(path, [GOOD, crane, ["李四", LI, "T1", "G1", "限热水", None, None, "20260101", "2011版"]])
    registry = FileRegistry(path, hashed)
    assert registry.find("330102 19900307 ００１９") == [
        FoundCertificate(
            "T330102", "N1", date(2027, 4, 30), "", "杭州市市场监管局", date(2023, 5, 1), "2019", "valid"
        ),
        FoundCertificate("T330103", "Q2", date(2027, 4, 30), "限桥式起重机", state="revoked"),
    ]
    assert registry.find(LI.lower())[0].catalogue == "2011"
    assert registry.find(LI)[0].limits == "限热水"
    assert registry.find("330203198511121238") == []
    assert registry.find("nonsense") == []
    report = registry.report()
    assert (report.certificates, report.people, report.problems, report.refused) == (3, 2, (), "")


def test_a_cell_may_name_two_projects_and_words_for_nothing_are_none(path):
    two = ["张三", ZHANG, "T1", "N1、Q2【限升降机】", "——", "无", "/", date(2027, 4, 30), "2019"]
    beside = ["李四", LI, "T2", "N1/Q2", "限桥式起重机", None, None, date(2027, 4, 30), "2019"]
    write(path, [two, beside])
    registry = FileRegistry(path, hashed)
    assert [(one.code, one.limits, one.issuer, one.issued_on) for one in registry.find(ZHANG)] == [
        ("N1", "", "", None),
        ("Q2", "限升降机", "", None),
    ]
    assert [(one.code, one.limits) for one in registry.find(LI)] == [("N1", ""), ("Q2", "限桥式起重机")]
    assert registry.report().problems == ()


def test_bad_rows_are_left_out_and_told_with_masked_numbers(path):
    wrong = list(GOOD)
    wrong[1] = "330102199003070011"
    no_date = [*GOOD[:7], None]
    bad_date = [*GOOD[:7], "昨天"]
    odd = [*GOOD[:8], "1999", "不知道"]
    formula_like = [*GOOD[:2], "=1+1", *GOOD[3:]]
    write(path, [wrong, no_date, bad_date, odd, formula_like])
    report = FileRegistry(path, hashed).report()
    assert [(error.cell, error.code) for error in report.problems] == [
        ("H4", "not_a_date"),
        ("B2", "id_check"),
        ("H3", "required"),
        ("I5", "catalogue"),
        ("J5", "state"),
    ]
    assert report.problems[1].value == "3****************1"
    assert report.certificates == 1
    assert FileRegistry(path, hashed).find(ZHANG)[0].number == "=1+1"


def test_of_the_same_certificate_the_last_row_counts(path):
    renewed = [*GOOD[:7], date(2031, 4, 30)]
    write(path, [GOOD, renewed])
    assert [entry.valid_until for entry in FileRegistry(path, hashed).find(ZHANG)] == [date(2031, 4, 30)]


def test_the_file_is_read_again_when_it_changes_and_only_then(path, monkeypatch):
    reads = []
    monkeypatch.setattr(registry_module, "read_sheet", lambda *a, **k: reads.append(1) or read_sheet(*a, **k))
    write(path, [GOOD])
    registry = FileRegistry(path, hashed)
    for _ in range(3):
        assert len(registry.find(ZHANG)) == 1
    assert len(reads) == 1
    write(path, [["李四", LI, *GOOD[2:]]])
    os.utime(path, ns=(1, 1))
    assert registry.find(ZHANG) == []
    assert len(registry.find(LI)) == 1
    assert len(reads) == 2


def test_a_broken_or_missing_file_keeps_what_was_known(path):
    registry = FileRegistry(path, hashed)
    assert registry.find(ZHANG) == []
    assert "找不到" in registry.report().refused
    write(path, [GOOD])
    assert len(registry.find(ZHANG)) == 1
    path.write_bytes(b"half a copy")
    assert len(registry.find(ZHANG)) == 1
    assert registry.report().refused
    assert registry.report().certificates == 1
    path.unlink()
    assert len(registry.find(ZHANG)) == 1
    write(path, [["李四", LI, *GOOD[2:]]])
    assert (registry.find(ZHANG), registry.report().refused) == ([], "")


def test_no_identity_number_stays_in_memory(path):
    write(path, [GOOD])
    registry = FileRegistry(path, hashed)
    assert registry.find(ZHANG)
    gc.collect()
    assert ZHANG not in repr(vars(registry))
    assert "张三" not in repr(vars(registry))
    assert hashed(ZHANG) in registry._found


def test_many_threads_read_the_file_once(path, monkeypatch):
    reads = []
    monkeypatch.setattr(registry_module, "read_sheet", lambda *a, **k: reads.append(1) or read_sheet(*a, **k))
    write(path, [GOOD])
    registry, found = FileRegistry(path, hashed), []
    threads = [Thread(target=lambda: found.append(len(registry.find(ZHANG)))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (found, len(reads)) == ([1] * 8, 1)


def test_who_comes_while_the_file_is_read_anew_is_served_from_what_is_there(path, monkeypatch):
    write(path, [GOOD])
    registry = FileRegistry(path, hashed)
    assert len(registry.find(ZHANG)) == 1
    begun, go_on, found = Event(), Event(), []

    def slow(*given, **more):
        begun.set()
        go_on.wait(30)
        return read_sheet(*given, **more)

    monkeypatch.setattr(registry_module, "read_sheet", slow)
    write(path, [["李四", LI, *GOOD[2:]]])
    os.utime(path, ns=(1, 1))
    reader = Thread(target=lambda: registry.find(LI))
    reader.start()
    assert begun.wait(30)
    other = Thread(target=lambda: found.append(len(registry.find(ZHANG))))
    other.start()
    other.join(30)
    assert found == [1], "nobody waits for a reading that is not the first"
    go_on.set()
    reader.join(30)
    assert (len(registry.find(LI)), registry.find(ZHANG)) == (1, [])
