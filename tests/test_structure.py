"""The structure of the code: no circles of imports, one transform in each file of `transforms/`, and imports that exist
where no other test runs them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parents[1]


def test_no_module_imports_itself_by_way_of_others() -> None:
    """Imports for type checkers alone do not count."""
    graph = grimp.build_graph("boiloff", exclude_type_checking_imports=True)
    open_modules = {module: set(graph.find_modules_directly_imported_by(module)) for module in graph.modules}
    while leaves := {module for module, imported in open_modules.items() if not imported & open_modules.keys()}:
        for module in leaves:
            del open_modules[module]
    # What is left imports one another, or imports such modules.
    inside = {module: sorted(imported & open_modules.keys()) for module, imported in open_modules.items()}
    assert not inside


def test_each_file_of_transforms_holds_one_transform() -> None:
    for path in sorted((ROOT / "transforms").glob("*.py")):
        if path.name != "__init__.py":
            assert _count_transforms(path) == 1, f"{path.name}: one class with @transform is needed"


def _count_transforms(path: Path) -> int:
    classes = [node for node in ast.parse(path.read_text("utf-8")).body if isinstance(node, ast.ClassDef)]
    return sum(
        isinstance(mark, ast.Name) and mark.id == "transform" for node in classes for mark in node.decorator_list
    )


def test_benchmarks_import_what_exists() -> None:
    """Also in their functions, and in the programs that they start, which are texts."""
    missing = []
    for path in sorted((ROOT / "benchmarks").glob("*.py")):
        for module, names in _imports_of_boiloff(path.read_text("utf-8")):
            assert find_spec(module), f"{path.name} imports {module}"
            found = import_module(module)
            missing += [f"{path.name}: {module}.{name}" for name in names if not hasattr(found, name)]
    assert not missing


def _imports_of_boiloff(program: str) -> Iterator[tuple[str, list[str]]]:
    """Yield modules and the names that a program imports from them."""
    for node in ast.walk(ast.parse(program)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("boiloff."):
            yield str(node.module), [alias.name for alias in node.names]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and "\nfrom boiloff." in node.value:
            yield from _imports_of_boiloff(node.value)
