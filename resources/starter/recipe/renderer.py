"""Draw a scene with one of three rasterisers, wear it a little, and letterbox it for the model."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from recipe.outlines import Points, outline
from recipe.scenes import LETTERBOX, Ground, Scene, Shape

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
    style = rng.random()
    if max(scene.width, scene.height) <= 420 and style < 0.4:
        picture = draw_with_distances(picture, scene.shapes, softness=rng.uniform(0.7, 1.8))
    elif max(scene.width, scene.height) <= 640 and style < 0.75:
        picture = draw_supersampled(picture, scene.shapes, factor=3)
    else:
        draw_jagged(picture, scene.shapes)
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


def draw_jagged(picture: Image.Image, shapes: list[Shape], factor: int = 1) -> None:
    """Draw with Pillow as it is, without smoothing, in place."""
    pen = ImageDraw.Draw(picture)
    for shape in shapes:
        if shape.kind in ("circle", "oval") and shape.angle % 90 == 0:
            _draw_ellipse(pen, shape, factor)
        else:
            _draw_polygon(pen, shape, outline(shape) * factor, factor)


def _draw_ellipse(pen: ImageDraw.ImageDraw, shape: Shape, factor: int) -> None:
    half_width, half_height = shape.size / 2, shape.size / 2 * shape.aspect
    if shape.angle % 180:
        half_width, half_height = half_height, half_width
    box = [
        (shape.x - half_width) * factor, (shape.y - half_height) * factor,
        (shape.x + half_width) * factor, (shape.y + half_height) * factor,
    ]  # fmt: skip
    fill, line, width = _pens(shape, factor)
    pen.ellipse(box, fill=fill, outline=line, width=width)


def _draw_polygon(pen: ImageDraw.ImageDraw, shape: Shape, points: Points, factor: int) -> None:
    fill, line, width = _pens(shape, factor)
    corners = [(float(x), float(y)) for x, y in points]
    if fill is not None:
        pen.polygon(corners, fill=fill)
    if line is not None:
        pen.line([*corners, corners[0], corners[1]], fill=line, width=width, joint="curve")


def _pens(shape: Shape, factor: int) -> tuple[Rgb | None, Rgb | None, int]:
    if shape.stroke:
        return None, shape.rgb, max(1, round(shape.stroke * factor))
    border_width = max(1, round(shape.size * 0.02)) * factor if shape.border else 0
    return shape.rgb, shape.border, border_width


def draw_supersampled(picture: Image.Image, shapes: list[Shape], factor: int) -> Image.Image:
    """Draw with Pillow at a multiple of the size and shrink: smooth edges."""
    large = picture.resize((picture.width * factor, picture.height * factor), Image.NEAREST)
    draw_jagged(large, shapes, factor)
    return large.reduce(factor)


def draw_with_distances(picture: Image.Image, shapes: list[Shape], softness: float) -> Image.Image:
    """Draw with signed distances in NumPy: edges as soft as wanted, without Pillow's drawing."""
    pixels = np.asarray(picture, np.float32).copy()
    for shape in shapes:
        reach = shape.size * 0.72 + shape.stroke + 3
        left, top = max(0, int(shape.x - reach)), max(0, int(shape.y - reach))
        right, bottom = int(shape.x + reach) + 1, int(shape.y + reach) + 1
        window = pixels[top:bottom, left:right]
        y, x = np.mgrid[top : top + window.shape[0], left : left + window.shape[1]] + 0.5
        distance = signed_distance(shape, x.astype(np.float32), y.astype(np.float32))
        if shape.stroke:
            distance = np.abs(distance) - shape.stroke / 2
        _blend(window, distance, shape.rgb, softness)
        if shape.border:
            _blend(window, np.abs(distance) - max(1, shape.size * 0.02) / 2, shape.border, softness)
    return Image.fromarray(pixels.clip(0, 255).round().astype(np.uint8))


def signed_distance(shape: Shape, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Distance of each pixel to the outline, negative inside."""
    if shape.kind == "circle":
        return np.hypot(x - shape.x, y - shape.y) - shape.size / 2
    points = outline(shape).astype(np.float32)
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


def wear(picture: Image.Image, rng: Random) -> Image.Image:
    """Sometimes blur, add noise, or store as JPEG, as pictures in the wild have been."""
    if rng.random() < 0.1:
        picture = picture.filter(ImageFilter.GaussianBlur(rng.uniform(0.4, 1.2)))
    if rng.random() < 0.08:
        noise = np.random.default_rng(rng.getrandbits(32))
        pixels = np.asarray(picture, np.float32)
        pixels = pixels + noise.standard_normal(pixels.shape, np.float32) * rng.uniform(2, 12)
        picture = Image.fromarray(pixels.clip(0, 255).astype(np.uint8))
    if rng.random() < 0.35:
        file = BytesIO()
        picture.save(file, "JPEG", quality=rng.randint(35, 95))
        picture = Image.open(file).convert("RGB")
    return picture


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
    """The number (from 1) of the shape at each of FINE x FINE cells of each patch; 0 for ground."""
    scale = LETTERBOX / max(scene.width, scene.height)
    shift = ((LETTERBOX - scene.width * scale) / 2, (LETTERBOX - scene.height * scale) / 2)
    cover = Image.new("L", (GRID * FINE, GRID * FINE))
    pen = ImageDraw.Draw(cover)
    for number, shape in enumerate(scene.shapes, start=1):
        corners = (outline(shape) * scale + shift) * (FINE / PATCH) - 0.5
        pen.polygon([(float(x), float(y)) for x, y in corners], fill=number)
    cells = np.asarray(cover).reshape(GRID, FINE, GRID, FINE).transpose(0, 2, 1, 3)
    return cells.reshape(GRID * GRID, FINE * FINE)


def label_patches(scene: Scene) -> np.ndarray:
    """For each patch the number (from 1) of the shape that covers most of it; 0 for ground."""
    counts = (cover_cells(scene)[..., None] == np.arange(1, 8)).sum(1)
    return np.where(counts.max(-1) >= 4, counts.argmax(-1) + 1, 0).astype(np.uint8)
