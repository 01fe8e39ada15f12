"""The stories: named pictures, each a query of paths and the sentence that its runs bear out."""

from typing import Any, NamedTuple
from urllib.parse import urlencode

from app.api.compute.runs import get_comparison
from app.api.queries.resolved import resolved
from app.api.queries.rules import RulesQuery
from app.api.queries.run import RunQuery
from app.science.points.examples import rare_points
from app.web.cache import Cache
from app.words.stories import (
    balanced,
    clipping,
    micro_batches,
    noise,
    orders,
    places,
    poisson,
    rare,
    rates,
    rules,
    schedules,
    workers,
)
from app.words.stories.shared import Tell

FREE = {"seed", "max_points"}  # what may differ from a story's query: its sentence is made anew


class Story(NamedTuple):
    """A picture worth a name.

    Attributes:
        title: its name for people.
        question: what a class is asked before it is told.
        query: `RulesQuery`'s parameters; those left out have their defaults.
        tell: the runs of ``query`` and of each of ``beside`` -> what they show.
        turn: a change by which they show something else, in words.
        turned: the parameters that it changes.
        beside: what it is compared with: parameters that take the place of some of ``query``,
            None for their defaults.
    """

    title: str
    question: str
    query: dict[str, Any]
    tell: Tell
    turn: str
    turned: dict[str, Any]
    beside: tuple[dict[str, Any], ...] = ()

    @property
    def address(self) -> str:
        """The query as a link has it."""
        return urlencode(self.query, doseq=True)

    @property
    def other(self) -> "Story":
        """The story with its change made."""
        return self._replace(query=self.query | self.turned)

    def queries(self, seed: int) -> list[RulesQuery]:
        """What ``tell`` is told of, for a seed of the sampling."""
        asked = [self.query, *(self.query | changed for changed in self.beside)]
        return [
            RulesQuery.model_validate(
                {name: value for name, value in query.items() if value is not None} | {"seed": seed}
            )
            for query in asked
        ]


INDEPENDENT = {"surface": "bowl", "sampling": "with-replacement"}  # where floors follow ε/B

STORIES: dict[str, Story] = {
    "noise-floor": Story(
        title="Noise floor",
        question=(
            "Three batch sizes are trained at one learning rate, for as many epochs. Which of "
            "them stop coming closer to the minimum, and why?"
        ),
        query={"surface": "bowl", "learning_rate": 0.2, "epochs": 60},
        tell=noise.noise_floor,
        turn="Take the noise away: every example pulls the same way (noise = 0).",
        turned={"noise": 0},
    ),
    "escape": Story(
        title="Escape from a poor minimum",
        question=(
            "All paths start beside a poor minimum. Which batch sizes find their way to a "
            "better one, and what helps them out?"
        ),
        query={
            "surface": "six-hump-camel",
            "batch_size": [1, 2, 4, "full"],
            "epochs": 20,
            "replicas": 20,
        },
        tell=places.escape,
        turn="Take the noise away: every example pulls the same way (noise = 0).",
        turned={"noise": 0},
    ),
    "basins": Story(
        title="The draw decides the basin",
        question=(
            "Twenty paths of each batch size start at one point, and only the draw of their "
            "mini-batches differs. Do they end at the same minimum?"
        ),
        query={
            "surface": "himmelblau",
            "start": "-0.27,-0.92",
            "batch_size": [8, 32, "full"],
            "replicas": 20,
        },
        tell=places.basins,
        turn="Start inside one basin instead of between several (start = 3,1.5).",
        turned={"start": "3,1.5"},
    ),
    "saddle": Story(
        title="A saddle only noise leaves",
        question=(
            "The full batch comes to a place where the slope is zero, and stops. Is it a "
            "minimum, and what do small batches do there?"
        ),
        query={
            "surface": "saddle",
            "batch_size": [8, 64, "full"],
            "learning_rate": 0.1,
            "replicas": 20,
        },
        tell=places.saddle,
        turn="Start to one side of the ridge (start = 2,0.5).",
        turned={"start": "2,0.5"},
    ),
    "linear-scaling": Story(
        title="Linear scaling breaks",
        question=(
            "Twice the batch, twice the learning rate: up to which batch size does this rule "
            "leave the loss as low?"
        ),
        query=INDEPENDENT
        | {
            "examples": 1024,  # no batch size leaves a smaller one over
            "batch_size": [8, 32, 128, 512, "full"],
            "learning_rate": 0.11,
            "lr_scaling": "linear",
            "epochs": 60,
            "replicas": 20,
        },
        tell=rates.linear_scaling,
        turn="Take a smaller learning rate for all of them (0.02).",
        turned={"learning_rate": 0.02},
    ),
    "growing-batch": Story(
        title="Grow the batch, keep the rate",
        question=(
            "When the loss no longer falls, one may divide the learning rate or enlarge the "
            "batch. Do both end alike, and which takes fewer updates?"
        ),
        query=INDEPENDENT
        | {
            "batch_size": [6],
            "learning_rate": 0.2,
            "batch_schedule": "double",
            "batch_factor": 5,
            "batch_epochs": 10,
            "epochs": 30,
            "replicas": 64,
        },
        tell=noise.growing_batch,
        turn=(
            "Grow the batch to twice its size each time, not to five times; the rate is still "
            "divided by five."
        ),
        turned={"batch_factor": 2},
        beside=(
            {
                "batch_schedule": None,
                "batch_factor": None,
                "batch_epochs": None,
                "lr_schedule": "step",
                "decay_factor": 1 / 5,
                "decay_epochs": 10,
            },
        ),
    ),
    "last-batch": Story(
        title="Last batch of one",
        question=(
            "1,025 examples are cut into batches of 128. How many are left for the last batch, "
            "and what does the step on it do?"
        ),
        query={
            "surface": "bowl",
            "examples": 1025,
            "batch_size": [128, 41],
            "epochs": 40,
            "replicas": 20,
        },
        tell=noise.last_batch_of_one,
        turn="Let the last batch count by its size (remainder = weight).",
        turned={"remainder": "weight"},
    ),
    "mean-of-means": Story(
        title="A mean of means",
        question=(
            "Batches of 128 are taken as 4 micro-batches of 32, and 1,057 examples leave 33 over: "
            "32 and 1. If the means of the micro-batches are averaged, what does the last example "
            "count?"
        ),
        query={
            "surface": "bowl",
            "examples": 1057,
            "batch_size": [128],
            "epochs": 40,
            "replicas": 20,
            "accumulate": 4,
            "accumulation": "means",
        },
        tell=micro_batches.mean_of_means,
        turn="Take 1,056 examples, so that 32 are left over (examples = 1056).",
        turned={"examples": 1056},
        beside=({"accumulation": None},),
    ),
    "workers-apart": Story(
        title="Workers in valleys of their own",
        question=(
            "Four workers take a quarter of each batch of 32 and step by themselves. After 256 "
            "updates their weights are averaged. How good are the weights that come of it?"
        ),
        query={
            "surface": "himmelblau",
            "batch_size": [32],
            "updates": 256,
            "remainder": "drop",
            "workers": 4,
            "sync_every": 256,
        },
        tell=workers.valleys_apart,
        turn="Average their weights after every update (sync_every = 1).",
        turned={"sync_every": 1},
        beside=({"workers": None, "sync_every": None},),
    ),
    "sorted-examples": Story(
        title="Sorted, not shuffled",
        question=(
            "The examples lie in a file sorted by y, and nobody shuffles them. What does a batch "
            "of 8 see of them, and where does training end?"
        ),
        query={"batch_size": [8, 32, "full"], "sampling": "sorted"},
        tell=orders.sorted_examples,
        turn="Take two classes, sorted by class (surface = logistic).",
        turned={"surface": "logistic"},
        beside=({"sampling": None},),
    ),
    "clipped-gradients": Story(
        title="Clipped gradients mislead",
        question=(
            "Every gradient longer than 0.2 is clipped to that length, as in many training loops. "
            "At which batch size does it act most often, and does training still end at the "
            "minimum?"
        ),
        query={
            "surface": "logistic",
            "batch_size": [1, 8, 64],
            "clip": 0.2,
            "replicas": 2,
        },
        tell=clipping.clipped_gradients,
        turn="Clip only gradients longer than 2 (clip = 2).",
        turned={"clip": 2},
        beside=({"clip": None},),
    ),
    "rare-class": Story(
        title="A rare class",
        question=(
            "One example in twenty is of the rare class. How many batches of 8 hold none of it, "
            "and is it learned all the same?"
        ),
        query={
            "surface": "logistic",
            "rare_share": 0.05,
            "batch_size": [8, 32, "full"],
            "epochs": 20,
            "replicas": 2,
        },
        tell=rare.rare_class,
        turn="Sort the examples by class, too (sampling = sorted).",
        turned={"sampling": "sorted"},
    ),
    "weighted-sampler": Story(
        title="A weighted sampler",
        question=(
            "One point in ten is of the rare class, and a sampler draws both classes as often. "
            "Does that only take noise away, or do even batches as large as the data end elsewhere?"
        ),
        query={
            "surface": "model",
            "model": "w0 + w1*x0",
            "points": rare_points(),
            "batch_size": [8, "full"],
            "epochs": 40,
            "replicas": 20,
            "sampling": "balanced",
        },
        tell=balanced.weighted_sampler,
        turn="Draw every example alike (sampling = with-replacement).",
        turned={"sampling": "with-replacement"},
        beside=({"sampling": None},),
    ),
    "poisson-batches": Story(
        title="Poisson batches",
        question=(
            "All examples pull the same way, so no example leads astray. Each joins a batch of "
            "about 8 by a draw of its own, and the sum of their gradients is divided by 8, as in "
            "private training. Do twenty replicas come equally far?"
        ),
        query={
            "surface": "bowl",
            "noise": 0,
            "batch_size": [8, "full"],
            "sampling": "poisson",
            "updates": 12,
            "replicas": 20,
        },
        tell=poisson.poisson_batches,
        turn="Let the examples disagree, too (noise = 2).",
        turned={"noise": 2},
        beside=({"sampling": None},),
    ),
    "warm-up": Story(
        title="Warm up, where the start is steep",
        question=(
            "The learning rate is too large for the place where the run starts. Does a warm-up "
            "of 40 updates change where it ends, and at which batch size?"
        ),
        query={
            "surface": "himmelblau",
            "start": "4.5,4.5",
            "batch_size": [256, 512, "full"],
            "learning_rate": 0.02,
            "warmup": 40,
            "replicas": 20,
        },
        tell=schedules.warm_up,
        turn="Take a rate that the start bears, for twice as long (0.004, 120 epochs).",
        turned={"learning_rate": 0.004, "epochs": 120},
        beside=({"warmup": None},),
    ),
    "decay-counted": Story(
        title="Decay by updates or by epochs",
        question=(
            "A schedule written for B = 8 divides the rate by five each 2,640 updates, 20 epochs. "
            "What does it do at B = 128 in as many epochs?"
        ),
        query=INDEPENDENT
        | {
            "noise": 4,
            "batch_size": [8, 128],
            "learning_rate": 0.1,
            "lr_schedule": "step",
            "decay_factor": 0.2,
            "decay_unit": "updates",
            "decay_updates": 2640,
            "epochs": 80,
            "replicas": 20,
        },
        tell=schedules.decay_counted,
        turn="Count the updates that B = 128 makes in 20 epochs (decay_updates = 180).",
        turned={"decay_updates": 180, "batch_size": [128]},
        beside=({"decay_unit": None, "decay_updates": None, "decay_epochs": 20},),
    ),
    "limit-of-one": Story(
        title="Limit of B = 1",
        question=(
            "One learning rate for all batch sizes: which of them can bear it, and which are "
            "thrown out?"
        ),
        query={"learning_rate": 0.6, "replicas": 20},
        tell=rates.limit_of_one,
        turn="Take a much smaller learning rate (0.01).",
        turned={"learning_rate": 0.01},
    ),
    "momentum-floor": Story(
        title="Momentum's floor",
        question=(
            "Momentum is said to smooth the path. Does training end closer to the minimum with "
            "it, at the same learning rate?"
        ),
        query=INDEPENDENT
        | {
            "batch_size": [8],
            "optimizer": "momentum",
            "learning_rate": 0.02,
            "epochs": 60,
            "replicas": 20,
        },
        tell=noise.momentum_floor,
        turn="Turn momentum off (optimizer = sgd).",
        turned={"optimizer": "sgd"},
        beside=({"optimizer": "sgd"}, {"optimizer": "sgd", "learning_rate": 0.2}),
    ),
    "noise-and-adam": Story(
        title="Adam takes noise for size",
        question=(
            "SGD and Adam make as many updates with batches of one example as with all examples. "
            "Whom do batches of one hold back on the way to the minimum?"
        ),
        query={
            "surface": "bowl",
            "batch_size": [1, "full"],
            "optimizer": ["sgd", "adam"],
            "updates": 20,
            "replicas": 20,
        },
        tell=rules.rules_and_noise,
        turn="Take the noise away: every example pulls the same way (noise = 0).",
        turned={"noise": 0},
    ),
}


def story_of(query: RunQuery) -> str | None:
    """The id of the story whose picture a query asks for, whatever its seed."""
    asked = _what_decides(query)
    return next((name for name, decides in _DECIDES.items() if decides == asked), None)


def _what_decides(query: RunQuery) -> dict[str, Any]:
    found = resolved(query, RunQuery)
    return {name: value for name, value in found.items() if name not in FREE}


_DECIDES = {name: _what_decides(story.queries(0)[0]) for name, story in STORIES.items()}


def get_story(cache: Cache, query: RunQuery) -> dict[str, str] | None:
    """The story that a query is the picture of, and what its runs show; None if it is of none."""
    name = story_of(query)
    if name is None:
        return None
    return {"id": name, "sentence": get_sentence(cache, STORIES[name], query.seed)}


def get_sentence(cache: Cache, story: Story, seed: int) -> str:
    """What a story's runs show, for a seed of the sampling."""
    return story.tell(*(get_comparison(cache, each) for each in story.queries(seed)))
