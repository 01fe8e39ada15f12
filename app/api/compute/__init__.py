"""From a query to its result: its cost weighed, its results kept."""
