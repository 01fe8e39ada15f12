"""Stories of update rules, and of what holds their steps back."""

from app.api.stories.story import Story
from app.words.stories import clipping, decay, rules

CLIPPED_GRADIENTS = Story(
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
)

COUPLED_DECAY = Story(
    title="Decay, coupled or not",
    question=(
        "Weight decay is added to the gradient that Adam takes, or is applied apart from it, "
        "as in AdamW. Do batches of 1 and of 8 come to the same weights?"
    ),
    query={
        "batch_size": [1, 8],
        "optimizer": "adam",
        "learning_rate": 0.03,
        "weight_decay": 0.3,
        "epochs": 20,
        "replicas": 4,
    },
    tell=decay.coupled_and_decoupled,
    turn="Take SGD, which has no root (optimizer = sgd).",
    turned={"optimizer": "sgd"},
    beside=({"decay": "decoupled"},),
)

NOISE_AND_ADAM = Story(
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
)
