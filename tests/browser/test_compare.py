"""A picture beside itself with one thing changed: one page, its words, its player, its link."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import expect

from app.api.queries.resolved import resolved
from app.api.queries.run import RunQuery
from app.pages.compare import ComparePageQuery, other
from app.pages.repair import values_of

from .desk import PATHS, Desk, OpenDesk
from .test_access import CLOSED, troubles

A = "compare?examples=1025&epochs=2&batch_size=32&batch_size=full&learning_rate=0.2"
SHOWN = """() => [...document.querySelectorAll(".half")].map((half) => {
    const figure = (name) => half.querySelector(`[data-part=${name}]`);
    const ranges = ({ _fullLayout: { xaxis, yaxis } }) => [xaxis.range, yaxis.range];
    return {
        points: figure("paths").data.filter(({ meta }) => meta?.role === "path").map(({ x }) => (x._inputArray ?? x).length),
        plane: ranges(figure("paths")),
        loss: ranges(figure("loss")),
        summary: half.querySelector(".summary").textContent.replaceAll("\u00a0", " "),
        warning: half.querySelector("[data-warning]").textContent,
        open: half.querySelector("[data-open]").search,
    };
})"""


EPOCHS = "Only “Epochs” differs: 2 in A, 3 in B."
SURFACES = (
    "“Surface” differs: Least squares in A, Bowl in B. With it: “Noise”, 1 in A and 2 in B;"
    " “Learning rate”, 0.2 in A and 0.1 in B; “Epochs”, 2 in A and 20 in B; “Start”, (-2, -1) in A"
    " and (-3, 2.5) in B."
)
SIZES = (
    "Only “Batch sizes” differs: 32 and 1025 in A, 32, 1025, and 1 in B. The same colour is the"
    " same batch size in both."
)


def told(desk: Desk, words: str) -> None:
    """Wait for what is said of the difference."""
    desk.wait("words => document.getElementById('words').textContent === words", words)


def both(desk: Desk) -> list[Any]:
    """What the API last answered to the paths of A and of B."""
    asked = [url for url in desk.asked if PATHS in url]
    return [desk.page.request.get(url).json() for url in asked[-2:]]


def check(desk: Desk) -> None:
    """What is shown is A and B as the link has them, on axes of the same ranges."""
    pairs = parse_qsl(urlsplit(desk.page.url).query)
    query = ComparePageQuery.model_validate(values_of(ComparePageQuery, pairs))
    answers, shown = both(desk), desk.page.evaluate(SHOWN)
    asked = [resolved(query, RunQuery), resolved(other(query))]
    for answer, one, run in zip(answers, shown, asked, strict=True):
        start = list(run.pop("start"))
        assert answer["request"] == answer["request"] | run | {"start": start}
        assert one["summary"] == answer["summary"]
        assert one["warning"] == (answer["last_batch_warning"] or "")
        values = values_of(RunQuery, [p for p in parse_qsl(one["open"][1:]) if p[0] != "axis"])
        assert resolved(RunQuery.model_validate(values)) == run | {"start": tuple(start)}
    assert shown[0]["loss"] == shown[1]["loss"]


def test_a_picture_beside_itself(sit: OpenDesk) -> None:
    desk = sit()
    desk.open(A)  # half the learning rate, to begin with
    assert desk.query["change"] == ["learning_rate"]
    words = desk.page.locator("#words")
    assert words.inner_text() == "Only “Learning rate” differs: 0.2 in A, 0.1 in B."
    check(desk)
    whole = desk.page.evaluate(SHOWN)
    assert whole[0]["plane"] == whole[1]["plane"]
    assert all("last batch of 1" in one["warning"] for one in whole)

    # One player: both stand at the same moment, in epochs.
    plane = desk.page.locator(".half .plane").last
    plane.press("Home")
    assert [one["points"] for one in desk.page.evaluate(SHOWN)] == [[1, 1], [1, 1]]
    desk.page.click("#one-epoch")
    half = [33 + 1, 1 + 1]  # points after one of two epochs
    desk.wait(
        "script => String(eval(script)().flatMap(({ points }) => points)) === '34,2,34,2'", SHOWN
    )
    assert [one["points"] for one in desk.page.evaluate(SHOWN)] == [half, half]
    plane.press("End")
    assert desk.page.evaluate(SHOWN)[1]["points"] == whole[1]["points"]

    # The lens shows the same of both.
    desk.page.locator(".lens .nearer").first.click()
    desk.wait(f"""before => {{
        const [a, b] = ({SHOWN})().map(({{ plane }}) => String(plane));
        return a === b && a !== before;
    }}""", ",".join(str(end) for axis in whole[0]["plane"] for end in axis))  # fmt: skip
    desk.page.locator(".lens .whole").last.click()

    # A bad value is told beside its control, and the picture stays.
    desk.forgive("422")
    desk.enter("learning_rate", "-1")
    desk.page.locator("#error-learning_rate").filter(has_text="-1").wait_for()
    assert desk.page.evaluate(SHOWN)[1]["summary"] == whole[1]["summary"]

    # An answer that comes late is not shown.
    late: list[Any] = []
    desk.page.route("**/api/v1/paths?*learning_rate=0.3*", lambda route: late.append(route))
    desk.enter("learning_rate", "0.3")
    desk.wait("() => location.search.endsWith('b=0.3')")
    desk.enter("learning_rate", "0.4")
    told(desk, "Only “Learning rate” differs: 0.2 in A, 0.4 in B.")
    desk.page.unroute_all()
    check(desk)

    # Another parameter: B is A again, then differs in that alone. What ends first rests at its end.
    desk.page.select_option("#change", "epochs")
    told(desk, "A and B are the same as yet: choose another “Epochs” for B.")
    expect(desk.page.locator("[data-change=learning_rate]")).to_be_hidden()
    desk.enter("epochs", "3")
    told(desk, EPOCHS)
    rests = "A ends at 2 epochs and is shown so from there on, B goes on to 3."
    assert desk.page.inner_text("#rests") == rests
    check(desk)

    # What follows a surface by default comes with it, and is named.
    desk.page.select_option("#change", "surface")
    desk.page.select_option("#surface", "bowl")
    told(desk, SURFACES)
    check(desk)

    # Back, and forth.
    desk.page.go_back()
    desk.page.go_back()
    told(desk, EPOCHS)
    assert desk.page.inner_text("#rests") == rests
    assert desk.page.input_value("#epochs") == "3"

    # Colours are batch sizes. Everyone can read it, and the narrowest telephone has room for it.
    desk.page.select_option("#change", "batch_size")
    desk.page.locator("[data-add]").click()
    told(desk, SIZES)
    check(desk)
    desk.page.locator("[data-change][hidden], .words-used").evaluate_all(CLOSED)
    desk.page.evaluate(AXE_SCRIPT)
    assert troubles(desk) == []
    desk.page.emulate_media(color_scheme="dark")
    assert troubles(desk, runOnly=["color-contrast"]) == []
    desk.fit(320)
    assert desk.page.evaluate("document.scrollingElement.scrollWidth") <= 320
    first, second = (half.bounding_box() for half in desk.page.locator(".half").all())
    assert first
    assert second
    assert first["y"] + first["height"] <= second["y"]
