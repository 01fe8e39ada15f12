"""scikit-learn's SGD at B = 1: a ``partial_fit`` an update, for the path is what is wanted."""

from typing import Any

import numpy as np
from sklearn.linear_model import SGDClassifier, SGDRegressor

from benchmarks.peers import Peer
from benchmarks.workloads import Call, Descent, Result, Work


def _prepare(work: Work) -> Call | None:
    if not isinstance(work, Descent) or work.batch_sizes != (1,) or work.replicas > 1:
        return None
    plain = {"penalty": None, "learning_rate": "constant", "eta0": work.rate, "shuffle": False}
    columns = work.problem.columns
    if work.problem.surface.id == "least-squares":
        inputs = np.column_stack([np.ones(work.problem.size), columns[0]])
        return lambda: _path(work, SGDRegressor(fit_intercept=False, **plain), inputs, {})
    if work.problem.surface.id == "logistic":
        inputs = np.column_stack(columns[:2])
        classes = {"classes": np.array([-1.0, 1.0])}
        model = SGDClassifier
        return lambda: _path(
            work, model(loss="log_loss", fit_intercept=False, **plain), inputs, classes
        )
    return None


def _path(work: Descent, model: Any, inputs: Any, first: dict[str, Any]) -> Result:
    labels = work.problem.columns[-1]
    model.partial_fit(inputs[:1], labels[:1], **first)  # makes coef_, which then is set
    model.coef_[:] = work.problem.surface.start
    rng = np.random.default_rng([work.seed, 0])
    path = [model.coef_.ravel().copy()]
    for _ in range(work.epochs):
        for i in rng.permutation(work.problem.size):
            model.partial_fit(inputs[i : i + 1], labels[i : i + 1])
            path.append(model.coef_.ravel().copy())
    points = np.array(path)
    return points[:, :1], points[:, 1:]


PEERS = (Peer("scikit-learn", _prepare, limit=2_500),)
