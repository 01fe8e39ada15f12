"""The picture of a link, as PNG."""

from io import BytesIO

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from app.figures.theme import THEMES
from app.science.problems import SURFACES
from tests.api.reading import Get

FEW = "examples=64&epochs=2"
SIZES = {1: "1", 8: "8", 64: "full"}
PICTURE = "/api/v1/picture"


def pixels(get: Get, query: str) -> NDArray[np.uint8]:
    reply = get(f"{PICTURE}?{query}")
    assert reply.status_code == 200
    with Image.open(BytesIO(reply.content)) as image:
        assert (image.format, image.size, image.mode) == ("PNG", (1200, 630), "RGB")
        return np.asarray(image)


def of_colour(image: NDArray[np.uint8], colour: str) -> NDArray[np.bool_]:
    rgb = [int(part) for part in colour[4:-1].split(",")]
    return np.asarray(np.all(image == rgb, axis=2))


@pytest.mark.parametrize("surface", ["least-squares", "ackley", "saddle"])
def test_every_batch_size_is_named_in_its_colour_and_drawn_in_it(get: Get, surface: str) -> None:
    sizes = "&".join(f"batch_size={size}" for size in SIZES.values())
    image = pixels(get, f"surface={surface}&{FEW}&{sizes}")
    # Strict: a full batch's end lies over the others' where all of them end together.
    drawn = {size: of_colour(image, THEMES["light"].batch_size(size, 64)) for size in SIZES}
    assert all(each[:, 820:].sum() > 300 for each in drawn.values())
    assert drawn[64][:, :800].sum() > 30
    assert sum(each[:, :800].sum() > 30 for each in drawn.values()) >= 2


def in_plane(surface: str, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Where points of a surface whose axes have one unit are, in pixels."""
    (left, right), (bottom, top) = SURFACES[surface].domain
    scale = min(760 / (right - left), 566 / (top - bottom))
    corner = 32 + (np.array([760, 566]) - scale * np.array([right - left, top - bottom])) / 2
    return corner + scale * (points - [left, top]) * [1, -1]


def test_an_end_lies_where_the_run_ended(get: Get) -> None:
    query = "surface=himmelblau&batch_size=1&epochs=1&seed=3"
    image = pixels(get, query)
    (path,) = get(f"/api/v1/paths?{query}").json()["paths"]
    x, y = np.rint(in_plane("himmelblau", np.array(path["final"]["point"]))).astype(int)
    around = image[y - 2 : y + 3, x - 2 : x + 3]
    assert of_colour(around, THEMES["light"].batch_size(1, 1050)).mean() > 0.9


def test_it_differs_as_its_link_does_and_is_kept_as_other_answers(get: Get) -> None:
    first = get(f"{PICTURE}?{FEW}")
    assert first.headers["Content-Type"] == "image/png"
    assert first.headers["Cache-Control"] == "public, max-age=3600"
    etag = first.headers["ETag"]
    assert get(f"{PICTURE}?{FEW}", if_none_match=etag).status_code == 304
    head = get(f"{PICTURE}?{FEW}", "HEAD")
    assert (head.status_code, head.content, head.headers["ETag"]) == (200, b"", etag)
    others = {get(f"{PICTURE}?{FEW}&{more}").headers["ETag"] for more in ("seed=1", "lang=ja")}
    assert len(others | {etag}) == 3
    refused = get(f"{PICTURE}?surface=bowl&learning_rate=-1")
    assert (refused.status_code, refused.json()["errors"][0]["parameter"]) == (422, "learning_rate")


def test_a_run_that_diverges_leaves_the_plane_the_way_it_went(get: Get) -> None:
    query = "surface=himmelblau&learning_rate=2&batch_size=full&epochs=9"
    image = pixels(get, query)
    colour = THEMES["light"].batch_size(1050, 1050)
    y, x = np.nonzero(of_colour(image[:, :792], colour))
    assert len(x) > 100
    points = get(f"/api/v1/paths?{query}").json()["paths"][0]["points"]
    way = in_plane("himmelblau", np.column_stack([points["w0"], points["w1"]]))
    assert np.abs(way).max() > 1500  # far out
    first, along = way[:-1], np.diff(way, axis=0)
    seen = np.column_stack([x, y])[:, None] + 0.5 - first
    share = np.clip(np.sum(seen * along, axis=2) / np.sum(along**2, axis=1), 0, 1)
    away = np.linalg.norm(seen - share[..., None] * along, axis=2).min(axis=1)
    assert away.max() < 4
