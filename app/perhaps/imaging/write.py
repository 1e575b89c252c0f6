"""Pictures into files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from perhaps.errors import ImageError

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray


def write_png(pixels: NDArray[np.uint8], path: Path) -> None:
    """Write RGB pixels, shape `[height, width, 3]`; raises ImageError where that cannot be."""
    from PIL import Image

    try:
        Image.fromarray(pixels).save(path, "PNG")
    except OSError as error:
        reason = error.strerror or error
        raise ImageError(
            f"The file “{path}” cannot be written ({reason}); choose another place."
        ) from None
