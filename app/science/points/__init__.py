"""The reader's own points: read from a table, rounded, and packed into the text of a link."""
