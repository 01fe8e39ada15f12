"""The REST API: queries in, JSON, CSV and figures out; every answer a function of its URL."""
