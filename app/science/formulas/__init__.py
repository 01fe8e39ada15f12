"""A formula as a graph: traced from Python or parsed from text, derived, and made into code."""
