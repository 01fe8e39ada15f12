"""Finite sums of many weights: small networks, their data, their training and what it shows."""
