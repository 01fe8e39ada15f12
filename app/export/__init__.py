"""Runs as scripts: what a request computes, written out for numpy, PyTorch and Keras."""
