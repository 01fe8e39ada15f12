"""Stories of which examples are in a batch: their order, their classes, their draw."""

from app.api.stories.story import Story
from app.science.points.examples import rare_points
from app.words.stories import balanced, orders, poisson, rare

SORTED_EXAMPLES = Story(
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
)

RARE_CLASS = Story(
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
)

WEIGHTED_SAMPLER = Story(
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
)

POISSON_BATCHES = Story(
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
)
