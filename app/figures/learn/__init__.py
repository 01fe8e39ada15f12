"""Figures of the guide."""
