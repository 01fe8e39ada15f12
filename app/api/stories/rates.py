"""Stories of learning rates: how they follow the batch size, and how they change along a run."""

from app.api.stories.story import INDEPENDENT, Story
from app.words.stories import rates, schedules

LINEAR_SCALING = Story(
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
)

WARM_UP = Story(
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
)

DECAY_COUNTED = Story(
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
)

LIMIT_OF_ONE = Story(
    title="Limit of B = 1",
    question=(
        "One learning rate for all batch sizes: which of them can bear it, and which are "
        "thrown out?"
    ),
    query={"learning_rate": 0.6, "replicas": 20},
    tell=rates.limit_of_one,
    turn="Take a much smaller learning rate (0.01).",
    turned={"learning_rate": 0.01},
)
