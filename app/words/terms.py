"""The terms of the pages, each with the sentence that explains it: popovers and the glossary."""

import re
from typing import NamedTuple

from app.language.speech import DEFAULT_LANGUAGE, language, translated


class Term(NamedTuple):
    """A word of the field.

    Attributes:
        term: the word, as it stands within a sentence.
        sentence: what it means on these pages; true of every surface, or it says where.
    """

    term: str
    sentence: str


TERMS: dict[str, Term] = {
    "example": Term(
        term="example",
        sentence="One of the N of whose losses the loss is the mean: a data point, or on a "
        "landscape a tilt.",
    ),
    "batch-size": Term(
        term="batch size",
        sentence="How many examples one update looks at; B for short.",
    ),
    "mini-batch": Term(
        term="mini-batch",
        sentence="The examples that one update looks at; it follows the mean of their gradients.",
    ),
    "full-batch": Term(
        term="full batch",
        sentence="A batch as large as the data. Drawn without replacement it is all examples, and "
        "its gradient is that of the loss itself, without noise.",
    ),
    "update": Term(
        term="update",
        sentence="One step of the weights, made on one mini-batch; also called iteration or step.",
    ),
    "epoch": Term(
        term="epoch",
        sentence="One pass over all N examples, or N draws where they are drawn with replacement; "
        "where a last, smaller batch is dropped, its examples are left out.",
    ),
    "learning-rate": Term(
        term="learning rate",
        sentence="The factor ε on every step: plain SGD moves the weights by ε times the gradient "
        "of the mini-batch, downhill.",
    ),
    "replica": Term(
        term="replica",
        sentence="An independent repeat of a run: the same start, examples and rule, another "
        "draw of the mini-batches.",
    ),
    "excess-loss": Term(
        term="excess loss",
        sentence="How far the loss over all examples is above that of the lowest minimum.",
    ),
    "noise-floor": Term(
        term="noise floor",
        sentence="The excess loss at which the noise of the mini-batches holds a run up, however "
        "long it goes on. In a quadratic bowl a smaller learning rate or a larger batch lowers it.",
    ),
    "gradient-noise": Term(
        term="gradient noise",
        sentence="The difference between a mini-batch's gradient and that of all examples. "
        "Nothing is added: it comes from which examples are drawn.",
    ),
    "covariance": Term(
        term="covariance",
        sentence="How far the gradients of the examples scatter around their mean, and which way: "
        "Σ. That of a mini-batch's gradient is Σ/B if drawn with replacement, at most that if not.",
    ),
    "noise-scale": Term(
        term="noise scale",
        sentence="The batch size with as much noise as slope, tr Σ/‖G‖²: with so many independent "
        "draws the noise is on average as long as the gradient (root mean square).",
    ),
    "critical-batch-size": Term(
        term="critical batch size",
        sentence="The batch size at which a run to a target takes about twice the fewest possible "
        "updates and twice the fewest possible examples.",
    ),
    "plateau": Term(
        term="plateau",
        sentence="The batch sizes from which on a larger batch saves hardly any updates; on a "
        "surface, a place where it is almost level.",
    ),
}


def occurrence(text: str, id_: str) -> re.Match[str] | None:
    """Where a term comes first in a text, in the language being spoken; in English a plural too.

    >>> occurrence("Two mini-batches", "mini-batch").group()
    'mini-batches'
    >>> occurrence("This page was updated", "update")
    """
    word = re.escape(translated(TERMS[id_].term))
    if language() == DEFAULT_LANGUAGE:
        word = rf"(?<![\w-]){word}(?:e?s)?(?![\w-])"
    return re.search(word, text, re.IGNORECASE)
