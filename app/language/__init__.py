"""The languages that people are spoken to in, and the catalogues of what is said."""
