"""What is said in which language, in threads and tasks too."""

import asyncio
import pickle
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx

from app.language.speech import gettext, language, ngettext, speaking, translated
from app.science.errors import ParameterError
from app.science.message import Message

AT_LEAST = Message(
    "at least {least:,}: {size:,} sequences of {length:,}", least=48, size=4, length=12
)


def test_a_message_is_its_english_text_and_keeps_its_template() -> None:
    assert AT_LEAST == "at least 48: 4 sequences of 12"
    copy = pickle.loads(pickle.dumps(AT_LEAST))  # noqa: S301 - our own
    assert copy == AT_LEAST
    assert copy.template == AT_LEAST.template


def test_messages_inside_messages_are_translated_too() -> None:
    error = ParameterError("tokens", 3, AT_LEAST)
    assert str(error) == "tokens is 3, which is not at least 48: 4 sequences of 12"
    with speaking("ja"):
        said = translated(error.message)
        assert translated(AT_LEAST) in said
        assert "which" not in said
    again = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert (str(again), again.allowed) == (str(error), error.allowed)


def test_plurals() -> None:
    assert [ngettext("{count} step", "{count} steps", n) for n in (1, 2, 0.5)] == [
        "1 step",
        "2 steps",
        "0.5 steps",
    ]


def test_each_task_speaks_its_own_language() -> None:
    async def said(name: str) -> tuple[str, str]:
        with speaking(name):
            await asyncio.sleep(0)
            return language(), await asyncio.to_thread(gettext, "Paths")

    async def both() -> list[tuple[str, str]]:
        return list(await asyncio.gather(said("en"), said("ja")))

    assert asyncio.run(both()) == [("en", "Paths"), ("ja", "経路")]
    with ThreadPoolExecutor() as pool:
        assert pool.submit(language).result() == "en"


Get = Callable[..., httpx.Response]


def test_the_url_decides_what_the_api_says(get: Get) -> None:
    paths = "/api/v1/paths?epochs=1&batch_size=32"
    assert get(paths).json()["summary"].startswith("In 1 epoch")
    assert get(f"{paths}&lang=ja").json()["summary"].startswith("1エポックで")
    assert get(paths, Accept_Language="ja").json() == get(paths).json()  # one URL, one answer
    ((one,), (other,)) = (get(url).json()["paths"] for url in (f"{paths}&lang=ja", paths))
    assert (one["movement"].pop("text"), other["movement"].pop("text")) == (
        "なお移動中",
        "still moving",
    )
    assert one == other
    wrong = get(f"{paths}&lang=xx")
    assert wrong.status_code == 422
    assert wrong.json()["errors"][0]["message"] == "lang is 'xx': allowed are en, ja"


def test_errors_are_said_in_the_urls_language(get: Get) -> None:
    english = get("/api/v1/paths?batch_size=5000&epochs=1").json()
    japanese = get("/api/v1/paths?batch_size=5000&epochs=1&lang=ja").json()
    assert [e["parameter"] for e in japanese["errors"]] == ["batch_size"]
    assert "1から1050までの整数" in japanese["detail"]
    assert "an integer from 1 to 1050" in english["detail"]
    for query in ("noise=-1", "epochs=1.5", "view=4d", "batch_size=0", "nothing=1", "start=1"):
        said = get(f"/api/v1/figures/paths?{query}&lang=ja").json()["errors"][0]["message"]
        assert any("ぁ" <= c <= "ん" for c in said), said


def test_a_sweep_that_is_shared_is_told_to_each_in_their_own_language(get: Get) -> None:
    sweep = "/api/v1/tradeoff?surface=bowl&examples=32&replicas=4&epochs=4&target=0.5&batch_size=4"
    events = get(f"{sweep}&lang=ja", Accept="text/event-stream").text
    assert "バッチ" in events
    assert "larger batches" not in get(f"{sweep}&lang=ja").text
    assert "バッチ" not in get(sweep).text
