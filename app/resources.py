"""Where the files are that the process serves, its own and those of installed packages."""

from importlib.resources import files
from pathlib import Path

_HERE = Path(__file__).parent


def _directory(name: str) -> Path:
    """A directory inside the installed package, or beside it in a checkout."""
    inside = _HERE / name
    return inside if inside.is_dir() else _HERE.parent / name


STATIC = _directory("static")
TEMPLATES = _directory("templates")


def plotly_bundle() -> Path:
    """Plotly's JavaScript, as the Python package ships it."""
    return Path(str(files("plotly") / "package_data" / "plotly.min.js"))
