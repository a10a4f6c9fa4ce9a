"""The administrator's hands on the flow designer (H07): every box is the one that people see."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from tests.journeys.desk import Desk


class Drawing:
    """A flow being drawn in one window."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.page = desk, desk.page

    def create(self, company: str, kind: str, name: str) -> None:
        """A new flow of a company's own, opened in the designer."""
        self.desk.open("flows")
        self.desk.at("new").click()
        self.desk.choose("company", company)
        self.desk.box("kind_title").click()
        self._option(kind).click()
        self.desk.box("name").fill(name)
        self.desk.save()
        self.desk.row(name).click()
        self.desk.at("open-page").click()
        expect(self.desk.at("flow")).to_be_visible()

    def _option(self, text: str) -> Locator:
        return self.page.locator(".t-select-option:visible").filter(has_text=text).first

    def pick(self, box: Locator, text: str) -> None:
        """Open a select and take what says so; one in which several are taken stays open, and is left."""
        box.click()
        self._option(text).click()
        if self.page.locator(".t-select-option:visible").count():
            self.desk.at("step-editor").locator("h3").first.click()
        expect(self.page.locator(".t-select-option:visible")).to_have_count(0)

    def step(self, title: str, kind: str = "审批") -> None:
        """One more step, of a kind."""
        self.desk.at("step-add").click()
        self.desk.at("step-title").locator("input").fill(title)
        self.radio(kind)

    def radio(self, text: str) -> None:
        """Take one of a few that stand open."""
        self.desk.at("step-editor").get_by_text(text, exact=True).first.click()

    def who(self, by: str, need: str = "", *, part: str = "who") -> None:
        """One more rule of who is asked, or (`part` copies) told."""
        button = self.desk.at(f"add-{part}")
        area = self.desk.at("rules").filter(has=button)
        number = area.locator("> [data-testid^=rule-]").count()
        button.click()
        rule = area.get_by_test_id(f"rule-{number}")
        self.pick(rule.locator(".by"), by)
        if not need:
            return
        box = rule.locator(".need")
        if by == "指定的人":
            box.click()
            box.locator("input").fill(need)
            self._option(need).click()
            expect(self.page.locator(".t-select-option:visible")).to_have_count(0)
        else:
            self.pick(box, need)

    def only_when(self, field: str, value: str) -> None:
        """The step is walked only where a field is one of its choices."""
        editor = self.desk.at("section-when")
        editor.get_by_test_id("condition-add").click()
        self.pick(editor.locator(".name"), field)
        self.desk.sees("drawing-condition")
        self.pick(editor.locator(".value .t-select__wrap"), value)

    def outcome(
        self,
        number: int,
        title: str,
        *,
        to: str = "",
        needs: tuple[str, ...] = (),
        does: str = "",
        effect: str = "",
    ) -> None:
        """How the step may end; a further outcome is added where there is none yet."""
        line = self.desk.at(f"outcome-edit-{number}")
        if not line.count():
            self.desk.at("outcome-add").click()
        line.locator(".title input").fill(title)
        if to:
            self.pick(line.locator(".next"), to)
        selects = line.locator(".grid > .t-select__wrap")
        for need in needs:
            self.pick(selects.nth(0), need)
        if does:
            self.pick(selects.nth(3), does)
        if effect:
            self.pick(selects.nth(4), effect)
