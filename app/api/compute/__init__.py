"""From a query to its result: work weighed, results kept."""
