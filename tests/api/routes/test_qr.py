"""QR codes of links."""

import re

import segno

from tests.api.reading import Get

LINK = "http://127.0.0.1:8000/?surface=bowl&batch_size=1&lang=ja"


def test_the_code_is_that_of_the_link(get: Get) -> None:
    reply = get(f"/api/v1/qr?text={LINK.replace('&', '%26')}")
    assert reply.headers["Content-Type"] == "image/svg+xml"
    # The dark modules, drawn as horizontal strokes, against the library's own matrix.
    (strokes,) = re.findall(r' d="(M[^"]*)"/></g>', reply.text)
    dark = set()
    x = y = 0
    for command, text in re.findall(r"([Mmh])([-\d. ]+)", strokes):
        step = [float(n) for n in text.split()]
        if command == "h":
            dark |= {(x + i, y) for i in range(int(step[0]))}
            x += int(step[0])
        elif command == "M":
            x, y = int(step[0]), int(step[1])
        else:
            x, y = x + int(step[0]), y + int(step[1])
    matrix = segno.make_qr(LINK, error="l", boost_error=False).matrix
    border = 4
    assert dark == {
        (i + border, j + border) for j, row in enumerate(matrix) for i, bit in enumerate(row) if bit
    }


def test_a_text_that_is_too_long_is_refused(get: Get) -> None:
    reply = get(f"/api/v1/qr?text={'x' * 2001}")
    assert reply.status_code == 422
    assert reply.json()["errors"][0]["parameter"] == "text"
    assert get(f"/api/v1/qr?text={'x' * 2000}").status_code == 200
