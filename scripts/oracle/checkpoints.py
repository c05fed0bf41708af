"""Compares two checkpoints that Patchbay wrote: `python checkpoints.py EXACT ROUNDED`, each a .safetensors file or an index.

Reads them as the format's page says (https://huggingface.co/docs/safetensors), with nothing of Patchbay's, and rounds
EXACT, which is float32, as PyTorch does: ROUNDED must have the same bits. Prints what does not, as a list in JSON.
"""
import json
import struct
import sys
from pathlib import Path

import torch

TYPES = {"F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16}


def load_file(path):
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    # Loaders of Hugging Face's refuse a file without it.
    assert header.pop("__metadata__")["format"] == "pt"
    tensors, end = {}, 0
    for name, entry in header.items():
        first, last = entry["data_offsets"]
        assert first == end, f"{name} leaves a gap"
        end = last
        count = 1
        for size in entry["shape"]:
            count *= size
        dtype = TYPES[entry["dtype"]]
        tensor = torch.frombuffer(bytearray(data[8 + length + first : 8 + length + last]), dtype=dtype, count=count)
        tensors[name] = tensor.reshape(entry["shape"])
    assert 8 + length + end == len(data), "bytes follow the last tensor"
    return tensors


def load(path):
    path = Path(path)
    if path.suffix != ".json":
        return load_file(path)
    index = json.loads(path.read_text())
    files = {name: load_file(path.parent / name) for name in set(index["weight_map"].values())}
    total = sum(tensor.numel() * tensor.element_size() for held in files.values() for tensor in held.values())
    assert index["metadata"]["total_size"] == total
    assert sum(map(len, files.values())) == len(index["weight_map"])
    return {name: files[file][name] for name, file in index["weight_map"].items()}


def bits(tensor):
    return tensor.view(torch.int32 if tensor.element_size() == 4 else torch.int16)


exact, rounded = map(load, sys.argv[1:3])
assert set(exact) == set(rounded), set(exact) ^ set(rounded)
print(json.dumps([name for name in exact if not torch.equal(bits(exact[name].to(rounded[name].dtype)), bits(rounded[name]))]))
