"""Terms where they stand first in a page's text, and what is said of them."""

import html
import re
from collections.abc import Callable
from typing import TypeAlias

import httpx
import numpy as np
import pytest

from app.language.speech import CATALOGUES, speaking, translated
from app.pages.terms import explained
from app.science.noise.point import noise_at
from app.science.problems import SURFACES
from app.science.problems.problem import build_problem
from app.words.terms import TERMS

Get: TypeAlias = Callable[..., httpx.Response]
BUTTON = re.compile(
    r'<button type="button" class="term" popovertarget="what-([\w-]+)">([^<]+)</button>'
)


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("path", ["/", "/noise", "/tradeoff", "/learn"])
def test_every_term_opens_what_is_said_of_it(get: Get, path: str, language: str) -> None:
    page = get(f"{path}?lang={language}").text
    main, after = page.split("</main>")
    marked = [id_ for id_, _ in BUTTON.findall(main)]
    assert len(marked) >= 4
    assert len(set(marked)) == len(marked)  # each once, where it comes first
    row = [id_ for id_, _ in BUTTON.findall(after)]
    assert row == ([] if path == "/learn" else list(TERMS))
    glossary = re.findall(r'<div id="term-([\w-]+)">', page)
    assert glossary == (list(TERMS) if path == "/learn" else [])
    for id_, term in TERMS.items():
        (said,) = re.findall(rf'<div popover id="what-{id_}".*?</div>', page, re.DOTALL)
        with speaking(language):
            assert translated(term.sentence) in html.unescape(said)
        assert f"#term-{id_}" in said


def test_only_the_terms_of_sentences_are_marked() -> None:
    page = (
        '<p>The update&#39;s &amp; epochs, <a href="/?a=1&amp;b">replica</a> <br> a critical '
        'batch size</p><p role="status">covariance</p><label>noise scale</label>'
        "<div>plateau</div><li>epoch<li>An Excess loss was updated</ul>"
    )
    marked = str(explained(page))
    assert BUTTON.sub(r"\2", marked) == page
    assert BUTTON.findall(marked) == [
        ("update", "update"),
        ("epoch", "epochs"),
        ("critical-batch-size", "critical batch size"),
        ("excess-loss", "Excess loss"),
    ]


def test_the_words_are_those_of_the_pages() -> None:
    """A term that no text has is none of theirs."""
    catalogue = (CATALOGUES / "ja.po").read_text(encoding="utf-8").splitlines()
    said = "\n".join(line for line in catalogue if line.startswith("msgid"))
    for term in TERMS.values():
        assert len(re.findall(rf"\b{term.term}", said, re.IGNORECASE)) > 1, term


@pytest.mark.parametrize("id_", ["least-squares", "rosenbrock", "logistic"])
def test_what_is_said_of_noise_is_true(id_: str) -> None:
    """Covariance and noise scale, from every example's gradient at the start."""
    surface = SURFACES[id_]
    problem = build_problem(surface, 60)
    gradients = np.stack(surface.loss.gradient(*surface.start, problem.columns), axis=-1)
    mean = gradients.mean(axis=0)
    scatter = gradients - mean
    covariance = scatter.T @ scatter / len(gradients)
    noise = noise_at(problem, surface.start)
    scale = np.trace(covariance) / (mean @ mean)
    assert noise.noise_scale == pytest.approx(scale)
    rng = np.random.default_rng(0)
    size = max(1, round(scale))
    draws = gradients[rng.integers(60, size=(20_000, size))].mean(axis=1) - mean
    assert (draws**2).sum(axis=1).mean() == pytest.approx(mean @ mean * scale / size, rel=0.05)
    without = np.stack([gradients[rng.permutation(60)[:7]].mean(axis=0) for _ in range(4000)])
    # The largest variance of any direction, which is at most that with replacement.
    assert np.linalg.eigvalsh(np.cov(without.T))[-1] < np.linalg.eigvalsh(covariance / 7)[-1]
