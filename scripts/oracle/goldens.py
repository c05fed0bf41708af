"""Writes nodes/goldens: what PyTorch computes for each node type, for pictures, and for whole systems.

    /usr/bin/python3 scripts/oracle/goldens.py

Everything is computed in float64 from float32 inputs and weights. The tests compare the node library with these numbers;
where PyTorch is at hand, the oracle stage compares it with PyTorch itself.
"""
import hashlib
import json
import pathlib

import torch
from torch.nn import functional as F

from clip import clip
from node_cases import elementwise_cases, imported_cases, language_cases, node_cases, numbers, tensor_cases
from safetensors import save
from vision import vit
from vlm import merging, vlm

FOLDER = pathlib.Path(__file__).parent.parent.parent / "nodes" / "goldens"
COMMAND = "/usr/bin/python3 scripts/oracle/goldens.py"


def picture_cases():
    """A small picture enlarged, shrunk and stretched as PyTorch's interpolate does with antialias."""
    pixels = torch.randint(0, 256, (13, 10, 4))
    pixels[..., 3] = 255
    rgb = pixels[..., :3].permute(2, 0, 1)[None].double() / 255
    cases = []
    for filter in ("bilinear", "bicubic"):
        for height, width in ((13, 10), (5, 4), (17, 15), (3, 14)):
            resized = F.interpolate(rgb, (height, width), mode=filter, antialias=True, align_corners=False)
            cases.append({"filter": filter, "output": numbers(resized[0].clamp(0, 1))})
    return {"width": 10, "height": 13, "data": pixels.flatten().tolist(), "cases": cases}


def random_cases():
    cases = []
    for seed, shape in ((0, (2, 3)), (7, (4, 5)), (123, (3, 11, 2)), (1, ())):
        torch.manual_seed(seed)
        cases.append({"seed": seed, "distribution": "normal", "output": numbers(torch.randn(shape))})
        torch.manual_seed(seed)
        cases.append({"seed": seed, "distribution": "uniform", "output": numbers(torch.rand(shape))})
    return cases


VITS = {
    # Patch counts and widths that no tile divides, five heads, three pictures.
    "vit-depth-1": (3, dict(batch=3, image_size=30, patch_size=6, num_channels=3, embed_dim=35, depth=1, num_heads=5, mlp_ratio=2.5)),
    "vit-depth-4": (7, dict(batch=3, image_size=14, patch_size=5, num_channels=1, embed_dim=30, depth=4, num_heads=5, mlp_ratio=3.0)),
    # A table of positions under 16 numbers, which PyTorch draws by another rule than larger ones.
    "vit-tiny": (5, dict(batch=1, image_size=7, patch_size=7, num_channels=3, embed_dim=3, depth=1, num_heads=1, mlp_ratio=1.0)),
}

VISION = dict(image_size=14, patch_size=5, num_channels=1, embed_dim=15, depth=1, num_heads=5, mlp_ratio=1.0)

# By name: the template, who builds the model and its inputs, the seed, the sizes.
SYSTEMS = {name: ("vit", vit, seed, sizes) for name, (seed, sizes) in VITS.items()} | {
    "clip": ("clip", clip, 1, dict(batch=3, text_len=5, vocab_size=23, text_dim=7, projection_dim=5, **VISION)),
    # More image tokens than patches, then padding; fewer.
    "merge-more": ("merge", merging, 0, dict(batch=2, num_patches=3, image_tokens=5, text_len=6, hidden_size=4, image_token_id=99, pad=2)),
    "merge-fewer": ("merge", merging, 7, dict(batch=2, num_patches=5, image_tokens=3, text_len=2, hidden_size=4, image_token_id=99, pad=0)),
    "vlm": ("vlm", vlm, 7, dict(batch=2, image_tokens=4, text_len=5, hidden_size=12, num_heads_text=3, num_layers=2, vocab_size=23,
                                image_token_id=22, **VISION)),
}


def write_system(name, template, build, seed, sizes):
    """Outputs and inputs as numbers; of the weights, which the seed gives, only the hash of their bytes."""
    torch.manual_seed(seed)
    model, inputs = build(**sizes)
    hashes = {key: hashlib.sha256(value.numpy().tobytes()).hexdigest() for key, value in model.eval().state_dict().items()}
    exact = {key: value.double() if value.is_floating_point() else value for key, value in inputs.items()}
    with torch.no_grad():
        outputs = model.double()(**exact)
    tensors = {f"input/{key}": value for key, value in inputs.items()}
    tensors |= {f"output/{key}": value.float() for key, value in outputs.items()}
    save(tensors, FOLDER / f"{name}.safetensors")
    return {"name": name, "template": template, "seed": seed, "sizes": sizes, "weights": hashes}


def write_json(name, **content):
    text = json.dumps({"command": COMMAND, "torch": torch.__version__, **content})
    (FOLDER / name).write_text(text.replace(', {"', ',\n{"') + "\n")


torch.manual_seed(0)
with torch.no_grad():
    nodes = node_cases()
    write_json("pictures.json", **picture_cases())
    write_json("random.json", cases=random_cases())
    torch.manual_seed(1)
    write_json("nodes.json", cases=nodes + elementwise_cases() + tensor_cases() + language_cases() + imported_cases())
    write_json("systems.json", cases=[write_system(name, *system) for name, system in SYSTEMS.items()])
