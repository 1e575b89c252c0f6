"""The only file that knows where the program's own files lie, and those it writes."""

from __future__ import annotations

from pathlib import Path

from platformdirs import user_data_path, user_log_path

from perhaps.inference.protocol import ModelPair

PACKAGE = Path(__file__).resolve().parent


def resources_path() -> Path:
    """Give the resources: of the checkout, or those inside the installed package."""
    in_checkout = PACKAGE.parents[1] / "resources"
    return in_checkout if (in_checkout / "themes").is_dir() else PACKAGE / "resources"


def data_path() -> Path:
    """Give the folder of what the program keeps for the person; it need not exist."""
    return user_data_path("perhaps", appauthor=False)


def engine_log_path() -> Path:
    """Give the log of the engine host; it need not exist."""
    return user_log_path("perhaps", appauthor=False) / "engine.log"


def starter_pair() -> ModelPair | None:
    """Give the bundled starter model; None where it is not installed."""
    starter = resources_path() / "starter"
    model = starter / "starter.gguf"
    projector = starter / "starter-mmproj.gguf"
    if not model.is_file() or not projector.is_file():
        return None
    return ModelPair(str(model), str(projector))
