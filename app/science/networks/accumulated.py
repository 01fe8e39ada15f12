"""An update's gradient in a network: of its batch at once, or of micro-batches."""

from collections.abc import Sequence

from app.science.accumulation import Share, averaged, shares
from app.science.arrays import BoolArray, FloatArray
from app.science.epoch_plan import EpochPlan
from app.science.networks.network import Buffers, Network
from app.science.plan import Plan


class Accumulated:
    """Gradients of a plan's updates in some replicas."""

    def __init__(self, network: Network, plan: Plan, replicas: int | None) -> None:
        self.network, self.plan = network, plan
        self._replicas = replicas
        self._parts: dict[EpochPlan, dict[int, Sequence[Share]]] = {}
        self._buffers: dict[int, Buffers] = {}  # by the number of examples
        self._at_once = not (plan.skewed or plan.clips_each)
        self.begin(plan.epochs[0])

    def begin(self, epoch: EpochPlan) -> None:
        """Go on with updates of an epoch that is cut like this."""
        self._epoch, self._cuts = epoch, self._parts.setdefault(epoch, {})

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
        if self._at_once:
            return self._mean(theta, x, y, start, start + size), None
        parts = self._cuts.get(size)
        if parts is None:
            parts = self._cuts[size] = self._cut(size)

        def mean(some: slice) -> FloatArray:
            return self._mean(theta, x, y, start + some.start, start + some.stop)

        if self.plan.clips_each:
            return self.plan.restraint.cut_parts(mean, parts, axis=-1)
        return averaged(mean, parts), None

    def _mean(
        self, theta: FloatArray, x: FloatArray, y: FloatArray, first: int, end: int
    ) -> FloatArray:
        """The mean gradient over some consecutive examples, whose buffers are made once a size."""
        buffers = self._buffers.get(end - first)
        if buffers is None:
            buffers = self.network.buffers(self._replicas, end - first)
            self._buffers[end - first] = buffers
        if self._replicas is None:
            return self.network.gradient(theta, x[first:end], y[first:end], buffers)
        return self.network.gradient(theta, x[:, first:end], y[:, first:end], buffers)

    def _cut(self, size: int) -> Sequence[Share]:
        if not self.plan.clips_each:
            return shares(size, self._epoch.micro_batch)
        accumulation = self.plan.accumulation
        return accumulation.parts(size, accumulation.micro_batch(self._epoch.batch_size))
