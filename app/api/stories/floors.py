"""Stories of what noise leaves: floors, and what lowers them."""

from app.api.stories.story import INDEPENDENT, Story
from app.words.stories import noise

NOISE_FLOOR = Story(
    title="Noise floor",
    question=(
        "Three batch sizes are trained at one learning rate, for as many epochs. Which of "
        "them stop coming closer to the minimum, and why?"
    ),
    query={"surface": "bowl", "learning_rate": 0.2, "epochs": 60},
    tell=noise.noise_floor,
    turn="Take the noise away: every example pulls the same way (noise = 0).",
    turned={"noise": 0},
)

GROWING_BATCH = Story(
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
)

MOMENTUM_FLOOR = Story(
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
)
