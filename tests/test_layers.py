"""What import-linter cannot see of the layers."""

import ast
from pathlib import Path

import pytest

APP = Path(__file__).parents[1] / "app" / "perhaps"


def imported_names(path: Path) -> set[str]:
    """Give every module and every `module.name` that a file imports."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


FILES = sorted(APP.rglob("*.py"))


def outside(*folders: str) -> list[Path]:
    return [path for path in FILES if path.relative_to(APP).parts[0] not in folders]


@pytest.mark.parametrize("path", outside("inference"), ids=lambda p: str(p.relative_to(APP)))
def test_only_inference_imports_the_engine(path):
    assert "perhaps._engine" not in imported_names(path)


@pytest.mark.parametrize(
    "path", outside("views", "application.py"), ids=lambda p: str(p.relative_to(APP))
)
def test_widgets_stand_in_views_alone(path):
    assert not {"PySide6.QtWidgets", "PySide6.QtGui"} & imported_names(path)


def test_the_files_are_found():
    assert {"local.py", "protocol.py"} <= {path.name for path in FILES}
    assert "perhaps._engine" in imported_names(APP / "inference" / "native.py")


def test_llama_cpp_is_imported_by_its_benchmark_alone():
    # In a process that holds our engine it would map a second libllama.
    importers = [path.name for path in FILES if "llama_cpp" in imported_names(path)]
    assert importers == ["llama_cpp_python.py"]
