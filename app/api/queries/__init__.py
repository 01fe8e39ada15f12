"""Request models: what is asked, its defaults, bounds and words."""
