"""Sentences of the stories: each says what its runs show, and if they do not show it, what else."""
