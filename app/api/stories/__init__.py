"""The stories: named pictures, each a query of paths and the sentence that its runs bear out."""

from app.api.stories import cuts, draws, floors, places, rates, rules
from app.api.stories.story import Story

# In the order in which the home page has them.
STORIES: dict[str, Story] = {
    "noise-floor": floors.NOISE_FLOOR,
    "escape": places.ESCAPE,
    "basins": places.BASINS,
    "saddle": places.SADDLE,
    "linear-scaling": rates.LINEAR_SCALING,
    "growing-batch": floors.GROWING_BATCH,
    "last-batch": cuts.LAST_BATCH,
    "mean-of-means": cuts.MEAN_OF_MEANS,
    "workers-apart": cuts.WORKERS_APART,
    "sorted-examples": draws.SORTED_EXAMPLES,
    "clipped-gradients": rules.CLIPPED_GRADIENTS,
    "coupled-decay": rules.COUPLED_DECAY,
    "rare-class": draws.RARE_CLASS,
    "weighted-sampler": draws.WEIGHTED_SAMPLER,
    "poisson-batches": draws.POISSON_BATCHES,
    "printed-loss": cuts.PRINTED_LOSS,
    "warm-up": rates.WARM_UP,
    "decay-counted": rates.DECAY_COUNTED,
    "limit-of-one": rates.LIMIT_OF_ONE,
    "momentum-floor": floors.MOMENTUM_FLOOR,
    "noise-and-adam": rules.NOISE_AND_ADAM,
}
