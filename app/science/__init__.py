"""The science: numpy and the standard library only, importable without the web."""
