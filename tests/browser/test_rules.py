"""Several update rules in the home page's picture."""

from .desk import Desk, OpenDesk

CARDS = "#cards .card label"


def test_a_rule_is_added_told_apart_followed_and_taken_away(sit: OpenDesk) -> None:
    desk = sit()
    desk.open("?epochs=2&batch_size=32")
    with desk.redraw():
        desk.page.click(".rules [data-add-rule]")
    assert desk.query["optimizer"] == ["sgd", "momentum"]
    with desk.redraw():
        desk.page.locator(".rules select").nth(1).select_option("adam")
    assert desk.query["optimizer"] == ["sgd", "adam"]
    assert desk.page.locator(CARDS).all_inner_texts() == ["SGD, B = 32", "Adam, B = 32"]
    assert desk.page.locator("#cards .sample:visible").count() == 2
    assert [trace["line"]["dash"] for trace in desk.traces("path")] == ["solid", "dot"]
    assert desk.page.get_attribute("#learning_rate", "placeholder") == "0.1, 0.15"
    # What an update of the other rule saw is asked of that rule alone.
    with desk.page.expect_request("**/figures/moment-gradients?*optimizer=adam*") as asked:
        desk.page.locator("#cards .card").nth(1).click()
        desk.page.locator("#moment-gradients").scroll_into_view_if_needed()
    assert asked.value.url.count("optimizer=") == 1
    with desk.redraw():
        desk.page.locator(".of-rules button").first.click()
    assert desk.query["optimizer"] == ["adam"]
    assert _drawn_plainly(desk)


def _drawn_plainly(desk: Desk) -> bool:
    names = [trace["name"] for trace in desk.traces("path")]
    return names == ["B = 32"] and not desk.page.locator("#cards .sample:visible").count()
