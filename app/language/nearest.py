"""What somebody may have meant by a name that is none."""

import re
from collections.abc import Iterable
from difflib import get_close_matches

# What people write for our names, without case and punctuation.
SYNONYMS = {
    **dict.fromkeys(("lr", "eta", "rate", "stepsize", "alpha0"), "learning_rate"),
    **dict.fromkeys(("bs", "b", "batch", "batches", "minibatch", "minibatchsize"), "batch_size"),
    **dict.fromkeys(("n", "samples", "nsamples", "numexamples", "datasetsize"), "examples"),
    **dict.fromkeys(("steps", "iterations", "iters", "niter", "maxiter", "numsteps"), "updates"),
    **dict.fromkeys(("epoch", "nepochs", "numepochs", "passes"), "epochs"),
    **dict.fromkeys(("opt", "optim", "algorithm", "solver", "method", "rule"), "optimizer"),
    **dict.fromkeys(("function", "problem", "objective", "landscape", "dataset"), "surface"),
    **dict.fromkeys(("beta", "mu", "nesterovmomentum"), "momentum"),
    **dict.fromkeys(("rho", "smoothing"), "alpha"),
    **dict.fromkeys(("epsilon", "adameps"), "eps"),
    **dict.fromkeys(("wd", "l2", "decayrate", "lambda", "regularization"), "weight_decay"),
    **dict.fromkeys(("clipnorm", "globalclipnorm", "maxnorm", "maxgradnorm"), "clip"),
    **dict.fromkeys(("runs", "repeats", "trials", "nruns"), "replicas"),
    **dict.fromkeys(("randomstate", "randomseed", "rng", "rngseed"), "seed"),
    **dict.fromkeys(("init", "initial", "x0", "theta0", "startpoint"), "start"),
    **dict.fromkeys(("scheduler", "lrscheduler", "schedule"), "lr_schedule"),
    **dict.fromkeys(("warmupsteps", "warmupupdates", "numwarmupsteps"), "warmup"),
    **dict.fromkeys(("decaysteps", "stepsize"), "decay_updates"),
    **dict.fromkeys(("shuffle", "sampler"), "sampling"),
    **dict.fromkeys(("droplast", "lastbatch"), "remainder"),
    **dict.fromkeys(("language", "locale", "hl"), "lang"),
    **dict.fromkeys(("fmt", "output", "type"), "format"),
    **dict.fromkeys(("point", "position", "theta"), "at"),
    **dict.fromkeys(("mode", "dark", "colorscheme"), "theme"),
}
ALIKE = 0.72  # of 1, where names are the same; above it a slip of the hand is more likely than not


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The one of the ``known`` names that is likely meant; None where none is.

    >>> known = ["batch_size", "learning_rate", "momentum"]
    >>> [nearest(name, known) for name in ("batchSize[]", "lr", "momentun", "colour")]
    ['batch_size', 'learning_rate', 'momentum', None]
    """
    plain = {_plain(each): each for each in known}
    asked = _plain(name)
    if SYNONYMS.get(asked) in plain.values():
        return SYNONYMS[asked]
    return next((plain[each] for each in get_close_matches(asked, plain, 1, ALIKE)), None)


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name[:80].lower())
