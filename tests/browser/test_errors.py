"""Bad values, late answers and failures: the last good picture stays, and the page says why."""

import json
from collections.abc import Callable

from playwright.sync_api import Route, expect

from .desk import Desk, OpenDesk

FEW = (900, 500)  # where what is scrolled to brings no other figure into sight
QUICK = "?epochs=1&batch_size=32&batch_size=full"


def picture(desk: Desk) -> object:
    return [desk.figure(name) for name in ("paths", "loss")], desk.page.inner_text("#words")


# The server tells all that it can read of a question at once, then what the numbers make impossible.
BAD_VALUES = [
    {
        "learning_rate": ("1e999", "finite numbers"),
        "batch_size": ("1.5", "integers from 1 to the number of examples"),
        "replicas": ("0", "1 or more"),
        "start": ("1e999", "two finite numbers"),
        "seed": ("-1", "0 or more"),
    },
    {"batch_size": ("5000", "an integer from 1 to 1050 or 'full'")},
    {"epochs": ("9999", "within the work budget")},
]


def field(name: str) -> str:
    return f"[name={name}]" if name != "start" else "[data-part-of=start]"


def test_a_bad_value_is_told_beside_its_control(sit: OpenDesk) -> None:
    desk = sit(*FEW)
    desk.open("?epochs=1&batch_size=16&batch_size=full&replicas=8")
    desk.forgive("422")
    before = picture(desk)
    errors = desk.page.locator(".error").locator("visible=true")
    for bad in BAD_VALUES:
        good = {name: desk.page.locator(field(name)).first.input_value() for name in bad}
        drawn = desk.drawn
        for count, (name, (value, says)) in enumerate(bad.items(), 1):
            desk.type(field(name), value)
            message = desk.page.locator(f"#error-{name}")
            expect(message).to_contain_text(says)
            expect(message).to_be_visible()
            expect(errors).to_have_count(count)
            control = desk.page.locator(field(name)).first
            assert control.get_attribute("aria-invalid") is not None
            assert control.get_attribute("aria-describedby") == f"error-{name}"
        assert picture(desk) == before
        assert desk.drawn == drawn

        with desk.redraw():
            for count, name in enumerate(bad, 1):
                desk.type(field(name), good[name])
                expect(desk.page.locator(f"#error-{name}")).to_be_hidden()
                expect(errors).to_have_count(len(bad) - count)
                control = desk.page.locator(field(name)).first
                assert control.get_attribute("aria-invalid") is None
        assert picture(desk) == before


def test_a_broken_link_opens_and_says_what_was_changed(sit: OpenDesk) -> None:
    """With everything that can be broken; tests/pages/test_repair.py has each alone."""
    desk = sit(*FEW)
    desk.open(
        "?surface=nowhere&learning_rate=fast&noise=5000&batch_size=8&batch_size=9999"
        "&axis=time&old=1&epochs=1"
    )
    notice = desk.page.locator(".notice")
    for says in (
        "allowed are least-squares, ",
        "learning_rate is 'fast'",
        "It is 1000 now",
        "an integer from 1",
        "old is not a parameter of this page",
    ):
        expect(notice).to_contain_text(says)
    assert desk.query == {"noise": ["1000"], "batch_size": ["8"], "epochs": ["1"]}
    assert desk.page.locator(".error:visible").count() == 0
    desk.page.click("[data-dismiss]")
    assert notice.count() == 0


FAILURES: dict[str, Callable[[Route], None]] = {
    "The server answered 500": lambda route: route.fulfill(status=500, body="Server Error"),
    "The server cannot be reached": lambda route: route.abort("connectionrefused"),
}


def test_neither_a_stale_answer_nor_a_failure_takes_the_place_of_a_picture(sit: OpenDesk) -> None:
    desk = sit(*FEW)
    desk.open(QUICK)
    held: list[Route] = []
    desk.page.route("**/api/v1/*?*seed=1&*", lambda route: held.append(route))
    desk.page.route("**/api/v1/*/*?*seed=1&*", lambda route: held.append(route))
    with desk.page.expect_request("**/paths?*seed=1&*"):
        desk.page.click("[data-next-of=seed]")
    with desk.redraw():
        desk.page.click("[data-next-of=seed]")
    newer = picture(desk)
    assert held
    for route in held:
        route.continue_()  # the late answers to the first click
    assert desk.query["seed"] == ["2"]
    # One more exchange with the page, after which a late answer would have shown itself.
    with desk.redraw():
        desk.page.evaluate("document.getElementById('form').requestSubmit()")
    assert picture(desk) == newer
    assert desk.drawn == 3
    desk.page.unroute_all()

    desk.forgive("500", "ERR_FAILED", "ERR_CONNECTION_REFUSED")
    message = desk.page.locator("#problem")
    for says, fail in FAILURES.items():
        desk.page.route("**/api/v1/**", fail)
        desk.page.click("[data-next-of=seed]")
        expect(message).to_contain_text(says)
        expect(message).to_be_visible()
        assert picture(desk) == newer
        desk.page.unroute_all()
    with desk.redraw():
        desk.page.click("[data-next-of=seed]")
    expect(message).to_be_hidden()
    assert picture(desk) != newer


def test_a_long_wait_is_told_and_a_full_server_is_asked_again_until_it_answers(
    sit: OpenDesk,
) -> None:
    desk = sit(*FEW)
    desk.open(QUICK)
    before = picture(desk)
    held: list[Route] = []
    desk.page.route("**/api/v1/paths?*", lambda route: held.append(route))
    desk.page.route("**/queue", lambda route: route.fulfill(json={"ahead": 9, "seconds": 2.2}))
    bar = desk.page.locator("#queue")
    with desk.redraw():
        desk.page.click("[data-next-of=seed]")
        desk.page.wait_for_selector("#busy:visible")
        # All but the one that is held, which is this page's own.
        told = "8 computations have their turn before this page's, in about 3 s."
        bar.filter(has_text=told).wait_for()
        expect(bar.locator("button")).to_be_hidden()
        assert picture(desk) == before  # the last good one stays
        for route in held:
            route.continue_()
    desk.page.wait_for_selector("#busy", state="hidden")
    expect(bar).to_be_hidden()
    before = picture(desk)
    desk.page.unroute_all()

    desk.forgive("503")
    problem = {"title": "Service Unavailable", "status": 503, "detail": "Busy.", "errors": []}
    seconds = ["0.01", "60"]  # until it is to be asked again
    sent_away: list[Route] = []

    def turn_away(route: Route) -> None:
        if len(sent_away) == len(seconds):
            route.continue_()
            return
        route.fulfill(
            status=503,
            body=json.dumps(problem),
            content_type="application/problem+json",
            headers={"Retry-After": seconds[len(sent_away)]},
        )
        sent_away.append(route)

    desk.page.route("**/api/v1/paths?*", turn_away)
    desk.page.route("**/queue", lambda route: route.fulfill(json={"ahead": 37, "seconds": 9.1}))
    with desk.redraw():
        desk.page.click("[data-next-of=seed]")
        told = "The server is full: 37 computations"
        bar.filter(has_text=told).wait_for()  # once the page's other requests are answered
        assert picture(desk) == before
        bar.locator("button").click()
    assert len(sent_away) == 2
    expect(bar).to_be_hidden()
    expect(desk.page.locator("#problem")).to_be_hidden()
    assert picture(desk) != before
