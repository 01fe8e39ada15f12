"""One update of plain SGD: what it gains, and up to which rate updates like it keep together."""
