"""Figures of a reader's own run."""
