"""The library reads the settings as models: no dictionary of them, no key in quotes."""

import ast
from collections.abc import Iterator
from pathlib import Path

from runs import ROOT

SCRIPTS = ROOT / "workflow_scripts"
FILES = sorted(SCRIPTS.rglob("*.py"))
NAMES = {
    *("settings", "filters", "potential", "copies", "split", "voxels", "hardware", "generate"),
    *("decode", "reading", "run", "decks", "dft", "espresso", "commands", "gan"),
    *("denoiser", "autoencoder", "constraint", "relax", "params"),
}
"""What settings are called where they are read."""


def keys_read(path: Path, scripts: Path = SCRIPTS) -> Iterator[str]:
    """Yield the lines in which a key in quotes is read of what is called as settings are.

    Scripts have settings as attributes too, such as `params.settings`; in the library such an
    attribute is what a network carries in its file.
    """
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Subscript):
            holder, key = node.value, node.slice
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            holder, key = node.func.value, node.args[0]
            if node.func.attr != "get":
                continue
        else:
            continue
        name = holder.id if isinstance(holder, ast.Name) else ""
        if isinstance(holder, ast.Attribute) and path.parent == scripts:
            name = holder.attr
        if name in NAMES and isinstance(key, ast.Constant) and isinstance(key.value, str):
            yield f"{path.name}:{node.lineno}: {ast.unparse(node)}"


def dictionaries_taken(path: Path) -> Iterator[str]:
    """Yield the lines with a parameter that is called `settings` and is a mapping."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.arg) and node.arg == "settings" and node.annotation:
            kind = ast.unparse(node.annotation)
            if "Mapping" in kind or "dict" in kind:
                yield f"{path.name}:{node.lineno}: {kind}"


def test_no_key_of_settings_is_read_from_a_dictionary() -> None:
    assert [line for path in FILES for line in keys_read(path)] == []


def test_no_function_takes_settings_as_a_dictionary() -> None:
    assert [line for path in FILES for line in dictionaries_taken(path)] == []


def test_both_would_be_found(tmp_path: Path) -> None:
    module, script = tmp_path / "library" / "module.py", tmp_path / "script.py"
    module.parent.mkdir()
    module.write_text(
        "def f(settings: Mapping[str, Any], network: Network):\n"
        "    return settings['steps'], filters.get('exclude'), network.settings['width']\n"
    )
    script.write_text("run(params.run['engine'], table['id'])\n")
    assert set(keys_read(module, tmp_path)) == {
        "module.py:2: settings['steps']",
        "module.py:2: filters.get('exclude')",
    }
    assert list(keys_read(script, tmp_path)) == ["script.py:1: params.run['engine']"]
    assert list(dictionaries_taken(module)) == ["module.py:1: Mapping[str, Any]"]
