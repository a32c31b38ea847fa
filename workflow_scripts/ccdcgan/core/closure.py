"""Which code a script depends on, so that a change reruns just the rules it concerns.

The rules carry the code as params, a line a file, and not as inputs. Snakemake compares params
with those of the last run and names the lines that differ, so its reason names the changed file.
A digest leaves out what decides nothing: comments, docstrings, layout, times of modification and
the place of the clone. Inputs would be compared by path and time, so a clone that is moved, or
checked out anew, would repeat everything. For the same reason the scripts themselves are among
the lines, and profiles/default leaves out the trigger `code`, which compares their times.
"""

import ast
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from ccdcgan.core.artifacts import digest

PACKAGE = "ccdcgan"
DIGITS = 16  # of a SHA-256, enough to tell versions of a file apart


class Source(NamedTuple):
    """What a source file does, as a digest, and the modules of the library that it imports."""

    digest: str
    modules: frozenset[str]


def import_closure(path: Path, root: Path | None = None) -> list[Path]:
    """The files of the library that `path` imports, directly or through one another.

    Imports anywhere in a file count, those inside functions too. The package is looked for in
    `root`, by default the file's own folder. Sorted; the file itself is left out. Raises ValueError
    for what it cannot follow: relative imports and `__import__`. The linter refuses the rest.
    """
    return sorted(_closure(path, path.parent if root is None else root).keys() - {path})


def code_lines(path: Path, root: Path | None = None) -> list[str]:
    """A line for `path` and each file of its closure: where it is below `root`, and its digest.

    Files without a statement, such as most `__init__.py`, are left out.
    """
    root = path.parent if root is None else root
    closure = _closure(path, root)
    files = [path, *sorted(closure.keys() - {path})]
    return [
        f"{file.relative_to(root).as_posix()} {closure[file].digest}"
        for file in files
        if closure[file].digest
    ]


def _closure(path: Path, root: Path) -> dict[Path, Source]:
    """Read a file and all that it imports of the library."""
    found: dict[Path, Source] = {}
    queue = [path]
    while queue:
        file = queue.pop()
        if file not in found:
            found[file] = _read(file.read_bytes(), str(file))
            queue += [f for module in found[file].modules for f in _files_of(root, module)]
    return found


def code_digest(source: str) -> str:
    """A digest of what a source file does; "" where it does nothing.

    Comments, docstrings and layout are no part of it, nor is what a newer version of Python adds to
    the syntax tree of the same source.
    """
    return _digest(ast.parse(source))


@cache
def _read(source: bytes, name: str) -> Source:
    tree = ast.parse(source, filename=name)
    return Source(_digest(tree), _imported_modules(tree, name))


def _digest(tree: ast.Module) -> str:
    statements = _substance(tree.body)
    return digest(statements)[:DIGITS] if statements else ""


def _substance(node: Any) -> Any:
    """A syntax tree as lists and texts, without strings that stand alone and empty fields."""
    if isinstance(node, list):
        return [_substance(one) for one in node if not _is_docstring(one)]
    if not isinstance(node, ast.AST):
        return repr(node)
    fields = ((name, value) for name, value in ast.iter_fields(node) if value not in (None, []))
    return [type(node).__name__, *([name, _substance(value)] for name, value in fields)]


def _is_docstring(node: Any) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _imported_modules(tree: ast.Module, name: str) -> frozenset[str]:
    modules: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level or not node.module:
                raise ValueError(f"{name}:{node.lineno}: relative import; name the module in full")
            modules.add(node.module)
            modules.update(f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Name) and node.id == "__import__":
            raise ValueError(f"{name}:{node.lineno}: __import__ hides which module is meant")
    return frozenset(name for name in modules if name.split(".")[0] == PACKAGE)


@cache
def _files_of(root: Path, module: str) -> tuple[Path, ...]:
    """The file of a module and the `__init__.py` of each package above it; none for a function."""
    parts = module.split(".")
    packages = [root.joinpath(*parts[: n + 1], "__init__.py") for n in range(len(parts))]
    candidates = [*packages, root.joinpath(*parts).with_suffix(".py")]
    return tuple(path for path in candidates if path.is_file())
