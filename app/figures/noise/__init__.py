"""Gradient noise drawn: a figure a file."""
