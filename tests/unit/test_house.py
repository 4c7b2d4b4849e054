"""The house: three packages whose arrows run one way, no circle, few rooms at the top."""

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

LIB = Path(__file__).parents[2] / "lib"
PACKAGES = ("rescue", "metabook", "twobytwo")  # each may import those to its right
DOORS = {"__init__.py", "__main__.py", "__pycache__", "py.typed"}


def name_of(path):
    parts = path.relative_to(LIB).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(path): path for package in PACKAGES for path in (LIB / package).rglob("*.py")}


def imported(tree):
    """What is imported anywhere: at the top, in functions, for type checking."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                if alias.name != "__version__":  # which the package itself has, not its face
                    yield inner if inner in MODULES else node.module


IMPORTS = {name: set(imported(ast.parse(path.read_text()))) for name, path in MODULES.items()}


def test_the_arrows_run_one_way():
    wrong = [
        (name, other)
        for name, others in IMPORTS.items()
        for other in others
        if other.split(".")[0] in PACKAGES[: PACKAGES.index(name.split(".")[0])]
    ]
    assert wrong == []


def test_no_module_imports_in_a_circle():
    graph = {name: others & MODULES.keys() for name, others in IMPORTS.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as circle:
        pytest.fail(" -> ".join(reversed(circle.args[1])))


def test_the_top_of_the_library_has_few_rooms():
    rooms = {path.name for path in (LIB / "twobytwo").iterdir()} - DOORS
    assert len(rooms) <= 15, sorted(rooms)
