"""A reader's points, over which formulas of weights and points are evaluated."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from app.science.arrays import FloatArray
from app.science.formulas.compiled import function
from app.science.formulas.update import WEIGHTS
from app.science.problems.found import Slopes
from app.science.problems.mesh import blocks


@dataclass(frozen=True, eq=False)
class Sample:
    """Points.

    Attributes:
        names: the formulas' symbols for their values.
        columns: these, an array of shape (n,) for each name.
    """

    names: tuple[str, ...]
    columns: tuple[FloatArray, ...]

    def some(self, most: int) -> "Sample":
        """At most so many of them, evenly spaced in their order."""
        chosen = np.unique(np.linspace(0, len(self.columns[0]) - 1, most).astype(int))
        return Sample(self.names, tuple(column[chosen] for column in self.columns))

    def each(self, outputs: Slopes, w0: FloatArray, w1: FloatArray) -> list[FloatArray]:
        """Formulas at weights of shape (P,) and every point, each (P, n)."""
        return self._found(outputs, w0, w1, lambda values: values)

    def mean(self, outputs: Slopes, w0: FloatArray, w1: FloatArray) -> list[FloatArray]:
        """Their means over the points, each (P,)."""
        return self._found(outputs, w0, w1, lambda values: np.asarray(values.mean(axis=1)))

    def _found(
        self,
        outputs: Slopes,
        w0: FloatArray,
        w1: FloatArray,
        reduced: Callable[[FloatArray], FloatArray],
    ) -> list[FloatArray]:
        compute = function((*WEIGHTS, *self.names), outputs)
        width = len(self.columns[0])
        parts = []
        for some in blocks(len(w0), width):
            at = w0[some, None], w1[some, None]
            with np.errstate(all="ignore"):
                found = compute(*at, *self.columns)
                parts.append([reduced(np.broadcast_to(v, (len(at[0]), width))) for v in found])
        return [np.concatenate(part) for part in zip(*parts, strict=True)]
