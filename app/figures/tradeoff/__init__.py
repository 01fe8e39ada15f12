"""The trade-off between updates and examples drawn: a figure a file."""
