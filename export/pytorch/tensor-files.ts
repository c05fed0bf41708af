/** tensor_files.py: reads and writes .safetensors, so that the package needs nothing but PyTorch. */

export const TENSOR_FILES = `\
"""Reads and writes .safetensors files with nothing but PyTorch.

The format is the length of a JSON header in 8 bytes, the header, then the tensors one
after the other: https://github.com/huggingface/safetensors
"""

from __future__ import annotations

import json
import struct
from pathlib import Path

import torch
from torch import Tensor

DTYPES = {
    "F64": torch.float64,
    "F32": torch.float32,
    "F16": torch.float16,
    "BF16": torch.bfloat16,
    "I64": torch.int64,
    "I32": torch.int32,
    "I16": torch.int16,
    "I8": torch.int8,
    "U8": torch.uint8,
    "BOOL": torch.bool,
}
NAMES = {dtype: name for name, dtype in DTYPES.items()}


def load_tensors(path: str | Path, key: str | None = None) -> dict[str, Tensor]:
    """Reads every tensor of a file by its name, or only the one called \`key\`.

    Raises:
        KeyError: There is no tensor of that name.
        ValueError: It is no such file, or not the whole of one.
    """
    size = Path(path).stat().st_size
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8).ljust(8, b"\\xff"))
        if 8 + length > size:
            raise ValueError(f"{path} is no .safetensors file, or was cut short")
        header = json.loads(file.read(length))
        header.pop("__metadata__", None)
        if key is not None:
            if key not in header:
                raise KeyError(f"{path} has {', '.join(header)}, but no {key}")
            header = {key: header[key]}
        tensors = {}
        for name, entry in header.items():
            begin, end = entry["data_offsets"]
            if 8 + length + end > size:
                raise ValueError(f"{path} was cut short: {name} is not whole in it")
            file.seek(8 + length + begin)
            values = torch.empty(entry["shape"], dtype=DTYPES[entry["dtype"]])
            if end > begin:
                data = bytearray(file.read(end - begin))
                values = torch.frombuffer(data, dtype=values.dtype).view(values.shape)
            tensors[name] = values
    return tensors


def save_tensors(tensors: dict[str, Tensor], path: str | Path) -> None:
    """Writes tensors under their names."""
    header, blobs, offset = {}, [], 0
    for name, tensor in tensors.items():
        blob = bytearray(tensor.numel() * tensor.element_size())
        if blob:
            values = tensor.detach().cpu().reshape(-1)
            torch.frombuffer(blob, dtype=tensor.dtype).copy_(values)
        header[name] = {
            "dtype": NAMES[tensor.dtype],
            "shape": list(tensor.shape),
            "data_offsets": [offset, offset + len(blob)],
        }
        blobs.append(blob)
        offset += len(blob)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for blob in blobs:
            file.write(blob)
`;
