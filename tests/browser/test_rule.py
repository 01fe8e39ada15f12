"""The update rule under the picture, typeset by the browser."""

from typing import Any

from .desk import PATHS, Desk, OpenDesk


def shown(desk: Desk) -> list[str]:
    """The LaTeX of the formulas on the page, which the browser has laid out."""
    found: list[str] = desk.page.locator("#rule [data-lines] math").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().height > 9 && one.getAttribute('alttext'))"
    )
    return found


def answered(desk: Desk) -> Any:
    return desk.page.request.get(
        desk.paths_url.split("&replica=0")[0].replace(PATHS, "/api/v1/rule?")
    ).json()


def test_the_rule_is_that_of_the_picture(sit: OpenDesk) -> None:
    desk = sit(1280)
    desk.open("?epochs=1&surface=two-wells&batch_size=16&batch_size=32")
    rates = desk.page.locator("#rule [data-rates] li")
    assert shown(desk)[-1] == r"\theta \leftarrow \theta - 0.12\,g"
    assert rates.count() == 0  # one number, and it is in the formula
    desk.change("optimizer", "adam")
    desk.page.locator("details:has([name=lr_scaling])").evaluate("one => (one.open = true)")
    desk.change("lr_scaling", "linear")
    rule = answered(desk)
    assert shown(desk) == [line["latex"] for line in rule["lines"]]
    assert rates.all_inner_texts() == [rate["text"] for rate in rule["rates"]]
    assert desk.page.locator("#rule dd").all_inner_texts() == [
        letter["meaning"] for letter in rule["letters"]
    ]
    # What is wider than a narrow window scrolls in a box of its own, by the keyboard too.
    desk.fit(320)
    assert desk.page.evaluate("document.documentElement.scrollWidth") == 320
    box = desk.page.locator("#rule [data-lines]")
    assert box.evaluate("box => box.scrollWidth > box.clientWidth")
    box.press("ArrowRight")
    desk.wait("() => document.querySelector('#rule [data-lines]').scrollLeft > 0")
