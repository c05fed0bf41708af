#!/usr/bin/env python3
"""Writes what PyTorch's CPU generator draws, for gpu/random's tests.

    /usr/bin/python3 gpu/random/golden.py > gpu/random/golden.json && oxfmt gpu/random/golden.json     (torch 1.13.1 on x86 with AVX2)

A sequence is one seed and a list of draws from it, each with its values (float32 written exactly).
"""
import hashlib, json
import torch
from torch import nn


def uniform(count, low=0.0, high=1.0):
    return {"draw": "uniform", "count": count, "low": low, "high": high}


def normal(count, mean=0.0, std=1.0):
    return {"draw": "normal", "count": count, "mean": mean, "std": std}


def integers(count, low, high):
    return {"draw": "integers", "count": count, "low": low, "high": high}


def values(step):
    count = step["count"]
    if step["draw"] == "uniform":
        return torch.empty(count).uniform_(step["low"], step["high"]).tolist()
    if step["draw"] == "normal":
        return torch.empty(count).normal_(step["mean"], step["std"]).tolist()
    return torch.randint(step["low"], step["high"], (count,)).tolist()


def sequence(seed, *steps):
    torch.manual_seed(seed)
    return {"seed": seed, "steps": [{**step, "values": values(step)} for step in steps]}


def digest(seed, tensor):
    torch.manual_seed(seed)
    return hashlib.sha256(tensor().numpy().tobytes()).hexdigest()


def layer(seed, make):
    torch.manual_seed(seed)
    return {name: tensor.flatten().tolist() for name, tensor in make().state_dict().items()}


sequences = [sequence(3, normal(n), uniform(3)) for n in (0, 1, 2, 15, 16, 17, 20, 31, 32, 33, 1000)]
sequences += [sequence(seed, uniform(700)) for seed in (0, 1, 7, 2**32 + 5, 2**53 - 1)]
sequences += [
    # The second of a pair is carried over, and survives a large draw.
    sequence(0, normal(3), normal(4), uniform(2)),
    sequence(5, normal(3), normal(16), normal(1), normal(2)),
    sequence(5, normal(1), uniform(5, -3.0, 0.1), normal(1), normal(40, 5.0, 0.02), normal(1, -1.0, 3.0)),
    sequence(1, normal(1240, 0.0, 0.02), normal(7, 0.1, 0.02), normal(16, 0.1, 0.3)),
    sequence(2, integers(5, 0, 97), integers(20, 1, 32000), integers(3, 0, 2**33), integers(4, -10, 10)),
    sequence(11, integers(3, 0, 2**32), integers(3, -(2**31), 2**31), uniform(1)),
]
print(json.dumps({
    "torch": torch.__version__,
    "sequences": sequences,
    "digests": {
        "normal(1000003) of seed 7": digest(7, lambda: torch.randn(1000003)),
        "uniform(1000003, -0.1, 0.3) of seed 8": digest(8, lambda: torch.empty(1000003).uniform_(-0.1, 0.3)),
    },
    "layers": {
        "Linear(7, 5) of seed 0": layer(0, lambda: nn.Linear(7, 5)),
        "Linear(768, 3) of seed 4": layer(4, lambda: nn.Linear(768, 3)),
        "Conv2d(3, 4, 6) of seed 0": layer(0, lambda: nn.Conv2d(3, 4, 6, stride=6)),
        "Embedding(11, 65) of seed 0": layer(0, lambda: nn.Embedding(11, 65)),
        "Embedding(3, 5) of seed 0": layer(0, lambda: nn.Embedding(3, 5)),
        "LayerNorm(9) of seed 0": layer(0, lambda: nn.LayerNorm(9)),
    },
}, separators=(",", ":")))
