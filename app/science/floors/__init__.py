"""What noise leaves in the end: measured late in runs, and predicted."""
