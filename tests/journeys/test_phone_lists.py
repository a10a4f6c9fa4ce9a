"""What the phone shows first: what I sent on its way (H06), the board of the day (I02), where a course is learned (K04)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.handset import Handset
from tests.journeys.seeing import serious, sideways, too_faint, too_small_to_hit, with_axe

WORKER, OFFICER = "19900000011", "19900000001"
SMALL = {"width": 360, "height": 640}


@pytest.fixture
def small(open_phone: Callable[..., Page]) -> Handset:
    """A small phone, looked at by axe."""
    handset = Handset(open_phone(viewport=SMALL))
    with_axe(handset.page)
    return handset


def faultless(page: Page) -> None:
    """Nothing of what is shown is faint, small, beside the screen, or without a name."""
    assert (too_faint(page), too_small_to_hit(page), max(0, sideways(page)), serious(page)) == ({}, {}, 0, [])


def test_what_i_started_says_where_it_stands_and_leads_to_its_flow(small: Handset) -> None:
    what = "叉车充电间加一个洗眼器"
    page = small.sign_in(WORKER).page
    page.goto("/m/#/pages/ledger/form?ledger=suggestions")
    small.at("field-what").locator("textarea").fill(what)
    small.at("form-send").click()
    expect(small.at("row-card")).to_be_visible()
    page.goto("/m/#/pages/tasks/index")
    small.at("box-started").click()
    row = small.at("task-row").filter(has_text=what)
    expect(row).to_contain_text("审核")
    small.sees("started")
    faultless(page)
    row.click()
    expect(small.at("page-title")).to_have_text("流程")


def test_the_board_begins_with_what_needs_somebody_now_and_folds_the_rest(small: Handset) -> None:
    page = small.sign_in(OFFICER).page
    page.goto("/m/#/pages/board/index")
    expect(small.at("board-place")).to_be_visible()
    fold = page.locator("[data-testid^=unfold-]:visible")
    expect(fold.first).to_be_visible()
    small.sees("board-folded")
    height = page.evaluate("document.documentElement.scrollHeight")
    assert height <= 2 * SMALL["height"], f"{height} px"
    faultless(page)
    fold.first.click()
    expect(fold.first).to_have_attribute("aria-expanded", "true")
    small.sees("board-unfolded")


def test_my_training_on_a_small_phone(small: Handset) -> None:
    page = small.sign_in(WORKER).page
    page.goto("/m/#/pages/my-training/index")
    expect(small.at("my-training-done").first).to_be_visible()
    small.sees("my-training")
    faultless(page)
