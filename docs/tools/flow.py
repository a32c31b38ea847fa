"""The rules, scripts, library and tests of the workflow, read as text.

So those of every configuration are found, and no job needs to run.
"""

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "ccdcgan"
SHARED = 6
"""A module that more scripts import is a tool of all, and named once instead of in every row."""
NO_STAGE = ("common", "collect")

RULE = re.compile(r"^( *)(?:rule|checkpoint) (\w+):|^( *)use rule (\w+) as (\w+) with:", re.M)
DEFINITION = re.compile(r"^(?:def (\w+)|([A-Z]\w+) =)", re.M)


@dataclass(frozen=True)
class Rule:
    """A rule as it stands in its file."""

    name: str
    stage: str
    base: str | None
    sections: dict[str, str]

    @property
    def summary(self) -> str:
        """The first line of its docstring; empty where it has none."""
        return self.sections.get("docstring", "").split("\n")[0].strip()


@dataclass(frozen=True)
class Workflow:
    """The rules, scripts, library and tests below a folder.

    Raises `ValueError` where a rule has neither a script nor a rule that it is made of: the table
    would have a hole.
    """

    root: Path

    @cached_property
    def texts(self) -> dict[str, str]:
        """The files of the rules by stage, in the order in which the Snakefile names them."""
        names = re.findall(
            r'include: "rules/(\w+)\.smk"', (self.root / "Snakefile").read_text(encoding="utf-8")
        )
        return {
            name: (self.root / f"rules/{name}.smk").read_text(encoding="utf-8") for name in names
        }

    @cached_property
    def rules(self) -> dict[str, Rule]:
        """All rules that run a script, by name; targets are left out."""
        found = [rule for stage, text in self.texts.items() for rule in _rules_of(stage, text)]
        return {rule.name: rule for rule in found if rule.stage not in NO_STAGE}

    @cached_property
    def stages(self) -> list[str]:
        """The names of the files of rules that hold some that run."""
        return list(dict.fromkeys(rule.stage for rule in self.rules.values()))

    def section(self, rule: Rule, key: str) -> str:
        """The text of a section, of the rule itself or of the one that it is made of."""
        if key in rule.sections or rule.base is None:
            return rule.sections.get(key, "")
        return self.section(self.rules[rule.base], key)

    def script(self, rule: Rule) -> str:
        """The name of the rule's script."""
        found = re.search(r"workflow_scripts/(\w+\.py)", self.section(rule, "script"))
        if not found:
            raise ValueError(f"rules/{rule.stage}.smk: {rule.name} runs no script")
        return found[1]

    @cached_property
    def definitions(self) -> dict[str, str]:
        """The text of every constant and function that stands before the rules of a file."""
        found = {}
        for text in self.texts.values():
            text = "\n".join(line for line in text.split("\n") if not line.startswith("#"))
            for mark in DEFINITION.finditer(text):
                block = re.compile(r"\n(?=\S)(?![\])}])").split(text[mark.start() :], maxsplit=1)[0]
                found[mark[1] or mark[2]] = block
        return found

    def paths(self, text: str, seen: frozenset[str] = frozenset()) -> set[str]:
        """The files below results/ that a text names, itself or through what it names."""
        text = re.sub(r"\{([A-Z_]+)\}", lambda found: self._value(found[1]), text)
        found = set(re.findall(r'results/[^"\s]*', text))
        code = re.sub(r'"[^"]*"', "", text)
        code = re.sub(r"\bif\b[^:]*?\belse\b", "", code)  # a condition is not read
        for name in set(re.findall(r"\b[A-Za-z_]\w+\b", code)) - seen:
            if name in self.definitions:
                found |= self.paths(self.definitions[name], seen | {name})
        for name, output in re.findall(r"rules\.(\w+)\.(\w+)", code):
            if name in self.rules:
                found |= self.paths(self.section(self.rules[name], output))
        return found

    def _value(self, name: str) -> str:
        """The text that a constant stands for inside another text; itself where it is no text."""
        value = re.search(r'= f?"(.*)"', self.definitions.get(name, ""))
        if not value:
            return f"{{{name}}}"
        return re.sub(r"\{([A-Z_]+)\}", lambda found: self._value(found[1]), value[1])

    def inputs(self, rule: Rule) -> set[str]:
        """The files that a rule may read, in some configuration."""
        return self.paths(self.section(rule, "input"))

    def outputs(self, rule: Rule) -> set[str]:
        """The files that a rule makes; a wildcard that has one value only stands as this value."""
        text = self.section(rule, "output")
        limits = re.sub(r"\[[^]]*\]", "", self.section(rule, "wildcard_constraints"))
        limits = re.sub(r"\w+\([^()]*\)", "", limits)  # what a function is told is no value
        for name, values in re.findall(r"(\w+)=(.*),", limits):
            named = set(re.findall(r'"(\w+)"', values)) - {"none"}
            if len(named) == 1:
                text = re.sub(rf"\{{+{name}\}}+", named.pop(), text)
        return self.paths(text)

    @cached_property
    def edges(self) -> set[tuple[str, str]]:
        """Which stage's files another stage reads."""
        made = {(path, rule.stage) for rule in self.rules.values() for path in self.outputs(rule)}
        read = {(path, rule.stage) for rule in self.rules.values() for path in self.inputs(rule)}
        return {
            (source, target)
            for output, source in made
            for path, target in read
            if source != target and meet(output, path)
        }

    # -- scripts and library -------------------------------------------------------------------

    @cached_property
    def folders(self) -> list[str]:
        """The library's folders, bottom to top, as pyproject.toml orders them."""
        text = (self.root / "pyproject.toml").read_text(encoding="utf-8")
        layers = re.search(r"^layers = \[(.*?)^\]", text, re.M | re.S)
        assert layers is not None
        return re.findall(r'"(\w+)"', layers[1])[::-1]

    def modules(self, script: str) -> list[str]:
        """The library modules that a script imports itself, as folder.module."""
        return sorted(_imports(self.root / "workflow_scripts" / script, self._is_module))

    def _is_module(self, name: str) -> bool:
        path = self.root / "workflow_scripts" / PACKAGE / name.replace(".", "/")
        return path.with_suffix(".py").is_file()

    @cached_property
    def shared(self) -> list[str]:
        """The modules that so many scripts import that they tell nothing of one of them."""
        scripts = {self.script(rule) for rule in self.rules.values()}
        counts = Counter(module for script in scripts for module in self.modules(script))
        return sorted(module for module, count in counts.items() if count > SHARED)

    @cached_property
    def tests(self) -> dict[str, set[str]]:
        """The unit tests of each module: that of its name, or else those that import it."""
        found: dict[str, set[str]] = defaultdict(set)
        for path in sorted((self.root / "tests/unit").rglob("test_*.py")):
            for module in _imports(path, self._is_module):
                found[module].add(str(path.relative_to(self.root / "tests/unit")))
        for module in found:
            folder, _, name = module.partition(".")
            own = f"{folder}/test_{name.rpartition('.')[2]}.py"
            if own in found[module]:
                found[module] = {own}
        return found

    def tests_of(self, rule: Rule) -> list[str]:
        """The unit tests of the rule's modules, and the tests of the workflow that name it."""
        modules = [name for name in self.modules(self.script(rule)) if name not in self.shared]
        found = set().union(*(self.tests.get(name, set()) for name in modules))
        for folder in ("workflow", "services"):
            for path in (self.root / "tests" / folder).glob("test_*.py"):
                if re.search(rf"\b{rule.name}\b", path.read_text(encoding="utf-8")):
                    found.add(f"{folder}/{path.name}")
        return sorted(name.removesuffix(".py") for name in found)

    def networks(self, rule: Rule) -> str:
        """Which networks a rule makes and reads."""
        made, read = _networks(self.outputs(rule)), _networks(self.inputs(rule))
        return "; ".join(
            f"{verb} {', '.join(sorted(names))}"
            for verb, names in (("makes", made), ("reads", read))
            if names
        )

    def figures(self, rule: Rule) -> list[str]:
        """The figures and pages that a rule makes, below its stage's folder of results/."""
        shown = [path for path in self.outputs(rule) if path.endswith((".svg", ".html"))]
        return sorted(
            path.removeprefix("results/").removeprefix(f"{rule.stage}/") for path in shown
        )


def _rules_of(stage: str, text: str) -> Iterator[Rule]:
    marks = list(RULE.finditer(text))
    for mark in marks:
        indent = len(mark[1] if mark[2] else mark[3]) + 4
        body = re.split(rf"\n(?=\s{{0,{indent - 1}}}\S)", text[mark.end() :], maxsplit=1)[0]
        section = rf"^ {{{indent}}}(\w+):(.*(?:\n {{{indent + 1},}}.*|\n)*)"
        sections = dict(re.findall(section, body, re.M))
        docstring = re.search(r'"""(.*?)"""', body, re.S)
        if docstring:
            sections["docstring"] = docstring[1]
        yield Rule(mark[2] or mark[5], stage, mark[4], sections)


def meet(output: str, path: str) -> bool:
    """Whether two paths with placeholders can be one file."""
    return bool(
        _pattern(output).fullmatch(_plain(path)) or _pattern(path).fullmatch(_plain(output))
    )


@cache
def _plain(path: str) -> str:
    return re.sub(r"\{+[^{}]*\}+", "*", path)


@cache
def _pattern(path: str) -> re.Pattern[str]:
    return re.compile("[^/]+".join(map(re.escape, _plain(path).split("*"))))


def _imports(path: Path, is_module: Callable[[str], bool]) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(PACKAGE):
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            found |= {name.removeprefix(f"{PACKAGE}.") for name in names if name}
    return {name for name in found if is_module(name)}


def _networks(paths: set[str]) -> set[str]:
    found = set()
    for path in paths:
        if path.endswith(".keras") and not path.startswith("results/pretrained/"):
            name = Path(path).stem
            found.add(name if name != "model" else _folder_of_model(path))
    return found


def _folder_of_model(path: str) -> str:
    names = ("autoencoder", "constraint", "denoiser", "refiner", "flow")
    return next(name for name in names if f"/{name}/" in path)
