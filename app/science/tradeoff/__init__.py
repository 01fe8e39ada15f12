"""The trade-off laboratory: more updates or better gradients, measured."""
