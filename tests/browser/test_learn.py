"""The guide: a guess, the answer, live figures, in two languages."""

from playwright.sync_api import expect

from app.figures.theme import THEMES

from .desk import Desk, OpenDesk

STEPS = (
    "what",
    "epoch",
    "directions",
    "memory",
    "accumulation",
    "devices",
    "budgets",
    "printed",
    "statistics",
    "order",
    "rare",
    "generalise",
    "choose",
    "words",
)


def open_guide(sit: OpenDesk, query: str = "", width: int = 1280) -> Desk:
    desk = sit(width)
    desk.open(f"learn{query}")
    return desk


def guess(desk: Desk, step: str, right: bool = True) -> None:
    # By the keyboard: what a pointer is over may move while figures above it are drawn.
    kind = "right" if right else "wrong"
    desk.page.locator(f"#{step} [data-choose={kind}]").first.press("Enter")


def drawn(desk: Desk, figure: str, count: int = 1) -> str:
    """The caption of a panel once it was drawn so often."""
    desk.page.locator(f"#{figure}").scroll_into_view_if_needed()
    desk.wait("([id, n]) => document.getElementById(id).dataset.drawn >= n", [figure, count])
    return desk.said(f"#caption-{figure}")


def assert_every_figure_draws(desk: Desk) -> None:
    panels = desk.page.locator("[data-takes]").evaluate_all("all => all.map(({ id }) => id)")
    assert len(panels) >= len(STEPS)
    for panel in panels:
        assert drawn(desk, panel)
    assert desk.page.locator(".error:visible").count() == 0


# Whether a step's answer has the focus, and how many options are seen to be right, and are chosen.
ASKED = """step => [
    step.querySelectorAll(".answer:focus"),
    [...step.querySelectorAll(".right")].filter((one) => one.checkVisibility()),
    step.querySelectorAll("[aria-pressed=true]"),
].map(({ length }) => length)"""
# What a step says and shows after each guess, the right one last, and how many of a kind are seen.
# It is not scrolled to: a figure that comes into sight would be drawn, which takes its time.
GUESSES = """step => {
    const seen = (selector) =>
        [...step.querySelectorAll(selector)].filter((one) => one.checkVisibility()).length;
    return ["wrong", "right"].flatMap((kind) => [...step.querySelectorAll(`[data-choose=${kind}]`)])
        .map((option) => {
            option.click();
            return {
                said: step.querySelector(".verdict[aria-live=polite]").innerText,
                answer: seen(".answer"),
                right: seen(".right"),
                pressed: seen("[aria-pressed=true].right"),
                reveal: seen("[data-reveal]"),
            };
        });
}"""


def test_answers_show_when_they_are_right(sit: OpenDesk) -> None:
    desk = open_guide(sit, "?lang=ja")
    assert desk.page.locator(".step").evaluate_all("all => all.map(({ id }) => id)") == [*STEPS]
    assert desk.page.locator(".answer:visible").count() == 0
    for step in STEPS:
        *wrong, right = desk.page.locator(f"#{step}").evaluate(GUESSES)
        for said in wrong:
            assert said["answer"] == said["right"] == 0  # none is given away
        assert right["said"] not in [each["said"] for each in wrong]
        assert len({each["said"] for each in wrong}) == len(wrong)  # each has a text of its own
        assert right["answer"] == right["right"] == right["pressed"] == 1
        assert right["reveal"] == 0
    for width in (1280, 1920):
        desk.fit(width)
        assert desk.page.evaluate("document.documentElement.scrollWidth") == width


def test_answers_show_when_they_are_asked_for_and_their_figures_fit(sit: OpenDesk) -> None:
    desk = open_guide(sit, width=360)
    for step in STEPS:
        desk.page.locator(f"#{step} [data-reveal]").press("Enter")
        # Read on from here, and nothing was chosen.
        assert desk.page.locator(f"#{step}").evaluate(ASKED) == [1, 1, 0], step
    assert_every_figure_draws(desk)
    desk.fit(360)  # in wider windows test_answers_show_when_they_are_right
    assert desk.page.evaluate("document.documentElement.scrollWidth") == 360


def test_an_epoch_is_cut_as_readers_have_it_and_the_link_keeps_it(sit: OpenDesk) -> None:
    desk = open_guide(sit)
    guess(desk, "epoch")
    assert "10 × 100 + 50 = 1,050 examples, 11 updates" in drawn(desk, "epoch-plan-plan")
    with desk.redraw():
        desk.page.get_by_role("button", name="1,000 / 500").click()
    assert "2 × 500 = 1,000 examples, 2 updates" in drawn(desk, "epoch-plan-plan", 2)
    assert desk.query == {"plan_examples": ["1000"], "plan_batch_size": ["500"]}
    desk.forgive("422")
    places = desk.page.locator("[data-slider-of]").evaluate_all("all => all.map((s) => s.value)")
    assert places == ["474", "675"]  # log(1000/2) of log(1e6/2), log(500) of log(1e4)
    desk.slide("[data-slider-of=plan_batch_size]", 1000)
    error = desk.page.locator("[data-error-for=plan_batch_size]")  # at its control
    expect(error).to_contain_text("batch_size is 10000")
    expect(desk.page.locator("#epoch-plan-plan .error")).to_be_hidden()
    desk.slide("[data-slider-of=plan_batch_size]", 0)
    assert "1,000 × 1 = 1,000 examples, 1,000 updates" in drawn(desk, "epoch-plan-plan", 3)
    expect(error).to_be_hidden()
    # As long as readers have it.
    desk.enter("plan_examples", "60000")
    assert "60,000 × 1 = 60,000 examples" in drawn(desk, "epoch-plan-plan", 4)
    desk.enter("plan_batch_size", "256")
    assert "60,000 examples, 235 updates. A cell is a batch" in drawn(desk, "epoch-plan-plan", 5)
    desk.enter("plan_examples", "1000000000")
    assert "1,000,000,000 examples, 3,906,250 updates" in drawn(desk, "epoch-plan-plan", 6)
    desk.enter("plan_sampling", "with-replacement")
    assert "632,120,559 of 1,000,000,000" in drawn(desk, "epoch-plan-plan", 7)
    assert desk.page.locator(".error:visible").count() == 0


def test_printing_waits_for_all_figures_and_it_is_a_worksheet_with_the_answers_last(
    sit: OpenDesk,
) -> None:
    desk = sit()
    desk.page.emulate_media(color_scheme="dark")
    desk.open("learn?lang=ja&order_batch_size=64")
    # Each time it prints: how many panels are not drawn.
    desk.page.evaluate(
        """() => (window.print = () => (document.body.dataset.printed = [
            document.body.dataset.printed ?? "",
            [...document.querySelectorAll(".panel")].filter(({ dataset }) => !dataset.drawn).length,
        ].join(" ")))"""
    )
    desk.page.get_by_role("button", name="ワークシートとして印刷").press("Enter")
    desk.page.keyboard.press("Control+p")  # while they are drawn
    desk.wait("() => document.body.dataset.printed === ' 0 0'")
    desk.page.emulate_media(media="print", color_scheme="dark")
    assert desk.page.locator(".panel .main-svg").count() >= len(
        desk.page.locator(".panel").all()
    )  # drawn, though no answer was asked for
    assert desk.page.locator(".error:visible").count() == 0
    # In the order of the paper: every question with its options and figures, then the answers.
    tops = "all => all.map((one) => one.getBoundingClientRect()).map(({ top, height }) => [top, height])"

    def places(selector: str) -> list[float]:
        found = desk.page.locator(selector).evaluate_all(tops)
        assert found
        assert all(height > 0 for _, height in found), selector
        return [top for top, _ in found]

    (answers,) = places("h2.printed")
    for asked in (".step > h2", ".predict [data-choose]", ".panel .figure", ".inputs .field"):
        assert max(places(asked)) < answers
    for told in (
        "h3.printed",
        ".answer > p:not(:has(button:not(.term)))",
        ".answer li",
        "figcaption",
    ):
        assert min(places(told)) > answers
    assert desk.page.locator("[name=order_batch_size]").input_value() == "64"
    assert any("/figures/orders?" in url and "batch_size=64" in url for url in desk.asked)
    assert desk.page.locator("[data-reveal]:visible, [data-paper]:visible").count() == 0
    paper = "getComputedStyle(document.body).color"
    assert desk.page.evaluate(paper) == "rgb(31, 40, 51)"  # dark text, whatever the screen has
    ink = desk.page.locator("#loss-epochs .figure").evaluate("one => one.layout.font.color")
    assert ink == THEMES["light"].text

    # What was drawn for paper alone fits the screen again when its answer is shown.
    desk.page.emulate_media(media="screen")
    desk.page.evaluate("dispatchEvent(new Event('afterprint'))")
    desk.page.locator("#words [data-reveal]").press("Enter")
    desk.wait(
        """() => {
            const figure = document.getElementById("sequences-learn").querySelector(".figure");
            const drawn = figure.querySelector(".main-svg").getBoundingClientRect().width;
            return drawn === figure.getBoundingClientRect().width;
        }"""
    )


def test_a_refusal_goes_with_its_question_whatever_is_in_sight(sit: OpenDesk) -> None:
    desk = open_guide(sit)
    guess(desk, "accumulation")
    both = ("accumulation-weights-learn", "accumulation-learn")  # of one control
    for figure in both:
        drawn(desk, figure)
    desk.forgive("422")
    desk.enter("parts_batch_size", "5000")
    error = desk.page.locator("[data-error-for=parts_batch_size]")
    expect(error).to_contain_text("batch_size is 5000")
    desk.page.evaluate(
        """() => { scrollTo(0, 0);  // and wait until what is out of sight is known to be
        return new Promise(then => requestAnimationFrame(() => requestAnimationFrame(then))); }"""
    )
    desk.enter("parts_batch_size", "64")
    expect(error).to_be_hidden()
    assert "64" in drawn(desk, both[0], 2)
