"""The network's page: its player, its boundary, its sweeps, its link, what is refused."""

from typing import Any

from playwright.sync_api import expect

from .desk import Desk, OpenDesk

SMALL = "examples=40&hidden=4&updates=60&replicas=2&batch_size=4&batch_size=8&batch_size=full"
PLANE, MOMENT = "#network-plane .figure", "#network-moment .figure"
FIGURES = [
    f"network-{name}"
    for name in ("plane", "moment", "boundary", "curves", "sharpness", "noise", "gap", "steps")
]
TRACES = "figure => (figure.data ?? []).filter(({ meta }) => meta?.role === '%s').length"
# The canvas of the heads: whether it is seen, and where its ink is.
INK = """plot => {
    const canvas = plot.querySelector("canvas.sheet");
    if (!canvas || canvas.hidden) return null;
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let [sum, of] = [0, 0];
    for (let i = 3; i < data.length; i += 4) if (data[i]) { sum += i; of += 1; }
    return of && `${of} ${sum}`;
}"""
QUICK_GAP = "updates=100&epochs=2&replicas=8&learning_rate=0.2&learning_rate=0.5"
FAR_GAP = "replicas=33"
PANELS = "figure => Object.keys(figure.layout).filter((name) => /^xaxis/.test(name)).length"
CANCELLED = "#sweep-network-gap [data-cancelled]"

# Whether a field is as wide as what its placeholder says.
WHOLE = """e => {
  const ink = document.createElement("canvas").getContext("2d"), { font, paddingLeft } = getComputedStyle(e);
  ink.font = font;
  return ink.measureText(e.placeholder).width + 2 * parseFloat(paddingLeft) < e.clientWidth;
}"""


def sit_down(sit: OpenDesk, query: str = SMALL, **size: int) -> Desk:
    desk = sit(**size)
    desk.page.goto(f"{desk.base}/network?{query}")
    desk.wait_drawn(1)
    return desk


def show(desk: Desk, figure: str, role: str) -> None:
    """Bring a figure into sight, and wait for traces of a role in it."""
    desk.page.locator(f"#{figure}").scroll_into_view_if_needed()
    desk.wait(
        f"id => ({TRACES % role})(document.querySelector(`#${{id}} .figure`)) > 0"
        " && !document.querySelector(`#${id}`).ariaBusy",
        figure,
    )


def facts(desk: Desk) -> list[str]:
    return [desk.card(run)["update"] for run in range(3)]


def boundary(desk: Desk) -> Any:
    """The line in the moment's panel."""
    return desk.page.locator(MOMENT).evaluate(
        "f => JSON.stringify(f.data.find(({ meta }) => meta?.role === 'boundary')?.x)"
    )


def test_a_moment_is_played_scrubbed_held_followed_and_linked(sit: OpenDesk) -> None:
    desk = sit_down(sit)
    desk.page.locator("#play").evaluate("play => (play.dataset.seconds = .6)")
    desk.page.click("#play")
    desk.wait("() => document.querySelector('#network-plane .figure').matches('.moving')")
    desk.wait("() => document.querySelector('#play').getAttribute('aria-pressed') === 'false'")
    assert "moment" not in desk.query
    show(desk, "network-moment", "batch")
    ended, whole = boundary(desk), facts(desk)
    assert whole == ["60", "60", "60"]
    assert desk.page.locator(PLANE).evaluate(INK) is None  # in the end the figure says all
    desk.slide("#scrub", 6, last=False)
    assert desk.page.locator(f"{PLANE}.moving").count() == 1
    there = desk.page.locator(PLANE).evaluate(INK)
    assert there
    desk.slide("#scrub", 9, last=False)
    assert desk.page.locator(PLANE).evaluate(INK) not in (None, there)
    assert set(facts(desk)) != set(whole)
    desk.wait(
        "([at, was]) => JSON.stringify(document.querySelector(at).data"
        ".find(({ meta }) => meta?.role === 'boundary')?.x) !== was",
        [MOMENT, ended],
    )
    with desk.redraw():
        desk.slide("#scrub", 9)
    assert desk.query["moment"] == [facts(desk)[0]]
    assert desk.page.locator(f"{PLANE}.moving").count() == 0
    # The followed run has its mark in the figure, the heads of the others are over it.
    assert desk.page.locator(PLANE).evaluate(TRACES % "moment") == 1
    assert desk.page.locator(PLANE).evaluate(INK)
    with desk.redraw():
        desk.page.locator("#cards .card").nth(2).click()
    assert desk.query["followed"] == ["full"]
    expect(desk.page.locator("#caption-network-moment")).to_contain_text("B = 40 (full)")
    held, said = facts(desk), desk.page.locator("#caption-network-moment").inner_text()
    desk.page.reload()
    desk.wait_drawn(1)
    assert facts(desk) == held
    assert desk.page.locator("#cards :checked").evaluate("one => one.value") == "2"
    desk.page.locator("#network-moment").scroll_into_view_if_needed()
    expect(desk.page.locator("#caption-network-moment")).to_have_text(said, use_inner_text=True)
    # A batch size that goes is followed no longer, and the moment is the first one's.
    with desk.redraw():
        desk.page.locator(".batch-size").nth(2).locator("button").click()
    assert "followed" not in desk.query
    assert desk.page.locator("main .error:visible").count() == 0


def test_every_panel_is_drawn_and_its_choices_lead_somewhere(sit: OpenDesk) -> None:
    desk = sit_down(sit, width=1920)
    assert desk.page.evaluate("document.documentElement.scrollWidth") == 1920
    desk.fit(1280)
    roles = ("path", "batch", "boundary", "median", "median", "median")
    for figure, role in zip(FIGURES, roles, strict=False):
        show(desk, figure, role)
        assert len(desk.page.locator(f"#caption-{figure}").inner_text()) > 30, figure
    at_boundary = desk.page.locator("#network-boundary .figure")
    assert at_boundary.evaluate(PANELS) == 3
    assert at_boundary.evaluate(TRACES % "boundary") == 3
    titles = set()
    desk.page.locator("#network-curves").scroll_into_view_if_needed()
    for axis in ("epochs", "examples_seen", "train_loss", "updates"):
        with desk.redraw():
            desk.page.locator(f"[name=axis][value={axis}]").evaluate("radio => radio.click()")
        shown = "figure => figure.layout.xaxis.title.text"
        titles.add(desk.page.locator("#network-curves .figure").evaluate(shown))
    assert len(titles) == 4
    desk.page.evaluate("scrollTo(0, 0)")
    with desk.redraw():
        desk.page.locator("[name=part][value=test]").evaluate("radio => radio.click()")
    expect(desk.page.locator("#caption-network-plane")).to_contain_text("the test loss is")
    colours = desk.page.locator("#cards .card").evaluate_all(
        "all => all.map(card => card.style.getPropertyValue('--colour'))"
    )
    assert len({*colours} - {""}) == 3
    assert desk.page.evaluate("document.documentElement.scrollWidth") == 1280
    desk.fit(360)
    assert desk.page.evaluate("document.documentElement.scrollWidth") == 360
    desk.page.locator("#log-run").click()
    desk.wait(
        "() => location.pathname === '/your-run' && document.querySelector('main')?.dataset.drawn"
    )
    expect(desk.page.locator("#words")).to_contain_text("noise scale")
    show(desk, "logged-noise", "exact")


def test_runs_and_a_sweep_are_refused_where_they_are_asked_cancelled_and_resumed(
    sit: OpenDesk,
) -> None:
    desk = sit_down(sit)
    desk.forgive("422", "ERR_FAILED", "ERR_INTERNET_DISCONNECTED")
    desk.enter("hidden", "65")
    error = desk.page.locator("#error-hidden")
    error.wait_for(state="visible")
    expect(error).to_contain_text("hidden is '65'")
    assert desk.page.locator(PLANE).evaluate(TRACES % "path") == 3
    assert desk.page.locator(".of-before").count() == 0
    with desk.redraw():
        desk.enter("hidden", "4")
    expect(error).to_be_hidden()
    words = desk.page.locator("#words").inner_text()
    desk.page.route("**/api/v1/network?**", lambda route: route.abort())
    desk.enter("seed", "5")
    desk.page.locator("#problem").wait_for(state="visible")
    assert desk.page.locator("#words").inner_text() == words
    assert desk.page.locator(PLANE).evaluate(TRACES % "path") == 3
    desk.page.unroute_all()
    # Runs under way are told from the last ones, and cancelled.
    desk.page.route("**/api/v1/network?**", lambda _: None)
    desk.type("#budget", "90")
    desk.wait("() => document.querySelector('#network-plane').matches('.of-before')")
    desk.page.locator("#cancel").click()
    assert desk.page.locator("#cancelled-text").inner_text().startswith("Cancelled")
    expect(desk.page.locator("#progress")).to_be_hidden()
    desk.page.unroute_all()
    with desk.redraw():
        desk.page.click("#resume")
    expect(desk.page.locator("#cancelled")).to_be_hidden()
    expect(desk.page.locator("#problem")).to_be_hidden()
    assert desk.page.locator("#words").inner_text() != words
    assert desk.page.locator(".of-before").count() == 0

    # So is a sweep, which begins, is cancelled, resumes and ends in a verdict.
    gap = desk.page.locator("#sweep-network-gap")
    begin = gap.locator("[data-begin]").first
    expect(gap.locator(".figure")).to_be_hidden()
    begin.evaluate("(button, asked) => (button.dataset.begin = asked)", QUICK_GAP)
    desk.page.route("**/api/v1/network/gap?**", lambda _: None)  # it does not end by itself
    begin.click()
    gap.locator("[data-cancel]").click()
    desk.page.unroute_all()
    assert desk.page.locator(CANCELLED).inner_text().startswith("Cancelled")
    assert begin.inner_text() == "Resume"
    begin.click()
    desk.wait(
        "id => document.querySelector(`#${id} .figure`).data?.length"
        " && document.querySelector(`#sweep-${id} [data-cancel]`).hidden",
        "network-gap",
    )
    assert begin.inner_text() == "Measure"
    said = desk.page.locator("#caption-network-gap").inner_text()
    assert said.startswith("At equal epochs")
    assert "So far" not in said
    # Another question: what was found is of the last one, and is not asked anew by being looked at.
    asked = len(desk.asked)
    with desk.redraw():
        desk.enter("seed", "3")
    assert gap.evaluate("section => section.matches('.of-before')")
    desk.page.evaluate("scrollTo(0, 0)")
    gap.scroll_into_view_if_needed()
    assert not [url for url in desk.asked[asked:] if "network-gap" in url or "/gap" in url]
    # And one out of reach is said where it was asked.
    desk.forgive("422")
    begin.evaluate("(button, asked) => (button.dataset.begin = asked)", FAR_GAP)
    begin.click()
    gap.locator(".error").wait_for(state="visible")
    expect(gap.locator(".error")).to_contain_text("allowed")


def test_it_is_projected_rules_are_told_apart_and_the_followed_run_is_of_one(
    sit: OpenDesk,
) -> None:
    few = "examples=40&hidden=4&updates=60&replicas=1&batch_size=8&optimizer=sgd&optimizer=adam"
    desk = sit_down(sit, f"{few}&projector=true", width=1280, height=720)
    expect(desk.page.locator("#form")).to_be_hidden()
    assert any("/network?" in url and "size=large" in url for url in desk.asked)
    assert desk.page.evaluate("document.scrollingElement.scrollWidth") <= 1280
    with desk.redraw():
        desk.page.keyboard.press("Escape")
    assert "projector" not in desk.query
    expect(desk.page.locator("#form")).to_be_visible()
    names = desk.page.locator("#cards .card label")
    expect(names).to_have_text(["SGD, B = 8", "Adam, B = 8"])
    expect(desk.page.locator("#cards .sample:visible")).to_have_count(2)
    expect(desk.page.locator("#learning_rate")).to_have_attribute("placeholder", "0.5, 0.005")
    assert desk.page.locator("#learning_rate").evaluate(WHOLE)
    sweeps = desk.page.locator(".sweep [data-begin]")
    assert sweeps.count() == 3
    for button in sweeps.all():
        expect(button).to_be_disabled()
    expect(desk.page.locator("[data-of-one]:visible")).to_have_count(2)
    with desk.page.expect_request("**/figures/network-plane?*followed_optimizer=adam*"):
        desk.page.locator("#cards .card").nth(1).click()
    assert desk.query["followed_optimizer"] == ["adam"]
    assert "followed" not in desk.query
    show(desk, "network-plane", "moment")
    assert (
        desk.page.locator(PLANE).evaluate(
            "f => f.data.find(({ meta }) => meta?.role === 'moment').meta.optimizer"
        )
        == "adam"
    )
    # The log is that run's.
    desk.forgive("ERR_FAILED")
    desk.page.route("**/network/log?*", lambda route: route.abort())
    with desk.page.expect_request("**/network/log?*") as logged:
        desk.page.click("#log-run")
    assert "optimizer=adam" in logged.value.url
    assert "sgd" not in logged.value.url
    desk.page.locator("#problem").wait_for()
    with desk.redraw():
        desk.page.locator(".of-rules button").nth(1).click()
    assert not {"optimizer", "followed_optimizer"} & {*desk.query}
    expect(sweeps.first).to_be_enabled()
    expect(desk.page.locator("[data-of-one]:visible")).to_have_count(0)
    expect(names).to_have_text(["B = 8"])
    expect(desk.page.locator("#cards .sample:visible")).to_have_count(0)


def test_a_card_ends_where_its_run_diverged(sit: OpenDesk) -> None:
    few = "examples=40&hidden=4&updates=60&replicas=1&batch_size=13&learning_rate=9"
    desk = sit_down(sit, few)
    (batch,) = desk.page.request.get(f"{desk.base}/api/v1/network?{few}").json()["batches"]
    (final,) = batch["final"]
    assert final["diverged_at"] < 60
    shown = {name: desk.card()[name] for name in ("train_loss", "update", "examples_seen")}
    assert shown == {
        "train_loss": "diverged",
        "update": str(final["diverged_at"]),
        "examples_seen": str(final["examples_seen"]),
    }
    assert float(desk.card()["epoch"]) == round(final["epoch"], 2)
