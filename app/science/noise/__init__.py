"""The gradient-noise laboratory: how far mini-batch gradients scatter, measured and predicted."""
