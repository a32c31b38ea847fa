"""Which library files a script depends on, so that a change reruns just the rules it concerns."""

import ast
from pathlib import Path

PACKAGE = "ccdcgan"


def import_closure(script: Path) -> list[Path]:
    """The files of the library that `script` imports, directly or through one another.

    Imports anywhere in a file count, those inside functions too. The package is looked for in
    the script's own folder. Sorted; the script itself is left out (Snakemake watches it).
    """
    root = script.parent
    found: set[Path] = set()
    queue = [script]
    while queue:
        for module in _imported_modules(queue.pop()):
            for path in _files_of(root, module):
                if path not in found:
                    found.add(path)
                    queue.append(path)
    return sorted(found)


def _imported_modules(path: Path) -> set[str]:
    modules: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(), filename=str(path))):
        if isinstance(node, ast.Import):
            modules.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            modules.add(node.module)
            modules.update(f"{node.module}.{alias.name}" for alias in node.names)
    return {name for name in modules if name.split(".")[0] == PACKAGE}


def _files_of(root: Path, module: str) -> list[Path]:
    """The file of a module and the `__init__.py` of each package above it; none for a function."""
    parts = module.split(".")
    packages = [root.joinpath(*parts[: n + 1], "__init__.py") for n in range(len(parts))]
    candidates = [*packages, root.joinpath(*parts).with_suffix(".py")]
    return [path for path in candidates if path.is_file()]
