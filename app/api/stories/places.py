"""Stories of where runs end: which minimum, and whether one at all."""

from app.api.stories.story import Story
from app.words.stories import places

ESCAPE = Story(
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
)

BASINS = Story(
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
)

SADDLE = Story(
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
)
