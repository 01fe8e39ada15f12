"""The REST API: queries in, JSON, CSV and figures out; every answer a function of its URL."""

API = "/api/v1"  # where the routes of this version are
