/** pictures.py: pictures as nodes/pictures.ts makes them, number by number. */

export const PICTURES_FILE = `\
"""Pictures as the model takes them: cropped, resized, normalised as Patchbay does."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor


@dataclass(frozen=True)
class PictureOptions:
    """What becomes of pictures: [batch, channels, height, width], y = (x - mean) / std.

    Args:
        batch: Pictures take its places in turn.
        channels: 3 for RGB, 1 for luminance, 4 with alpha.
        height: Rows of pixels.
        width: Columns of pixels.
        fit: Where proportions differ, "crop" takes the middle, "stretch" everything
            out of proportion, "contain" everything, with bars at the mean.
        resample: "bilinear" or "bicubic"; both widen when a picture shrinks.
        mean: Taken off each channel, of values from 0 to 1.
        std: Divides each channel.
    """

    batch: int
    channels: int
    height: int
    width: int
    fit: str
    resample: str
    mean: tuple[float, ...]
    std: tuple[float, ...]


def read_pictures(paths: list[str], options: PictureOptions) -> Tensor:
    """Reads files as a batch.

    Raises:
        ValueError: A file is no picture, or Pillow is missing.
    """
    pictures = [prepare_picture(read_pixels(path), options) for path in paths]
    return torch.stack([pictures[i % len(pictures)] for i in range(options.batch)])


def read_pixels(path: str | Path) -> Tensor:
    """The pixels of a file, upright: uint8 [height, width, 4], the last one alpha."""
    try:
        from PIL import Image, ImageOps
    except ImportError as error:
        raise ValueError("Pillow reads pictures: pip install pillow") from error
    try:
        with Image.open(path) as image:
            upright = ImageOps.exif_transpose(image).convert("RGBA")
    except Exception as error:  # A broken file makes Pillow raise whatever it likes.
        raise ValueError(f"{path} is no picture that can be read: {error}") from error
    data = torch.frombuffer(bytearray(upright.tobytes()), dtype=torch.uint8)
    return data.view(upright.height, upright.width, 4)


def prepare_picture(pixels: Tensor, options: PictureOptions) -> Tensor:
    """Pixels as they come from a file, as the model takes them.

    Args:
        pixels: uint8 [height, width, 4]

    Returns:
        [channels, height, width]
    """
    x = with_channels(pixels.permute(2, 0, 1).double() / 255, options.channels)
    (top, left, rows, columns), (y, x0, height, width) = place(x.shape[1:], options)
    down = resize_matrix(top, rows, height, x.shape[1], options.resample)
    across = resize_matrix(left, columns, width, x.shape[2], options.resample)
    # A bicubic overshoots at edges; a picture has no values beyond black and white.
    resized = (down @ x @ across.T).clamp(0, 1)
    mean, std = (
        torch.tensor(values, dtype=torch.float64).view(-1, 1, 1)
        for values in (options.mean, options.std)
    )
    result = torch.zeros(options.channels, options.height, options.width)
    result[:, y : y + height, x0 : x0 + width] = (resized - mean) / std
    return result


def with_channels(rgba: Tensor, channels: int) -> Tensor:
    """RGBA as it is, or RGB or luminance over white: [channels, height, width]."""
    if channels == 4:
        return rgba
    color, alpha = rgba[:3], rgba[3:]
    if channels == 1:
        weights = torch.tensor([0.299, 0.587, 0.114], dtype=torch.float64)
        color = torch.einsum("c,chw->hw", weights, color).unsqueeze(0)
    return color * alpha + 1 - alpha


def place(
    size: torch.Size, options: PictureOptions
) -> tuple[tuple[float, ...], tuple[int, ...]]:
    """Which part of a picture goes where: top, left, height and width of both."""
    height, width = size
    whole, full = (0, 0, height, width), (0, 0, options.height, options.width)
    if options.fit == "stretch":
        return whole, full
    if options.fit == "crop":
        scale = min(height / options.height, width / options.width)
        rows, columns = options.height * scale, options.width * scale
        return ((height - rows) / 2, (width - columns) / 2, rows, columns), full
    scale = min(options.height / height, options.width / width)
    rows, columns = (max(1, math.floor(side * scale + 0.5)) for side in size)
    top, left = (options.height - rows) // 2, (options.width - columns) // 2
    return whole, (top, left, rows, columns)


def resize_matrix(
    start: float, length: float, count: int, limit: int, resample: str
) -> Tensor:
    """The weights of a resampling filter along one axis, as in Pillow: [count, limit].

    It reads some positions to either side of each centre. When shrinking, it widens,
    and so averages instead of skipping.
    """
    scale = length / count
    stretch = max(1.0, scale)
    kernel, support = {"bilinear": (linear, 1), "bicubic": (cubic, 2)}[resample]
    reach = support * stretch
    positions = torch.arange(limit, dtype=torch.float64)
    steps = torch.arange(count, dtype=torch.float64).unsqueeze(1)
    centres = start + (steps + 0.5) * scale
    first = (centres - reach + 0.5).trunc().clamp(min=0)
    last = (centres + reach + 0.5).trunc().clamp(max=limit)
    weights = kernel(((positions - centres + 0.5) / stretch).abs())
    weights = weights * ((positions >= first) & (positions < last))
    return weights / weights.sum(dim=1, keepdim=True)


def linear(distance: Tensor) -> Tensor:
    """A triangle."""
    return (1 - distance).clamp(min=0)


def cubic(x: Tensor) -> Tensor:
    """Keys' cubic convolution with a = -1/2."""
    near = (1.5 * x - 2.5) * x * x + 1
    far = (((x - 5) * x + 8) * x - 4) * -0.5
    return torch.where(x < 1, near, torch.where(x < 2, far, torch.zeros_like(x)))
`;
