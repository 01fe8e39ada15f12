"""PyTorch runs of our 64-32-10 network, logged by our own files, against its exact noise scale."""
