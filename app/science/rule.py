"""What an optimizer is: an update rule with all that is told about it."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from inspect import signature
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias

from app.science.arrays import Values
from app.science.formulas.told import Told, told
from app.science.formulas.update import unpacked

# What a rule remembers of the gradients so far; each moment has the shape of a gradient.
State: TypeAlias = Any


class Optimizer(NamedTuple):
    """An initial state, and the pure function from it onwards.

    Attributes:
        init: the state of each coordinate before the first update: None, a number or several.
        formula: ``(state, gradient, rate, **hyperparameters) -> (step, state)``, written with
            arithmetic alone and powers: of numbers, of arrays, and of a formula's nodes.
        hyperparameters: by the names of its arguments.
    """

    init: State
    formula: Callable[..., tuple[Any, State]]
    hyperparameters: Mapping[str, float] = MappingProxyType({})

    def update(self, state: State, gradient: Values, rate: Values) -> tuple[Values, State]:
        """The step to add to the weights, and the next state."""
        return self.formula(state, gradient, rate, **self.hyperparameters)

    def following(self, power: float, names: Collection[str]) -> "Optimizer":
        """The same, with some of its hyperparameters raised to a power."""
        raised = {name: b**power for name, b in self.hyperparameters.items() if name in names}
        return self._replace(hyperparameters={**self.hyperparameters, **raised})


class Chosen(NamedTuple):
    """The rule of a run.

    Attributes:
        name: in the registry.
        hyperparameters: by the names of its factory's arguments.
        alone: whether all runs beside it have the same one, so that no picture has to tell it.
    """

    name: str
    hyperparameters: Mapping[str, float] = MappingProxyType({})
    alone: bool = True


@dataclass(frozen=True, kw_only=True)
class Hyperparameter:
    """A number that rules take, by the name of a factory's argument, which has its default.

    Attributes:
        title: name for people.
        symbol: its letter, in LaTeX.
        meaning: what it does in a rule.
        description: what it is, and of which rules.
        least, most: its bounds, as a request may have it.
        follows: whether it may follow the batch size: a share that is left after an update.
    """

    title: str
    symbol: str
    meaning: str
    description: str
    least: float
    most: float
    follows: bool = False


@dataclass(frozen=True, kw_only=True)
class Rule:
    """An optimizer with all that is told about it, callable with its hyperparameters.

    Attributes:
        make: the factory; its arguments are the hyperparameters.
        title: name for people.
        symbol, dash: of its points and lines, as Plotly calls them.
        adaptive: whether a step is about the learning rate itself, however large the gradient, so
            that a surface's adaptive rate is its default.
        moments: what is kept of the gradients, by name: what each is. All are 0 at first.
        pytorch, keras: PyTorch's (of ``{weights}``) and Keras' own optimizer at ``{rate}``; empty
            where there is none that does the same.
        pytorch_decoupled: PyTorch's own with decoupled weight decay, as ``pytorch``.
        keras_differs: how Keras' own differs; where ``keras`` is given, only while the learning
            rate changes.
        plain_without: the hyperparameter that at 0 makes it plain gradient descent.
        smoothed_square: ``(state, **hyperparameters)`` -> ŝ, the smoothed square of the gradient,
            its start corrected where the rule does so, by which steps are scaled: × 1/(√ŝ + ϵ).
            None of a rule that scales no coordinate by itself; 0/0 before the first update.
        edge: of its hyperparameters: the largest ε·λ at which steps on a quadratic of curvature λ
            stay bounded (Cohen et al. 2021, arXiv:2103.00065); None of
            an adaptive rule, whose steps have no such bound of λ alone.
    """

    make: Callable[..., Optimizer]
    title: str
    symbol: str
    dash: str
    adaptive: bool = False
    moments: Mapping[str, str] = field(default_factory=dict)
    pytorch: str = ""
    pytorch_decoupled: str = ""
    keras: str = ""
    keras_differs: str = ""
    plain_without: str = ""
    smoothed_square: Callable[..., Values] | None = None
    edge: Callable[..., float] | None = None

    def __call__(self, **hyperparameters: float) -> Optimizer:
        """An optimizer.

        Raises:
            ParameterError: a hyperparameter outside what the factory says.
        """
        return self.make(**hyperparameters)

    @property
    def hyperparameters(self) -> dict[str, float]:
        """Their names and defaults."""
        return {name: each.default for name, each in signature(self.make).parameters.items()}

    @property
    def told(self) -> Told:
        """Its formula in names, of which scripts and the typeset rule are made."""
        made = self.make()
        return told(
            made.formula, tuple(made.hyperparameters), unpacked(made.init), tuple(self.moments)
        )
