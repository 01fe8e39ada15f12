"""JavaScript modules and what they import, so that a page can ask for all of them at once."""

import re
from functools import cache
from pathlib import Path

_IMPORT = re.compile(r'^import .*? from "\./([^"]+)";$', re.MULTILINE)


@cache
def imported(module: Path) -> tuple[str, ...]:
    """The names of all modules that one imports, those that these import among them.

    A browser finds a module's imports when it has read it, and theirs when it has read those: one
    journey after another.
    """
    found: dict[str, None] = {}
    waiting = [module.name]
    for name in waiting:
        for other in _IMPORT.findall((module.parent / name).read_text("utf-8")):
            if other not in found and other != module.name:
                found[other] = None
                waiting.append(other)
    return tuple(found)
