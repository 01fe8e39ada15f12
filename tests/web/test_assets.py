"""Static files: hashed, kept for good, compressed once, and found again under an old hash."""

import asyncio
import gzip
import re
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import brotli
import httpx
import pytest
from starlette.applications import Starlette

from app.resources import STATIC, plotly_bundle
from app.web.assets import COMPILE_ALL, Assets, AssetsMount

Get = Callable[..., httpx.Response]
TEXT = "body { color: red }\n" * 100


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    (tmp_path / "js").mkdir()
    (tmp_path / "js" / "main.js").write_text('import "./other.js";\n', encoding="utf-8")
    (tmp_path / "style.css").write_text(TEXT, encoding="utf-8")
    (tmp_path / "dot.png").write_bytes(bytes(range(256)) * 8)
    return tmp_path


def ask(assets: Assets, path: str, method: str = "GET", **headers: str) -> httpx.Response:
    async def answer() -> httpx.Response:
        app = Starlette(routes=[AssetsMount("/static", app=assets, name="static")])
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://test"
        ) as client:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            async with client.stream(method, f"/static{path}", headers=named) as reply:
                raw = b"".join([part async for part in reply.aiter_raw()])
                return httpx.Response(
                    reply.status_code, headers=reply.headers, extensions={"raw": raw}
                )

    return asyncio.run(answer())


def compressed(directory: Path) -> Assets:
    assets = Assets({"": directory})
    assets.compress_all()
    return assets


def test_the_version_follows_content_and_names(directory: Path) -> None:
    first = Assets({"": directory}).version
    assert Assets({"": directory}).version == first
    (directory / "style.css").write_text("body {}", encoding="utf-8")
    second = Assets({"": directory}).version
    (directory / "style.css").rename(directory / "other.css")
    assert len({first, second, Assets({"": directory}).version}) == 3


def test_urls_have_the_version_in_them(directory: Path) -> None:
    assets = Assets({"": directory})
    mount = AssetsMount("/static", app=assets, name="static")
    assert mount.url_path_for("static", path="js/main.js") == f"/static/{assets.version}/js/main.js"


@pytest.mark.parametrize(
    ("accepted", "encoding", "decode"),
    [
        ("gzip, deflate, br", "br", brotli.decompress),
        ("gzip", "gzip", gzip.decompress),
        ("br;q=0, gzip", "gzip", gzip.decompress),
        ("identity", None, bytes),
        ("", None, bytes),
    ],
)
def test_encodings(
    directory: Path, accepted: str, encoding: str | None, decode: Callable[[bytes], bytes]
) -> None:
    assets = compressed(directory)
    reply = ask(assets, f"/{assets.version}/style.css", accept_encoding=accepted)
    assert reply.headers.get("Content-Encoding") == encoding
    assert decode(reply.extensions["raw"]) == TEXT.encode()
    assert int(reply.headers["Content-Length"]) == len(reply.extensions["raw"])
    assert reply.headers["Content-Type"].startswith("text/css")
    assert reply.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert reply.headers["Vary"] == "Accept-Encoding"
    held = ask(assets, f"/{assets.version}/style.css", if_none_match="*", accept_encoding=accepted)
    assert (held.status_code, held.headers["Vary"]) == (304, "Accept-Encoding")
    head = ask(assets, f"/{assets.version}/style.css", "HEAD", accept_encoding=accepted)
    assert head.extensions["raw"] == b""
    assert head.headers["Content-Length"] == reply.headers["Content-Length"]


def test_pictures_and_short_texts_are_left_as_they_are(directory: Path) -> None:
    assets = compressed(directory)
    for name in ("dot.png", "js/main.js"):
        reply = ask(assets, f"/{assets.version}/{name}", accept_encoding="br, gzip")
        assert "Content-Encoding" not in reply.headers
        assert "Vary" not in reply.headers


@pytest.mark.parametrize("path", ["/0123456789abcdef/style.css", "/style.css"])
def test_a_page_from_before_gets_the_files_of_today_and_asks_again(
    directory: Path, path: str
) -> None:
    assets = compressed(directory)
    reply = ask(assets, path)
    assert (reply.status_code, reply.headers["Cache-Control"]) == (200, "no-cache")
    again = ask(assets, path, if_none_match=reply.headers["ETag"])
    assert (again.status_code, again.extensions["raw"]) == (304, b"")


@pytest.mark.parametrize("path", ["/none.css", "/", "/x/../../secret", "/x/%2e%2e/secret"])
def test_there_is_nothing_else(directory: Path, path: str) -> None:
    assert ask(Assets({"": directory / "js"}), path).status_code == 404


def test_files_are_only_read(directory: Path) -> None:
    reply = ask(Assets({"": directory}), "/style.css", "POST")
    assert (reply.status_code, reply.headers["Allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("path", ["/", "/noise", "/tradeoff", "/learn", "/docs", "/embed/loss"])
def test_every_file_of_a_page_is_there_and_kept_for_good(get: Get, path: str) -> None:
    files = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', get(path).text))
    assert len(files) > 2
    for file in files:
        reply = get(file)
        assert reply.status_code == 200
        assert "immutable" in reply.headers["Cache-Control"]


def test_scripts_find_each_other(get: Get) -> None:
    home = re.findall(r'src="(/static/[^"]+/js/)main.js"', get("/").text)[0]
    scripts = [script.read_text(encoding="utf-8") for script in (STATIC / "js").glob("*.js")]
    named = {name for text in scripts for name in re.findall(r'from "(\./[^"]+)"', text)}
    assert len(named) > 10
    for name in sorted(named):
        url = f"{PurePosixPath(home) / name}"
        assert get(url).headers["Content-Type"].startswith("text/javascript"), name


def test_plotly_is_the_packages_own_with_a_hint_to_compile_it(get: Get) -> None:
    (url,) = re.findall(r'data-plotly="([^"]+)"', get("/").text)
    sent = get(url, Accept_Encoding="identity").content
    assert sent == COMPILE_ALL + plotly_bundle().read_bytes()
    assert not [path for path in STATIC.rglob("*.js") if path.stat().st_size > 50_000]
