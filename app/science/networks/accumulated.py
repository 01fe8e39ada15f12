"""An update's gradient in a network: of its batch at once, or of micro-batches."""

from collections.abc import Sequence

from app.science.accumulation import Share, averaged, shares
from app.science.arrays import BoolArray, FloatArray
from app.science.networks.network import Network
from app.science.plan import Plan
from app.science.sampling import EpochPlan


class Accumulated:
    """Gradients of a plan's updates in some replicas."""

    def __init__(self, network: Network, plan: Plan, replicas: int | None) -> None:
        self.network, self.plan = network, plan
        self._parts = {
            epoch: {size: self._cut(epoch, size) for size, _ in epoch.groups}
            for epoch in {*plan.epochs}
        }
        each = [parts for of in self._parts.values() for parts in of.values()]
        lengths = {some.stop - some.start for parts in each for some, _ in parts}
        self._buffers = {length: network.buffers(replicas, length) for length in lengths}
        self._epoch = self._parts[plan.epochs[0]]

    def begin(self, epoch: EpochPlan) -> None:
        """Go on with updates of an epoch that is cut like this."""
        self._epoch = self._parts[epoch]

    def gradient(
        self, theta: FloatArray, x: FloatArray, y: FloatArray, start: int, size: int
    ) -> tuple[FloatArray, BoolArray | None]:
        """An update's gradient (…, P), and where micro-batches are clipped, if any was cut (…).

        Args:
            theta: weights, (…, P).
            x, y: inputs and targets in the epoch's order, (…, N, numbers).
            start: where in it the update begins.
            size: how many examples it has.
        """
        parts = self._epoch[size]

        def mean(some: slice) -> FloatArray:
            taken = slice(start + some.start, start + some.stop)
            buffers = self._buffers[some.stop - some.start]
            return self.network.gradient(theta, x[..., taken, :], y[..., taken, :], buffers)

        if self.plan.clips_each:
            return self.plan.restraint.cut_parts(mean, parts, axis=-1)
        if len(parts) == 1:
            return mean(parts[0].examples), None
        return averaged(mean, parts), None

    def _cut(self, epoch: EpochPlan, size: int) -> Sequence[Share]:
        if not self.plan.clips_each:
            return shares(size, epoch.micro_batch)
        accumulation = self.plan.accumulation
        return accumulation.parts(size, accumulation.micro_batch(epoch.batch_size))
