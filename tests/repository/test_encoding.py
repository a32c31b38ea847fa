"""Files are UTF-8 whatever the locale says."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from runs import ROOT

SCRIPTS = ROOT / "workflow_scripts"
FILES = [*SCRIPTS.rglob("*.py"), *(ROOT / "docs/tools").glob("*.py")]
BINARY = {"rb", "wb", "r+b", "a+b"}
ASCII = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
"""A locale in which Python takes every file for ASCII."""
OF_OTHERS = {"set_metrics.py"}  # reads the JSON of write_json, which is ASCII


def opened_without_encoding(path: Path) -> Iterator[str]:
    """Yield the calls of a file that open a text in the encoding of the locale."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        named = {keyword.arg for keyword in node.keywords}
        modes = {one.value for one in node.args if isinstance(one, ast.Constant)}
        opens = node.func.attr in ("read_text", "write_text", "open")
        holder = node.func.value
        other = isinstance(holder, ast.Name) and holder.id in ("os", "gzip")
        if opens and "encoding" not in named and not modes & BINARY and not other:
            yield f"{path.name}:{node.lineno}: {ast.unparse(node)}"


def test_no_file_is_opened_in_the_encoding_of_the_locale() -> None:
    found = [
        line
        for path in FILES
        if path.name not in OF_OTHERS
        for line in opened_without_encoding(path)
    ]
    assert found == []


def test_one_would_be_found(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text('path.read_text()\npath.open("rb")\npath.open("w")\n')
    assert len(list(opened_without_encoding(tmp_path / "a.py"))) == 2


def test_configuration_and_code_are_read_under_an_8_bit_locale(tmp_path: Path) -> None:
    script = (
        "import locale, sys; sys.path.insert(0, sys.argv[1]); from pathlib import Path\n"
        "assert locale.getpreferredencoding(False) != 'UTF-8'\n"
        "from ccdcgan.core.closure import code_lines\n"
        "print(len(code_lines(Path(sys.argv[1]) / 'train_gan.py')))"
    )
    environment = os.environ | ASCII
    run = [sys.executable, "-c", script, SCRIPTS]
    done = subprocess.run(run, env=environment, capture_output=True, text=True)
    assert done.returncode == 0 and int(done.stdout) > 20, done.stderr
    schema = tmp_path / "schema.json"
    run = [sys.executable, "-m", "ccdcgan.core.config", ROOT / "config.yaml", schema]
    environment["PYTHONPATH"] = str(SCRIPTS)
    done = subprocess.run(run, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert schema.read_bytes() == (ROOT / "schemas/config.schema.json").read_bytes()
