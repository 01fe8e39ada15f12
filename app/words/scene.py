"""An update as words and figures take it."""

from dataclasses import dataclass

import numpy as np

from app.science.accumulation import cut_size, is_skewed
from app.science.arrays import IntArray, Point
from app.science.cached_property import cached_property
from app.science.comparison import Run
from app.science.moment import Moment
from app.science.noise.point import PointNoise

ROUNDING = 1e-9  # of a step: by no more than that it is what plain gradient descent makes


@dataclass(frozen=True, eq=False)
class Scene:
    """An update, and every example's gradient before it.

    Attributes:
        run: whose update.
        moment: what it saw.
        noise: the examples' gradients at ``moment.before``.
        rule: the optimizer's title.
        replica: of the run, from 0.
    """

    run: Run
    moment: Moment
    noise: PointNoise
    rule: str
    replica: int = 0

    @property
    def whole(self) -> bool:
        """Whether the batch is every example, once."""
        return len(self.moment.examples) == len(self.drawn) == self.run.problem.size

    @cached_property
    def micro_batches(self) -> IntArray | None:
        """Sizes of its micro-batches, where their means count alike and they are not all of one."""
        size = len(self.moment.examples)
        micro_batch = self.run.plan.epochs[self.moment.epoch - 1].micro_batch
        if micro_batch is None or not is_skewed(size, micro_batch):
            return None
        return cut_size(size, micro_batch)

    @property
    def exact(self) -> bool:
        """Whether the batch's gradient is the full one."""
        return self.whole and self.micro_batches is None

    @cached_property
    def drawn(self) -> set[int]:
        """The examples in the batch, each of them once."""
        return set(self.moment.examples.tolist())

    @property
    def rate(self) -> float:
        """ε of this update."""
        return float(self.run.plan.rates[self.moment.update - 1])

    @property
    def expected(self) -> int:
        """B in the update's epoch."""
        return self.run.plan.epochs[self.moment.epoch - 1].batch_size

    @property
    def plain_step(self) -> Point:
        """−ε × weight × g, what plain gradient descent would make of this batch, nothing cut."""
        g0, g1 = self.moment.gradient
        weighted = self.rate * self.moment.weight
        return -weighted * g0, -weighted * g1

    @property
    def plain(self) -> bool:
        """Whether the step is just that; at a divergence, of which no step is known, not."""
        step = self.moment.step
        if step is None:
            return False
        # A step is the difference of two points, which rounding leaves as uncertain as they are.
        size = np.hypot(*self.plain_step) + np.abs(self.moment.before).max()
        return bool(np.hypot(*np.subtract(step, self.plain_step)) <= ROUNDING * size)
