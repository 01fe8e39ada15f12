"""What a JavaScript module imports."""

import re
from pathlib import Path

from app.resources import STATIC
from app.web.modules import imported

MODULES = sorted((STATIC / "js").glob("*.js"))


def test_imports_of_imports_are_found_once(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text('import { b } from "./b.js";\nimport c from "./c.js";\n')
    (tmp_path / "b.js").write_text('// import { no } from "./no.js";\nimport c from "./c.js";\n')
    (tmp_path / "c.js").write_text('import { a } from "./a.js";\n')
    assert imported(tmp_path / "a.js") == ("b.js", "c.js")


def test_no_import_of_ours_is_written_so_that_it_is_missed() -> None:
    for module in MODULES:
        named = re.findall(r'(?:from|import)[\s(]*"\./([^"]+)"', module.read_text("utf-8"))
        assert {*named} <= {*imported(module)}, module.name
