"""What a run is called: its batch size, after its update rule where there are several."""

from app.language.speech import gettext as _
from app.language.speech import translated
from app.science.optimizers import OPTIMIZERS
from app.science.rule import Chosen
from app.words.numbers import batch_size_label


def run_label(batch_size: int, examples: int, rule: Chosen) -> str:
    """A run's batch size for people, after its rule where there are several."""
    size = batch_size_label(batch_size, examples)
    return size if rule.alone else _("{rule}, {size}", rule=rule_title(rule), size=size)


def rule_title(rule: Chosen) -> str:
    """The name of a rule for people."""
    return translated(OPTIMIZERS[rule.name].title)
