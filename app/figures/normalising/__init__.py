"""Figures of a neuron that uses its batch's statistics."""
