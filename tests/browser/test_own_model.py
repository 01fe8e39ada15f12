"""A reader's model is fitted to a table that is pasted or dropped, and the link holds both."""

import re
from urllib.parse import urlencode

from playwright.sync_api import FilePayload, expect

from tests.science.problems.own_points import BOUNDARY

from .desk import OpenDesk

TABLE = "x;y\n0,5;1\n1,5;2,5\n2,5;4\n3,5;5,5\nlast;6\n"


def test_a_table_is_fitted_and_the_link_holds_it(sit: OpenDesk) -> None:
    desk = sit(900, 500)  # where what is scrolled to brings no other figure into sight
    desk.open("?epochs=1&batch_size=full")
    page = desk.page
    expect(page.locator("#own-table")).to_be_hidden()
    desk.change("surface", "model")  # a picture at once, of points that can be replaced
    expect(page.locator("#examples")).to_be_hidden()
    assert len(page.input_value("#own-table").splitlines()) == 61

    with desk.redraw():
        page.fill("#own-table", TABLE)
        page.locator("#own-table").blur()
    assert desk.query["points"][0].startswith("line1_4_0.5_3.5_1_5.5_")
    assert desk.paths()["request"]["examples"] == 4
    notes = page.locator("#own-notes").inner_text()
    assert "Used: 4 of 5 rows" in notes
    assert "'last' in x" in notes

    columns = page.locator("#own-columns")
    expect(columns).to_be_hidden()
    with desk.redraw():
        page.fill("#own-table", "a,b,c,pet\n1,2,9,dog\n2,4,7,cat\n3,5,8,dog")
        page.locator("#own-table").blur()
    _, second, label = columns.locator("select").all()
    assert (second.input_value(), label.input_value()) == ("b", "")
    with desk.redraw():
        second.select_option("c")
    assert desk.query["points"][0].startswith("line1_3_1_3_7_9_")
    with desk.redraw():
        label.select_option("pet")
    assert desk.query["points"][0].startswith("boundary1_3_1_3_7_9_")
    assert desk.query["model"] == ["w0*x0 + w1*x1"]  # with which one of the others cannot be read
    with desk.redraw():
        page.evaluate("history.go(-3)")  # each of these was a step
    assert page.input_value("#own-table") == TABLE
    expect(columns).to_be_hidden()

    with desk.redraw():
        page.get_by_role("button", name="boundary").click()
    assert desk.query["points"][0].startswith("boundary1_60_")
    assert desk.paths()["request"]["loss"] == "logistic"

    with desk.redraw():
        page.get_by_role("button", name="Undo").click()
    assert page.input_value("#own-table") == TABLE

    address = page.url
    with desk.redraw():
        page.fill("#own-table", "x,y\n1,2\n2,4\n3,5")
        page.locator("#own-table").blur()
    page.reload()
    desk.wait_drawn(1)
    page.go_back()  # to points that this page has not seen
    desk.wait("() => document.getElementById('own-table').value.startsWith('x,y\\n0.5,1')")
    assert page.url == address
    with desk.redraw():
        page.go_forward()
    with desk.redraw():
        page.go_back()

    desk.forgive("422")
    before = desk.query
    page.fill("#own-table", "x,y\n1,1\n1,2\n")
    page.locator("#own-table").blur()
    told = page.locator("#error-points")
    told.wait_for()
    expect(told).to_contain_text("x is 1")
    assert desk.query == before


def test_a_boundary_s_points_have_labels_and_a_file_replaces_them(sit: OpenDesk) -> None:
    desk = sit()
    asked = {"surface": "model", "model": "w0 + w1*x", "points": BOUNDARY, "epochs": "1"}
    desk.open(f"?{urlencode(asked | {'model': 'w0*x0 + w1*x1'})}")
    page = desk.page
    assert page.input_value("#own-table").startswith("x0,x1,label\n")
    page.locator("#moment-data").scroll_into_view_if_needed()
    sheet = page.locator(".over")
    sheet.wait_for()
    before = page.input_value("#own-table").splitlines()
    page.get_by_text("label −").click()
    sheet.focus()
    page.keyboard.press("Shift+ArrowLeft")
    with desk.redraw():
        page.keyboard.press("Enter")
    *rest, last = page.input_value("#own-table").splitlines()
    assert rest == before
    assert last.endswith(",-1")
    with desk.redraw():
        page.keyboard.press("Space")  # where a point is, which is removed
    assert desk.query["points"] == [BOUNDARY]

    with desk.redraw():
        page.locator("#own-file").set_input_files(
            FilePayload(name="a.csv", mimeType="text/csv", buffer=b"x0,x1,label\n1,2,a\n2,1,b")
        )
    assert desk.paths()["request"]["examples"] == 2
    assert page.input_value("#own-table") == "x0,x1,label\n1,2,a\n2,1,b"


def test_points_are_clicked_onto_the_panel_and_shared(sit: OpenDesk) -> None:
    desk = sit()
    line = "line1_3_0_3_-1_2_AAKq____AAVVW32b"
    desk.open(f"?{urlencode({'surface': 'model', 'model': 'w0 + w1*x', 'points': line})}&epochs=2")
    page, panel, table = (
        desk.page,
        desk.page.locator("#moment-data"),
        desk.page.locator("#own-table"),
    )
    panel.scroll_into_view_if_needed()
    sheet, said = page.locator(".over"), page.locator("#clicks-note")
    sheet.wait_for()
    page.get_by_role("button", name="Remove all points").click()
    expect(said).to_contain_text("Points so far: 0. A picture needs at least 2")
    assert desk.query["points"] == [line]  # the last good picture stays
    with desk.redraw():
        page.get_by_role("button", name="line", exact=True).click()
    assert len(table.input_value().splitlines()) == 4  # as do its points
    page.get_by_role("button", name="Remove all points").click()

    def click(across: float, down: float) -> None:
        box = sheet.bounding_box()
        assert box
        page.mouse.click(box["x"] + across * box["width"], box["y"] + down * box["height"])

    click(0.25, 0.5)
    expect(said).to_contain_text("Points so far: 1.")
    sheet.focus()
    page.keyboard.press("Shift+ArrowUp")
    expect(said).to_have_text(re.compile(r"^x = 1.5\d*, y = 0.8\d*$"))
    with desk.redraw():
        page.keyboard.press("Enter")
    assert desk.query["points"][0].startswith("line1_2_")
    with desk.redraw():
        click(0.5, 0.5)
    rows = table.input_value().splitlines()
    assert (rows[0], len(rows)) == ("x,y", 4)
    assert desk.paths()["request"]["examples"] == 3
    # What rounding says beside it depends on a pixel: one point in ten lies on a step.
    expect(said).to_contain_text("Used: 3 of 3 rows, with columns x, y.")

    link, answer = page.url, desk.paths()
    with desk.elsewhere() as other:
        with other.expect_response(lambda reply: "/api/v1/paths?" in reply.url) as reply:
            other.goto(link)
        assert reply.value.json()["paths"] == answer["paths"]

    desk.change("held_out", "0.34")  # of three points one
    assert desk.paths()["request"]["examples"] == 2
    roles = desk.figure("loss", "figure => figure.data.map(({ meta }) => meta.role)")
    assert "held-out running median" in roles
    expect(page.locator("#loss-note")).to_contain_text(
        "Dashed: the same median of the loss of 1 held-out point"
    )
    desk.wait(
        "() => document.querySelector('#moment-data .figure').data.some(({ meta }) => meta.role === 'held out')"
    )
    desk.change("held_out", "0")
    with desk.redraw():
        page.get_by_role("button", name="Remove the last point").click()
    assert table.input_value().splitlines() == rows[:3]
