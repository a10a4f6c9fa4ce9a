"""What people write as an operator code, read by itself: brackets, names of projects, welders, and what nobody understands."""

from __future__ import annotations

import pytest

from models.training.certificates.operator_code_text import read_codes
from models.training.certificates.registry import PROJECTS

FIRST, SECOND = "GTAW-FeⅡ-6G-3/57-FefS-02/11/12", "SMAW-FeⅣ-6G-3/159-Fef3J"
LIMITED = "限桥式起重机"


def read(text: str) -> list[tuple[str, str]]:
    return [(each.code, each.limits) for each in read_codes(text, PROJECTS)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"{FIRST}；{SECOND}", [("GTAW-FEII-6G-3/57-FEFS-02/11/12", ""), ("SMAW-FEIV-6G-3/159-FEF3J", "")]),
        (f"{FIRST}；N1", [("GTAW-FEII-6G-3/57-FEFS-02/11/12;N1", "")]),
        ("叉车司机、起重机司机", [("N1", ""), ("Q2", "")]),
        ("叉车", [("N1", "")]),
        ("叉车证", [("N1", "")]),
        ("叉", [("叉", "")]),
        ("叉车司机（无）", [("N1", "")]),
        ("叉车司机（证）", [("N1", "")]),
        ("叉车司机（N1", [("N1", "")]),
        ("起重机司机（限桥式、门式起重机）", [("Q2", "限桥式、门式起重机")]),
        ("Q2（限桥式起重机，不含Q1）", [("Q2", "限桥式起重机,不含Q1")]),
        ("N1）Q2（限桥式起重机，不含Q1）", [("N1", ""), ("Q2", "限桥式起重机,不含Q1")]),
        ("Q2（行车）", [("Q2", "行车")]),
        ("Q2行车", [("Q2行车", "")]),
        ("起重机司机N1", [("起重机司机N1", "")]),
        ("某某N1", [("某某N1", "")]),
    ],
)
def test_what_is_written_is_read_or_left_as_it_stands(text: str, found: list[tuple[str, str]]) -> None:
    assert read(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"起重机司机（{LIMITED}）Q2", [("Q2", LIMITED)]),
        (f"起重机司机（{LIMITED}）Q2（2019版）", [("Q2", LIMITED)]),
        (f"起重机司机（{LIMITED}）Q2（{LIMITED}）", [("Q2", LIMITED)]),
        (f"起重机司机Q2（{LIMITED}）", [("Q2", LIMITED)]),
        (f"起重机司机（{LIMITED}）Q2（限门式起重机）", None),
        (f"起重机司机（{LIMITED}）Q2某某", None),
    ],
)
def test_a_restriction_before_the_code_is_never_lost(text: str, found: list[tuple[str, str]] | None) -> None:
    """A lost one opens every crane to who may drive one kind; two of them are for somebody to look at."""
    told = read(text)
    assert told == found if found else len(told) == 1 and told[0][0].startswith("起重机司机")
