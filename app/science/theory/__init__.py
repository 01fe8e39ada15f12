"""Closed forms beside which measurements are drawn, each with the conditions it holds under."""
