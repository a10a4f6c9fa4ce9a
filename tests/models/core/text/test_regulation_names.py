"""Regulations in the few words that a line of a card holds."""

from __future__ import annotations

import pytest

from models.core.text.regulation_names import short_basis


@pytest.mark.parametrize(
    ("basis", "said"),
    [
        (
            "国务院令第493号《生产安全事故报告和调查处理条例》 第九条（待核对）",
            "国务院令第493号第九条（待核对）",
        ),
        ("国务院令第549号《特种设备安全监察条例》（2009 年修订） 第六十三条", "国务院令第549号第六十三条"),
        ("GB 6441-2025", "GB6441-2025"),
        ("", ""),
        # Nothing but the name says which one it is.
        (
            "交通运输部《危险货物港口作业重大事故隐患判定指南》（待核对）",
            "交通运输部《危险货物港口作业重大事故隐患判定指南》（待核对）",
        ),
    ],
)
def test_number_and_article_without_the_long_name(basis: str, said: str) -> None:
    assert short_basis(basis) == said
