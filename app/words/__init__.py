"""Results as sentences, each true of the numbers that it was made from."""
