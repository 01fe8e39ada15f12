"""What ``/rule`` answers."""

from pydantic import Field

from app.api.schemas.base import Answer
from app.api.schemas.paths import RunRequest
from app.words.rule_parts import Kind


class LineAnswer(Answer):
    """A formula of the rule, with the run's numbers in it."""

    kind: Kind = Field(
        description="What it is of: the loss of one example, the mini-batch's gradient, its clipping, weight decay, a moment of the gradients, its correction, the step of the weights, the averaging of workers' weights, or the learning rate"  # noqa: E501
    )
    latex: str = Field(description="The formula in LaTeX")
    mathml: str = Field(description="The same in MathML, which browsers typeset")
    rule: str | None = Field(
        description="Name of the rule that it is of, in words, where others beside that have another; null where all have it"  # noqa: E501
    )


class LetterAnswer(Answer):
    """A letter in the formulas."""

    latex: str = Field(description="The letter in LaTeX; with its number, if it has one")
    mathml: str = Field(description="The same in MathML")
    meaning: str = Field(description="What it is, in words")


class RatesAnswer(Answer):
    """The learning rates of a batch size, scaled and scheduled."""

    batch_size: int = Field(description="Examples in a batch at the beginning")
    first: float = Field(description="ε of the first update")
    last: float = Field(description="ε of the last update")
    text: str = Field(description="The same in words")
    optimizer: str = Field(description="The update rule that they are of")


class RuleAnswer(Answer):
    """How each update of a run is made."""

    request: RunRequest = Field(  # type: ignore[valid-type]
        description="Every parameter of the run, none of them left out"
    )
    lines: list[LineAnswer] = Field(
        description="The formulas, in the order in which an update takes them; the learning rate's last, if it is not one number"  # noqa: E501
    )
    letters: list[LetterAnswer] = Field(description="The letters in them")
    rates: list[RatesAnswer] = Field(
        description="The learning rates, an entry a batch size of each rule"
    )
    note: str = Field(description="What else is to be known, in words; empty if nothing")
