"""A reader's own training run: a log of gradient norms, and what it says of the noise scale."""
