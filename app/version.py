"""The version of the installed software."""

from importlib.metadata import version

VERSION = version("batchscape")
