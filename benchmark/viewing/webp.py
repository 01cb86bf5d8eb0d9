"""Pictures as WebP, still or moving: into a file, or as bytes inside a page."""

import base64
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]  # [H, W, 3]


def save_webp(pictures: Iterable[Picture], out: Path | BytesIO, *, quality: int, milliseconds: int = 0) -> None:
    """Write one picture, or several one after the other; the same pictures give the same bytes.

    Args:
        quality: 0 to 100.
        milliseconds: that each of several is shown.
    """
    from PIL import Image

    first, *others = [Image.fromarray(picture) for picture in pictures]
    more: dict[str, Any] = {}
    if others:
        more = {"save_all": True, "append_images": others, "duration": milliseconds, "loop": 0}  # 0: for ever
    # 6, the slowest and smallest: it is written once
    first.save(out, "WEBP", quality=quality, method=6, **more)


def webp(pictures: Iterable[Picture], *, quality: int, milliseconds: int = 0) -> bytes:
    """One picture, or several one after the other, as the bytes of a WebP file; see :func:`save_webp`."""
    out = BytesIO()
    save_webp(pictures, out, quality=quality, milliseconds=milliseconds)
    return out.getvalue()


def address(content: bytes) -> str:
    """A ``data:`` address that holds the picture itself, for a page that loads nothing."""
    return f"data:image/webp;base64,{base64.b64encode(content).decode()}"
