"""The URL: any picture is a link; back and forward."""

from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import expect

from .desk import Desk, OpenDesk

STATE = {
    "surface": ["himmelblau"],
    "batch_size": ["2", "50", "full"],
    "learning_rate": ["0.002"],
    "optimizer": ["momentum"],
    "momentum": ["0.8"],
    "updates": ["300"],
    "sampling": ["with-replacement"],
    "remainder": ["drop"],
    "seed": ["5"],
    "replicas": ["8"],
    "start": ["-1,0.5"],
    "axis": ["updates"],
}
LINK = "?" + "&".join(f"{name}={value}" for name, values in STATE.items() for value in values)
LOOKS = {"axis"}


def shown(desk: Desk) -> dict[str, list[str]]:
    """What the form holds of the parameters in `STATE`."""
    found: dict[str, list[str]] = {}
    for name in STATE:
        found[name] = desk.page.locator(f"[name={name}]").evaluate_all(
            "all => all.filter(one => one.type !== 'radio' || one.checked).map(one => one.value)"
        )
    return found


def picture(desk: Desk) -> object:
    return [desk.figure(name) for name in ("paths", "loss")], desk.page.inner_text("#words")


def test_a_link_holds_the_whole_state_and_gives_the_same_picture_again(sit: OpenDesk) -> None:
    desk = sit(360, 400)
    desk.open(f"{LINK}&utm_source=letter")
    assert desk.page.locator(".notice").count() == 0  # what a letter adds is left alone
    assert desk.query == STATE | {"utm_source": ["letter"]}
    assert shown(desk) == STATE
    asked = parse_qs(urlsplit(desk.paths_url).query)
    assert asked.pop("replica") == ["0"]
    assert asked.pop("lang") == ["en"]
    assert asked == {name: values for name, values in STATE.items() if name not in LOOKS}
    request = desk.paths()["request"]
    assert request["batch_size"] == [2, 50, 1050]
    assert request["start"] == [-1, 0.5]
    for name in ("optimizer", "surface", "sampling", "remainder"):
        assert request[name] == STATE[name][0]
    for name in ("momentum", "learning_rate", "updates", "seed", "replicas"):
        assert request[name] == float(STATE[name][0])
    starts = desk.page.locator("[data-part-of=start]")
    assert starts.evaluate_all("all => all.map(({ value }) => value)") == ["-1", "0.5"]
    assert desk.page.input_value("[data-budget-unit]") == "updates"
    before = picture(desk)
    desk.page.reload()
    desk.wait_drawn(1)
    assert picture(desk) == before
    assert shown(desk) == STATE


def test_back_and_forward(sit: OpenDesk) -> None:
    desk = sit(900, 500)
    desk.open("?epochs=1&batch_size=32&batch_size=full")
    first = picture(desk)
    desk.change("optimizer", "momentum")
    second = picture(desk)
    desk.change("replicas", "4")
    third = picture(desk)
    assert first != second != third
    with desk.redraw():
        desk.page.go_back()
    sizes = {"batch_size": ["32", "full"]}
    assert desk.query == {"epochs": ["1"], "optimizer": ["momentum"]} | sizes
    assert desk.page.input_value("#replicas") == "1"
    assert picture(desk) == second
    with desk.redraw():
        desk.page.go_back()
    assert desk.page.input_value("#optimizer") == "sgd"
    expect(desk.page.locator("#momentum")).to_be_hidden()
    assert picture(desk) == first
    for _ in range(2):
        with desk.redraw():
            desk.page.go_forward()
    assert desk.page.input_value("#replicas") == "4"
    assert picture(desk) == third
