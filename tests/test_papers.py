"""What the papers name exists: files and folders of the project, and classes and functions of the program."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAPERS = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md")

FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
QUOTED = re.compile(r"`([^`\n]+)`")
FILE = re.compile(
    r"[\w./*-]+\.(?:py|sql|toml|tsv|txt|md|yaml|qss)"
    r"|(?:app|build|packaging|resources|search|library|ui|tests)/[\w./*-]+"
)
DEFINITION = re.compile(r"[A-Z][a-z]+[A-Za-z]*(?:\.[a-z_]+)?|[a-z]+_[a-z_]+")

MADE = {"resources/codes.db"}
"""Files that the program makes."""


def quoted(paper: str) -> list[str]:
    """The words in backquotes of a paper, outside the blocks of commands."""
    return QUOTED.findall(FENCED.sub("", (ROOT / paper).read_text(encoding="utf-8")))


@cache
def definitions() -> frozenset[str]:
    """Names of the classes, functions and methods of the program: `Engine`, `Engine.search`."""
    names: set[str] = set()
    for path in (ROOT / "app").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                names.add(node.name)
                names.update(f"{node.name}.{item.name}" for item in node.body if isinstance(item, ast.FunctionDef))
            elif isinstance(node, ast.FunctionDef):
                names.add(node.name)
    return frozenset(names)


def exists(name: str) -> bool:
    """Return whether a file is there: from the root or from `app`, or by its name alone anywhere in the program."""
    folders = (ROOT, ROOT / "app")
    if any(any(folder.glob(name.rstrip("/"))) for folder in folders):
        return True
    return "/" not in name and any(any((ROOT / folder).rglob(name)) for folder in ("app", "resources", "packaging"))


@pytest.mark.parametrize("paper", PAPERS)
def test_files_that_a_paper_names_exist(paper: str) -> None:
    names = {name for name in quoted(paper) if FILE.fullmatch(name) and ".." not in name and "NAME" not in name}
    assert {name for name in names - MADE if not exists(name)} == set()


@pytest.mark.slow
def test_definitions_that_the_architecture_names_exist() -> None:
    names = {name for name in quoted("ARCHITECTURE.md") if DEFINITION.fullmatch(name)}
    assert len(names) > 20
    assert names - definitions() == set()
