"""Draw a scene with one of three rasterisers and letterbox it for the model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

from recipe.emoji import paste_emoji
from recipe.lettering import draw_text
from recipe.outlines import Points, outline, silhouettes
from recipe.scenes import LETTERBOX, Ground, Item, Scene
from recipe.wear import wear

if TYPE_CHECKING:
    from random import Random

    from recipe.palette import Rgb

LETTERBOX_FILL = (122, 116, 104)
PATCH = 24
FINE = 6  # label cells along the side of a patch
GRID = LETTERBOX // PATCH


def render(scene: Scene, rng: Random) -> Image.Image:
    """Draw a scene as somebody's program might have: jagged, smooth or soft; clean or worn."""
    picture = draw_ground(scene.ground, scene.width, scene.height, rng)
    style, longest = rng.random(), max(scene.width, scene.height)
    drawn = [item for item in scene.items if not item.text]
    jagged = False
    if not drawn:
        jagged = style < 0.3
    elif longest <= 420 and style < 0.4:
        picture = draw_with_distances(picture, drawn, softness=rng.uniform(0.7, 1.8))
    elif longest <= 640 and style < 0.75:
        picture = draw_supersampled(picture, drawn, factor=3)
    else:
        jagged = True
        draw_jagged(picture, drawn)
    for item in scene.items:
        if item.face:
            draw_text(picture, item, smooth=not jagged)
        elif item.text:
            paste_emoji(picture, item)
    return wear(picture, rng)


def draw_ground(ground: Ground, width: int, height: int, rng: Random) -> Image.Image:
    """Paint the ground: one colour, a gradient, noise, soft blotches, or static."""
    if ground.texture == "plain":
        return Image.new("RGB", (width, height), ground.first)
    noise = np.random.default_rng(rng.getrandbits(32))
    if ground.texture == "static":
        return draw_static(ground.strength, width, height, noise)
    first, second = np.array(ground.first, np.float32), np.array(ground.second, np.float32)
    if ground.texture == "gradient":
        angle = noise.uniform(0, 2 * np.pi)
        y, x = np.ogrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
        ramp = (np.cos(angle) * x + np.sin(angle) * y) / 2.83 + 0.5
        pixels = first + ramp[..., None].astype(np.float32) * (second - first)
    elif ground.texture == "noisy":
        pixels = first + noise.standard_normal((height, width, 3), np.float32) * ground.strength
    else:
        coarse = noise.standard_normal((6, 6)).clip(-2, 2) * 20 + 128
        blotches = Image.fromarray(coarse.astype(np.uint8)).resize((width, height), Image.BICUBIC)
        pixels = first + (np.asarray(blotches, np.float32)[..., None] - 128) * ground.strength / 24
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def draw_static(
    strength: float, width: int, height: int, noise: np.random.Generator
) -> Image.Image:
    """Paint a picture in which nothing can be recognised: coloured noise from fine to coarse."""
    total = np.zeros((height, width, 3), np.float32)
    grains = noise.choice((1, 2, 6, 16, 48), size=2, replace=False) if strength < 0.7 else (1,)
    for grain in grains:
        cells = (max(2, height // grain), max(2, width // grain), 3)
        cell_pixels = Image.fromarray(noise.integers(0, 256, cells, np.uint8))
        total += np.asarray(cell_pixels.resize((width, height), Image.BILINEAR), np.float32)
    return Image.fromarray((total / len(grains)).astype(np.uint8))


def draw_jagged(picture: Image.Image, items: list[Item], factor: int = 1) -> None:
    """Draw with Pillow as it is, without smoothing, in place."""
    pen = ImageDraw.Draw(picture)
    for item in items:
        if item.kind in ("circle", "oval") and item.angle % 90 == 0 and not item.wobble:
            _draw_ellipse(pen, item, factor)
        else:
            _draw_polygon(pen, item, outline(item) * factor, factor)


def _draw_ellipse(pen: ImageDraw.ImageDraw, item: Item, factor: int) -> None:
    half_width, half_height = item.size / 2, item.size / 2 * item.aspect
    if item.angle % 180:
        half_width, half_height = half_height, half_width
    box = [
        (item.x - half_width) * factor, (item.y - half_height) * factor,
        (item.x + half_width) * factor, (item.y + half_height) * factor,
    ]  # fmt: skip
    fill, line, width = _pens(item, factor)
    pen.ellipse(box, fill=fill, outline=line, width=width)


def _draw_polygon(pen: ImageDraw.ImageDraw, item: Item, points: Points, factor: int) -> None:
    fill, line, width = _pens(item, factor)
    corners = [(float(x), float(y)) for x, y in points]
    if fill is not None:
        pen.polygon(corners, fill=fill)
    if line is not None:
        pen.line([*corners, corners[0], corners[1]], fill=line, width=width, joint="curve")


def _pens(item: Item, factor: int) -> tuple[Rgb | None, Rgb | None, int]:
    if item.stroke:
        return None, item.rgb, max(1, round(item.stroke * factor))
    border_width = max(1, round(item.size * 0.02)) * factor if item.border else 0
    return item.rgb, item.border, border_width


def draw_supersampled(picture: Image.Image, items: list[Item], factor: int) -> Image.Image:
    """Draw with Pillow at a multiple of the size and shrink: smooth edges."""
    large = picture.resize((picture.width * factor, picture.height * factor), Image.NEAREST)
    draw_jagged(large, items, factor)
    return large.reduce(factor)


def draw_with_distances(picture: Image.Image, items: list[Item], softness: float) -> Image.Image:
    """Draw with signed distances in NumPy: edges as soft as wanted, without Pillow's drawing."""
    pixels = np.asarray(picture, np.float32).copy()
    for item in items:
        reach = item.size * 0.72 + item.stroke + 3
        left, top = max(0, int(item.x - reach)), max(0, int(item.y - reach))
        right, bottom = int(item.x + reach) + 1, int(item.y + reach) + 1
        window = pixels[top:bottom, left:right]
        y, x = np.mgrid[top : top + window.shape[0], left : left + window.shape[1]] + 0.5
        distance = signed_distance(item, x.astype(np.float32), y.astype(np.float32))
        if item.stroke:
            distance = np.abs(distance) - item.stroke / 2
        _blend(window, distance, item.rgb, softness)
        if item.border:
            _blend(window, np.abs(distance) - max(1, item.size * 0.02) / 2, item.border, softness)
    return Image.fromarray(pixels.clip(0, 255).round().astype(np.uint8))


def signed_distance(item: Item, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Distance of each pixel to the outline, negative inside."""
    if item.kind == "circle" and not item.wobble:
        return np.hypot(x - item.x, y - item.y) - item.size / 2
    points = outline(item).astype(np.float32)
    nearest = np.full(x.shape, np.inf, np.float32)
    inside = np.zeros(x.shape, bool)
    for (ax, ay), (bx, by) in zip(points, np.roll(points, -1, axis=0), strict=True):
        ex, ey, px, py = bx - ax, by - ay, x - ax, y - ay
        along = ((px * ex + py * ey) / (ex * ex + ey * ey + 1e-9)).clip(0, 1)
        np.minimum(nearest, (px - ex * along) ** 2 + (py - ey * along) ** 2, out=nearest)
        if abs(ey) > 1e-6:
            inside ^= ((ay > y) != (by > y)) & (px < py * ex / ey)
    return np.sqrt(nearest) * np.where(inside, -1, 1)


def _blend(window: np.ndarray, distance: np.ndarray, rgb: Rgb, softness: float) -> None:
    cover = (0.5 - distance / softness).clip(0, 1)[..., None]
    window += cover * (np.array(rgb, np.float32) - window)


def letterbox(picture: Image.Image) -> np.ndarray:
    """Fit a picture into the model's square as llama.cpp does: bicubic, padded in its colour."""
    sides = np.array(picture.size, np.float32)
    scale = (np.float32(LETTERBOX) / sides).min()
    width, height = np.minimum(LETTERBOX, np.ceil(sides * scale)).astype(int).tolist()
    square = Image.new("RGB", (LETTERBOX, LETTERBOX), LETTERBOX_FILL)
    resized = picture.convert("RGB").resize((width, height), Image.BICUBIC)
    square.paste(resized, ((LETTERBOX - width) // 2, (LETTERBOX - height) // 2))
    return np.asarray(square)


def cover_cells(scene: Scene) -> np.ndarray:
    """The number (from 1) of the part at each of FINE x FINE cells of each patch; 0 for ground.

    Parts are the items, or the letters of what is written.
    """
    scale = LETTERBOX / max(scene.width, scene.height)
    shift = ((LETTERBOX - scene.width * scale) / 2, (LETTERBOX - scene.height * scale) / 2)
    cover = Image.new("L", (GRID * FINE, GRID * FINE))
    pen = ImageDraw.Draw(cover)
    parts = [points for item in scene.items for points in silhouettes(item)]
    for number, points in enumerate(parts, start=1):
        corners = (points * scale + shift) * (FINE / PATCH) - 0.5
        pen.polygon([(float(x), float(y)) for x, y in corners], fill=number)
    cells = np.asarray(cover).reshape(GRID, FINE, GRID, FINE).transpose(0, 2, 1, 3)
    return cells.reshape(GRID * GRID, FINE * FINE)


def label_patches(scene: Scene) -> np.ndarray:
    """For each patch the number (from 1) of the part that covers most of it; 0 for ground."""
    counts = (cover_cells(scene)[..., None] == np.arange(1, 8)).sum(1)
    return np.where(counts.max(-1) >= 4, counts.argmax(-1) + 1, 0).astype(np.uint8)
