"""What ``/networks``, ``/network`` and ``/network/data`` answer."""

from typing import Any, Literal

from pydantic import Field

from app.api.queries.network import NetworkQuery
from app.api.schemas.base import Answer, request_of
from app.api.schemas.figures import FigureAnswer
from app.api.schemas.tradeoff import ProblemEvent
from app.web.description import example

NetworkRequest = request_of(
    NetworkQuery,
    "NetworkRequest",
    batch_size=list[int],
    hidden=list[int],
    optimizer=str | list[str],
    learning_rate=float | None,
)


def rule_of() -> Any:
    """Whose runs they are."""
    return Field(None, description="Their update rule; only where there are several")


class DataSetAnswer(Answer):
    """A data set."""

    id: str = Field(description="Its name, as ``data`` takes it")
    title: str = Field(description="Its name for people")
    description: str = Field(description="What it is")
    source: str = Field(description="Where it is from")
    classes: list[str] = Field(description="The classes' names, in the order of their numbers")
    columns: list[str] = Field(description="The inputs' names")
    noise: float | None = Field(
        description="Default standard deviation of each coordinate; null where it is not generated"
    )
    learning_rate: dict[str, float] = Field(description="Default learning rate, by loss")
    most_examples: int = Field(description="Training rows at most")
    installed: bool = Field(description="Whether this server can give it")


class NetworksAnswer(Answer):
    """What networks there are to train."""

    data: list[DataSetAnswer] = Field(description="The data sets")
    losses: dict[str, str] = Field(description="The losses' formulas in LaTeX, by name")
    activations: list[str] = Field(description="The activations")
    parameters: dict[str, Any] = Field(
        description="Every parameter of a network's run: its bounds, default and words, as JSON Schema has them"  # noqa: E501
    )


class OverReplicasAnswer(Answer):
    """A quantity along runs, at the recorded updates."""

    replicas: list[list[float | None]] = Field(
        description="Of each replica; null where it was not measured, or from divergence onwards"
    )
    median: list[float | None] = Field(description="Median over replicas that have not diverged")
    low: list[float | None] = Field(description="5 % quantile over replicas; the least of up to 20")
    high: list[float | None] = Field(
        description="95 % quantile over replicas; the most of up to 20"
    )


class FinalAnswer(Answer):
    """What a replica came to, exactly."""

    replica: int = Field(description="Which, from 0")
    train_loss: float | None = Field(description="Loss of the training rows; null if diverged")
    validation_loss: float | None = Field(description="Loss of the validation rows")
    test_loss: float | None = Field(description="Loss of the test rows")
    test_accuracy: float | None = Field(description="Share of test rows told rightly")
    best_update: int = Field(
        description="The recorded update at which its validation loss was lowest, before it diverged if it did"  # noqa: E501
    )
    test_accuracy_at_best: float = Field(description="Share of test rows told rightly there")
    diverged: bool = Field(description="Whether it diverged")
    diverged_at: int | None = Field(description="At which update; null if it did not")
    epoch: float = Field(description="Epochs elapsed then, or at the end of its run")
    examples_seen: int = Field(description="Examples seen then, or at the end of its run")
    clipped: int | None = Field(
        description="Updates whose gradient was clipped; null without it, or if diverged"
    )
    weights: list[float] | None = Field(
        description="Its weights, a layer after the other: W row by row, then b; null if diverged, or under way"  # noqa: E501
    )


class NetworkBatchAnswer(Answer):
    """The runs of a batch size."""

    batch_size: int = Field(description="Examples in a batch")
    optimizer: str | None = rule_of()
    title: str | None = Field(
        None, description="That rule's name for people; only where there are several"
    )
    hyperparameters: dict[str, float] = Field(
        {}, description="That rule's hyperparameters; only where there are several"
    )
    learning_rate: float = Field(description="The rate ε the runs begin with")
    updates: int = Field(description="How many updates a run makes")
    update: list[int] = Field(description="The recorded updates, from 0, the start")
    epoch: list[float] = Field(description="Epochs elapsed at each of them")
    examples_seen: list[int] = Field(description="Examples seen at each of them")
    train_loss: OverReplicasAnswer = Field(description="Loss of the training rows")
    train_accuracy: OverReplicasAnswer = Field(description="Share of them told rightly")
    validation_loss: OverReplicasAnswer = Field(description="Loss of the validation rows")
    validation_accuracy: OverReplicasAnswer = Field(description="Share of them told rightly")
    test_loss: OverReplicasAnswer = Field(description="Loss of the test rows")
    test_accuracy: OverReplicasAnswer = Field(description="Share of them told rightly")
    sharpness: OverReplicasAnswer | None = Field(
        description="λ₁, the largest eigenvalue of the training loss' Hessian; null while it is under way"  # noqa: E501
    )
    noise_scale: OverReplicasAnswer | None = Field(
        description="tr Σ/‖G‖² of the training rows; null while it is under way"
    )
    felt_noise_scale: OverReplicasAnswer | None = Field(
        description="tr PΣP/‖PG‖² of the training rows, P = 1/(√ŝ + eps) of the rule's own state; null of a rule that is not adaptive, and while it is under way"  # noqa: E501
    )
    final: list[FinalAnswer] = Field(description="What each replica came to")


class PlanePathAnswer(Answer):
    """The first replica's path in the plane."""

    batch_size: int = Field(description="Examples in a batch")
    optimizer: str | None = rule_of()
    update: list[int] = Field(description="The recorded updates, up to a divergence")
    x: list[float] = Field(description="Where it is along the first axis")
    y: list[float] = Field(description="Where it is along the second axis")
    distance: list[float] = Field(description="How far its weights are off the plane")
    loss: list[float] = Field(description="Training loss at its weights")
    loss_in_plane: list[float] = Field(description="Training loss at the plane's nearest point")


class PlaneAnswer(Answer):
    """The plane that holds most of the first replica's paths."""

    share: float = Field(description="Share of the variance of their weights that it holds")
    random_walk_share: float = Field(
        description="Share that the plane of a random walk recorded at the first run's updates would hold"  # noqa: E501
    )
    random_walks_share: float = Field(
        description="The same of walks from one start, one for each run that did not diverge"
    )
    origin: list[float] = Field(description="Its centre, weights as in ``final``")
    axes: list[list[float]] = Field(description="Its two directions, each of length 1")
    grid: dict[str, Any] = Field(
        description="Training loss over it: ``x`` and ``y`` along the axes, ``values[j][i]``"
    )
    paths: list[PlanePathAnswer] = Field(description="Each batch size's path in it")


class DisagreementAnswer(Answer):
    """On how much of the drawn area two runs tell different classes."""

    batch_size: int = Field(description="Examples in a batch")
    optimizer: str | None = rule_of()
    share: float | None = Field(
        description="Mean share of the area over all pairs of replicas; null of fewer than two"
    )
    interval: tuple[float, float] | None = Field(
        description="Its 95 % interval over replicas; null of fewer than three, or where all agree"
    )
    replicas: int = Field(description="How many are compared: those that did not diverge")


class BoundaryAnswer(Answer):
    """What runs that differ in the order of examples alone make of inputs."""

    disagreement: list[DisagreementAnswer] = Field(description="Of each batch size")


class NetworkAnswer(Answer):
    """Runs of a small network at each batch size."""

    request: NetworkRequest = Field(  # type: ignore[valid-type]
        description="Every parameter that decides the answer, as it was understood"
    )
    summary: str = Field(description="What the runs came to, in words")
    last_batch_warning: str | None = Field(
        description="What a last batch or a micro-batch of 1 does to layers that use a batch's statistics, and at which sizes; null where there is none"  # noqa: E501
    )
    batches: list[NetworkBatchAnswer] = Field(description="Of each batch size that is known")
    plane: PlaneAnswer | None = Field(description="Null while runs are under way")
    boundary: BoundaryAnswer | None = Field(
        description="Null where replicas differ in more than the order of examples: vary=order"
    )


class NetworkProgress(NetworkAnswer):
    """What is known so far."""

    done: float = Field(description="Share of the work that is done, from 0 to 1")
    seconds_left: float | None = Field(description="Seconds it will still take, about")
    trained: int = Field(description="Batch sizes, of each update rule, whose runs are there")
    asked: int = Field(description="Batch sizes asked for, of each update rule")


class DrawnNetworkProgress(NetworkProgress):
    """The same, drawn: where a ``theme`` is given, and a batch size is trained."""

    figures: dict[str, FigureAnswer] = Field(
        description="What is drawn so far, by the figures' names in URLs"
    )


class NetworkRowsAnswer(Answer):
    """What anyone needs to train a replica again."""

    train: dict[str, Any] = Field(
        description="``x``, the rows, and ``y``: class numbers, or targets where there is one output"  # noqa: E501
    )
    validation: dict[str, Any] = Field(description="The same of the validation rows")
    test: dict[str, Any] = Field(description="The same of the test rows")
    weights: list[float] = Field(
        description="First weights, a layer after the other: W row by row, then b"
    )
    layers: list[list[int]] = Field(description="Rows and columns of each layer's W")


class NetworkProgressEvent(Answer):
    """Sent whenever more is known."""

    event: Literal["progress"] = Field(description="Name of the event: more is known")
    data: DrawnNetworkProgress | NetworkProgress = Field(
        description="What is known so far, as one line of JSON"
    )


class NetworkResultEvent(Answer):
    """Sent at the end."""

    event: Literal["result"] = Field(description="Name of the event: all is known")
    data: NetworkAnswer = Field(description="The whole answer, as one line of JSON")


# So small that a description's example is answered at once.
SHORT = example("examples=40&hidden=4&batch_size=8&updates=50&replicas=1")
EVENTS = (NetworkProgressEvent, NetworkResultEvent, ProblemEvent)
