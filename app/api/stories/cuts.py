"""Stories of epochs cut into batches and batches into parts, and of what is printed of them."""

from app.api.compute.runs import get_printed
from app.api.stories.story import Story
from app.words.stories import micro_batches, noise, printed, workers

LAST_BATCH = Story(
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
)

MEAN_OF_MEANS = Story(
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
)

WORKERS_APART = Story(
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
)

PRINTED_LOSS = Story(
    title="The loss that is printed",
    question=(
        "For each epoch a training loop prints a loss: the mean of its batches' losses. Is "
        "that the loss of the weights that epoch 1 ends with, and at which batch size is it "
        "further off?"
    ),
    query={"batch_size": [8, 100], "epochs": 6},
    tell=printed.printed_and_true,
    turn="Start at the minimum (start = 1,2).",
    turned={"start": "1,2"},
    of=get_printed,
)
