"""The stories: named pictures, each a query of paths and the sentence that its runs bear out."""

from typing import Any, NamedTuple
from urllib.parse import urlencode

from app.api.compute.runs import get_comparison
from app.api.queries.resolved import resolved
from app.api.queries.run import RunQuery
from app.web.cache import Cache
from app.words.stories import noise, places, rates
from app.words.stories.shared import Tell

FREE = {"seed", "max_points"}  # what may differ from a story's query: its sentence is made anew


class Story(NamedTuple):
    """A picture worth a name.

    Attributes:
        title: its name for people.
        query: `RunQuery`'s parameters; those left out have their defaults.
        tell: the runs of ``query`` and of each of ``beside`` -> what they show.
        beside: what it is compared with: parameters that take the place of some of ``query``,
            None for their defaults.
    """

    title: str
    query: dict[str, Any]
    tell: Tell
    beside: tuple[dict[str, Any], ...] = ()

    @property
    def address(self) -> str:
        """The query as a link has it."""
        return urlencode(self.query, doseq=True)

    def queries(self, seed: int) -> list[RunQuery]:
        """What ``tell`` is told of, for a seed of the sampling."""
        asked = [self.query, *(self.query | changed for changed in self.beside)]
        return [
            RunQuery.model_validate(
                {name: value for name, value in query.items() if value is not None} | {"seed": seed}
            )
            for query in asked
        ]


INDEPENDENT = {"surface": "bowl", "sampling": "with-replacement"}  # where floors follow ε/B

STORIES: dict[str, Story] = {
    "noise-floor": Story(
        title="Noise floor",
        query={"surface": "bowl", "learning_rate": 0.2, "epochs": 60},
        tell=noise.noise_floor,
    ),
    "escape": Story(
        title="Escape from a poor minimum",
        query={
            "surface": "six-hump-camel",
            "batch_size": [1, 2, 4, "full"],
            "epochs": 20,
            "replicas": 20,
        },
        tell=places.escape,
    ),
    "basins": Story(
        title="The draw decides the basin",
        query={
            "surface": "himmelblau",
            "start": "-0.27,-0.92",
            "batch_size": [8, 32, "full"],
            "replicas": 20,
        },
        tell=places.basins,
    ),
    "saddle": Story(
        title="A saddle only noise leaves",
        query={
            "surface": "saddle",
            "batch_size": [8, 64, "full"],
            "learning_rate": 0.1,
            "replicas": 20,
        },
        tell=places.saddle,
    ),
    "linear-scaling": Story(
        title="Linear scaling breaks",
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
    ),
    "growing-batch": Story(
        title="Grow the batch, keep the rate",
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
        query={
            "surface": "bowl",
            "examples": 1025,
            "batch_size": [128, 41],
            "epochs": 40,
            "replicas": 20,
        },
        tell=noise.last_batch_of_one,
    ),
    "limit-of-one": Story(
        title="Limit of B = 1",
        query={"learning_rate": 0.6, "replicas": 20},
        tell=rates.limit_of_one,
    ),
    "momentum-floor": Story(
        title="Momentum's floor",
        query=INDEPENDENT
        | {
            "batch_size": [8],
            "optimizer": "momentum",
            "learning_rate": 0.02,
            "epochs": 60,
            "replicas": 20,
        },
        tell=noise.momentum_floor,
        beside=({"optimizer": "sgd"}, {"optimizer": "sgd", "learning_rate": 0.2}),
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
    story = STORIES[name]
    told = (get_comparison(cache, each) for each in story.queries(query.seed))
    return {"id": name, "sentence": story.tell(*told)}
