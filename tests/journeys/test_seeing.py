"""What `seeing` finds on a page that has faults."""

from __future__ import annotations

import pytest

from tests.journeys.seeing import serious, with_axe
from tests.support.browsers import Chromium

#: Faults of many rules, some of which axe calls moderate or minor.
FAULTY = """
<html><head><meta name="viewport" content="width=device-width, user-scalable=no"></head><body>
<h4></h4><h2>Ledgers</h2><div id="a"><div id="a">twice</div></div>
<button></button><a href="/x"></a><img src="data:,"><input><select><option>1</option></select>
<p style="color: #aaa; background: #fff">too faint</p>
<div role="button">nobody gets here</div><div role="checkbox" tabindex="0"></div><ul><div>no item</div></ul>
<span role="nothing">no role</span><div aria-hidden="true"><button>hidden</button></div><dl><p>no term</p></dl>
<div style="height: 40px; overflow: auto"><div style="height: 400px">scrolls</div></div>
<button accesskey="k">one</button><button accesskey="k">two</button><table><tr><th></th></tr></table>
<iframe></iframe><div tabindex="5">first of all</div><div role="img"></div><div role="meter"></div>
<div aria-labelledby="gone" aria-valuenow="many" role="slider" tabindex="0"></div><main></main><main></main>
</body></html>
"""
EVERYTHING = """
async () => (await axe.run(document)).violations.map(({ id, impact }) => [id, impact])
"""


@pytest.mark.parametrize("size", [(1440, 900), (390, 844)])
def test_leaving_out_what_can_t_be_serious_leaves_out_nothing_serious(
    chromium: Chromium, size: tuple[int, int]
) -> None:
    context = chromium.new_context(viewport={"width": size[0], "height": size[1]})
    page = context.new_page()
    with_axe(page)
    page.goto("about:blank")
    page.set_content(FAULTY)
    all_of_it = dict(page.evaluate(EVERYTHING))
    grave = {name for name, impact in all_of_it.items() if impact in ("serious", "critical")}
    assert len(grave) > 12
    assert len(all_of_it) > len(grave)
    assert {line.split(":")[0] for line in serious(page)} == grave
    context.close()
