"""Jinja pages: their routes and queries, links made whole, and what the API page shows."""
