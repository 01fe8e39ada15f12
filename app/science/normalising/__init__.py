"""A neuron that normalises by the statistics of its batch: no finite sum."""
