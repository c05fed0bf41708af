"""Draws pictures with captions to try training on: `python docs/example-pairs.py pairs` fills the folder `pairs`."""
import csv
import sys
from pathlib import Path

from PIL import Image, ImageDraw

COLOURS = ("red", "green", "blue", "yellow", "purple", "orange")
SHAPES = {
    "circle": lambda draw, colour: draw.ellipse((14, 14, 50, 50), fill=colour),
    "square": lambda draw, colour: draw.rectangle((14, 14, 50, 50), fill=colour),
    "triangle": lambda draw, colour: draw.polygon(((32, 12), (12, 52), (52, 52)), fill=colour),
    "bar": lambda draw, colour: draw.rectangle((6, 26, 58, 38), fill=colour),
}

folder = Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
with open(folder / "captions.csv", "w", newline="", encoding="utf-8") as file:
    table = csv.writer(file)
    table.writerow(("image", "caption"))
    for colour in COLOURS:
        for shape, draw in SHAPES.items():
            picture = Image.new("RGB", (64, 64), "white")
            draw(ImageDraw.Draw(picture), colour)
            name = f"{colour}-{shape}.png"
            picture.save(folder / name)
            table.writerow((name, f"a {colour} {shape}"))
