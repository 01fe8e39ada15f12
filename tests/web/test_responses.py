"""Same URL, same bytes; ETag, 304, Cache-Control and Vary on every GET of the API."""

from collections.abc import Callable
from typing import TypeAlias

import httpx
import pytest

Get: TypeAlias = Callable[..., httpx.Response]

URLS = (
    "/api/v1/surfaces",
    "/api/v1/surfaces/logistic?examples=60",
    "/api/v1/surfaces/tanh-neuron/grid?resolution=9&field=noise_scale",
    "/api/v1/surfaces/bowl/examples?examples=12",
    "/api/v1/surfaces/bowl/examples?examples=12&format=csv",
    "/api/v1/epoch-plan?batch_size=100",
    "/api/v1/paths?examples=40&replicas=3&sampling=with-replacement&optimizer=adam",
    "/api/v1/paths?examples=40&format=csv",
    "/api/v1/figures/surface?theme=dark",
    "/api/v1/figures/paths?examples=40&replicas=4&view=3d",
    "/api/v1/figures/loss?examples=40&replicas=4&axis=updates",
)
EVERY = pytest.mark.parametrize("url", URLS)


def test_same_url_same_bytes(new_get: Callable[[], Get]) -> None:
    first, second = new_get(), new_get()
    for url in URLS[1:]:
        one, other, again = first(url), second(url), first(url)
        assert one.status_code == 200
        assert one.content == other.content == again.content
        assert one.headers["ETag"] == other.headers["ETag"] == again.headers["ETag"]


@EVERY
def test_headers_of_a_cacheable_answer(get: Get, url: str) -> None:
    reply = get(url)
    assert reply.headers["ETag"].startswith('W/"')
    assert "max-age=" in reply.headers["Cache-Control"]
    assert "public" in reply.headers["Cache-Control"]
    assert "Accept" in [name.strip() for name in reply.headers["Vary"].split(",")]
    assert "Set-Cookie" not in reply.headers


@EVERY
def test_not_modified(get: Get, url: str) -> None:
    etag = get(url).headers["ETag"]
    strong = etag.removeprefix("W/")
    for held in (etag, strong, f'"other", {etag}', f'{etag},"other"', "*"):
        reply = get(url, if_none_match=held)
        assert (reply.status_code, reply.content) == (304, b"")
        assert reply.headers["ETag"] == etag
        assert "Cache-Control" in reply.headers
        assert "Accept" in reply.headers["Vary"]
    for held in ('"other"', 'W/"other"', etag[:-2] + '"', ""):
        assert get(url, if_none_match=held).status_code == 200


def test_what_is_not_modified_varies_as_the_answer_does(new_get: Callable[[], Get]) -> None:
    """Made anew or kept, of texts that are compressed and of what is small or a picture."""
    get = new_get()
    run = "examples=40&batch_size=8&epochs=1"
    more = (f"/api/v1/picture?{run}", "/api/v1/qr?text=x", f"/api/v1/figures/loss.html?{run}")
    said = set()
    for url in (*URLS, *more):
        for accepted in ("gzip, deflate", "identity"):
            anew = get(url, if_none_match="*", accept_encoding=accepted)
            whole = get(url, accept_encoding=accepted)
            kept = get(url, if_none_match="*", accept_encoding=accepted)
            assert [each.status_code for each in (anew, whole, kept)] == [304, 200, 304]
            assert anew.headers["Vary"] == whole.headers["Vary"] == kept.headers["Vary"], url
            said.add(whole.headers["Vary"])
    assert said == {"Accept", "Accept, Accept-Encoding"}


def test_other_url_other_etag(get: Get) -> None:
    url = "/api/v1/paths?examples=40&seed="
    assert get(f"{url}0").headers["ETag"] != get(f"{url}1").headers["ETag"]


def test_csv_by_format_and_by_accept(get: Get) -> None:
    url = "/api/v1/paths?examples=40&epochs=2"
    table = get(f"{url}&format=csv")
    assert table.headers["Content-Type"].startswith("text/csv")
    assert 'filename="paths.csv"' in table.headers["Content-Disposition"]
    accepted = get(url, accept="text/csv")
    assert accepted.content == table.content
    assert accepted.headers["ETag"] == table.headers["ETag"]
    for reply in (get(url), get(url, accept="*/*"), get(f"{url}&format=json", accept="text/csv")):
        assert reply.headers["Content-Type"] == "application/json"
    assert table.headers["ETag"] != get(url).headers["ETag"]


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("application/json, text/csv;q=0", "application/json"),
        ("application/json, text/csv;q=0.5", "application/json"),
        ("application/json;q=0.1, text/csv; q=0.5", "text/csv"),
        ("TEXT/CSV", "text/csv"),
        ("text/*", "text/csv"),
        ("text/csv;charset=utf-8, */*;q=0.5", "text/csv"),
        ("text/csv;q=0, */*", "application/json"),
        ("application/json;q=0, */*;q=0.1", "text/csv"),
        ("text/csv, application/json", "text/csv"),
        ("text/csv, */*", "text/csv"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/json"),
        ("image/png", "application/json"),
        ("text/csv;q=much", "application/json"),
        ("", "application/json"),
    ],
)
@pytest.mark.parametrize("resource", ["paths", "surfaces/bowl/examples", "figures/epoch-plan"])
def test_what_the_client_would_rather_have(
    get: Get, resource: str, accept: str, media_type: str
) -> None:
    url = f"/api/v1/{resource}?examples=40"
    reply = get(url, accept=accept)
    assert reply.headers["Content-Type"].partition(";")[0] == media_type
    assert get(f"{url}&format=csv", accept=accept).headers["Content-Type"].startswith("text/csv")


@pytest.mark.parametrize("accept", ["gzip;q=0", "gzip; q=0", "br, gzip;q=0", "*;q=0", "identity"])
def test_what_is_not_accepted_is_not_sent(get: Get, accept: str) -> None:
    for url in ("/api/v1/paths?examples=40", "/", "/static/js/form.js"):
        reply = get(url, accept_encoding=accept)
        assert reply.headers.get("Content-Encoding") in (
            (None, "br") if "br" in accept else (None,)
        )


def test_compressed_on_request(get: Get) -> None:
    url = "/api/v1/paths"
    small, large = get(url, accept_encoding="gzip"), get(url, accept_encoding="identity")
    assert small.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in small.headers["Vary"]
    assert "Content-Encoding" not in large.headers
    assert small.content == large.content
    assert small.headers["ETag"] == large.headers["ETag"]  # weak, so for either
