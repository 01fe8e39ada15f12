"""Terms that open what they mean: by keyboard, mouse and touch, in the narrowest window."""

from .desk import Desk, OpenDesk

# The popover that is open: whether it is whole in the window, and beside the term, not over it.
SEEN = """term => {
    const box = document.getElementById(term.getAttribute("popovertarget"));
    const [on, at] = [box.getBoundingClientRect(), term.getBoundingClientRect()];
    return box.matches(":popover-open") && on.left >= 0 && on.top >= 0
        && on.right <= innerWidth && on.bottom <= innerHeight
        && (on.bottom <= at.top || on.top >= at.bottom);
}"""
# The terms whose popover is not seen so when it opens.
UNSEEN = f"""terms => terms.filter((term) => {{
    term.scrollIntoView({{ block: "nearest", behavior: "instant" }});
    term.click();
    const seen = ({SEEN})(term);
    document.getElementById(term.getAttribute("popovertarget")).hidePopover();
    return !seen;
}}).map(({{ outerHTML }}) => outerHTML)"""
# Whether opening one, at once, leaves every other where it is.
STILL = """term => {
    const places = () => [...document.querySelectorAll(".term")].map((one) => one.offsetTop).join();
    const before = places();
    term.click();
    return before === places();
}"""


def closed(desk: Desk) -> bool:
    return desk.page.locator(".what:popover-open").count() == 0


def test_a_term_opens_what_it_means(sit: OpenDesk) -> None:
    desk = sit(320)
    desk.open("?epochs=1&batch_size=32")
    terms = desk.page.locator(".term")
    assert terms.count() > 12
    assert terms.evaluate_all(UNSEEN) == []
    last = terms.last
    last.press("Enter")
    desk.wait(SEEN, last.element_handle())
    desk.page.keyboard.press("Escape")
    assert closed(desk)
    assert last.evaluate(STILL)
    desk.page.keyboard.press("Escape")
    for open_by, close_by in ((last.click, last.click), (last.tap, last.tap)):
        open_by()
        desk.wait(SEEN, last.element_handle())
        close_by()
        assert closed(desk)
    assert desk.page.evaluate("document.documentElement.scrollWidth") == 320
    last.press("Enter")
    desk.page.locator(".what:popover-open a").press("Enter")
    desk.page.wait_for_url("**/learn#term-plateau")
    desk.wait("() => document.querySelector(':target')?.id === 'term-plateau'")
