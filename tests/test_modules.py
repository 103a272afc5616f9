"""Every module is used, and modules import one another in one direction only."""

import ast
import re
import tomllib
from graphlib import TopologicalSorter

import pytest
from conftest import ROOT

PACKAGES = ("livegraph", "sphinxext")
NAME = re.compile(r"(?:livegraph|sphinxext)(?:\.\w+)+")


def module_name(path):
    """Return the dotted name of the module at ``path``."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def files_in(*folders):
    return [path for folder in folders for path in sorted(folder.rglob("*.py"))]


MODULES = {module_name(path): path for path in files_in(*map(ROOT.joinpath, PACKAGES))}


def known(name):
    """Return the longest beginning of ``name`` that is a module, or None."""
    while name and name not in MODULES:
        name = name.rpartition(".")[0]
    return name or None


def imported(tree):
    """Return the modules that ``tree`` imports, also below ``TYPE_CHECKING``."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {known(name) for name in names} - {None}


def named(tree):
    """Return the modules that a string of ``tree`` names, for Sphinx to import."""
    texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    names = {text for text in texts if isinstance(text, str) and NAME.fullmatch(text)}
    return {known(name) for name in names} - {None}


TREES = {name: ast.parse(path.read_text("utf-8")) for name, path in MODULES.items()}
IMPORTS = {name: imported(tree) - {name} for name, tree in TREES.items()}


def starts():
    """Return the modules that something outside of the two packages asks for."""
    outside = [ROOT / "conf.py", *files_in(ROOT / "tools", ROOT / "benchmarks")]
    trees = [ast.parse(path.read_text("utf-8")) for path in outside]
    found = set().union(*(imported(tree) | named(tree) for tree in trees))
    setup = next(
        node.value.value
        for node in trees[0].body
        if isinstance(node, ast.Assign) and node.targets[0].id == "doctest_global_setup"
    )
    found |= imported(ast.parse(setup))
    text = "".join(page.read_text("utf-8") for page in (ROOT / "docs").glob("*.md"))
    commands = re.findall(r"python -m (sphinxext\.\w+)", text)
    return found | set(commands) | {"livegraph", "livegraph.__main__"}


@pytest.mark.parametrize("package", PACKAGES)
def test_there_is_no_module_that_nothing_uses(package):
    reached, waiting = set(), starts()
    while waiting:
        name = waiting.pop()
        reached.add(name)
        parent = {name.rpartition(".")[0]} & MODULES.keys()
        waiting |= (IMPORTS[name] | named(TREES[name]) | parent) - reached

    own = {name for name in MODULES if name.partition(".")[0] == package}
    assert len(own) > 20
    assert set() == own - reached


def test_imports_go_one_way():
    order = list(TopologicalSorter(IMPORTS).static_order())

    assert len(order) == len(MODULES)


def test_livegraph_knows_nothing_of_the_site():
    for name in MODULES:
        if name.partition(".")[0] == "livegraph":
            assert not [used for used in IMPORTS[name] if used.startswith("sphinxext")]


def test_mutants_are_tested_with_all_that_their_tests_import():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    mutmut = settings["tool"]["mutmut"]
    tests = mutmut["pytest_add_cli_args_test_selection"]
    trees = [
        ast.parse((ROOT / name).read_text("utf-8"))
        for name in (*tests, "tests/conftest.py")
    ]
    names = {
        (alias.name if isinstance(node, ast.Import) else node.module).partition(".")[0]
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    own = {name for name in names if (ROOT / name).is_dir()}

    assert {"sphinxext", "tools"} <= own
    assert set() == own - {*mutmut["also_copy"], *mutmut["source_paths"]}
