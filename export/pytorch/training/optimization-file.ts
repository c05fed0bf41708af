/** optimization.py: what is alike in every training: schedule, weight decay, mixed precision. */

export const OPTIMIZATION_FILE = `\
"""How steps are taken: their size, what decays, and in which precision."""

from __future__ import annotations

import math
from contextlib import nullcontext

import torch
from torch import nn

PRECISIONS = {"bf16": torch.bfloat16, "fp16": torch.float16}


def learning_rate(step: int, peak: float, warmup: int, steps: int) -> float:
    """Rises evenly to the peak while warming up, then falls along half a cosine.

    Args:
        step: From 1 to \`steps\`.
        peak: Of the last step of the warm-up.
        warmup: How many steps it takes.
        steps: How many there are in all.
    """
    if step <= warmup:
        return peak * step / warmup
    progress = (step - warmup - 1) / (steps - warmup)
    return peak * (1 + math.cos(math.pi * progress)) / 2


def parameter_groups(model: nn.Module, weight_decay: float) -> list[dict]:
    """Matrices decay; embeddings do not, nor biases, norms and scales."""
    tables = {id(m.weight) for m in model.modules() if isinstance(m, nn.Embedding)}
    decaying, others = [], []
    for parameter in model.parameters():
        is_matrix = parameter.ndim >= 2 and id(parameter) not in tables
        (decaying if is_matrix else others).append(parameter)
    return [
        {"params": decaying, "weight_decay": weight_decay},
        {"params": others, "weight_decay": 0.0},
    ]


def usual_precision(device: torch.device) -> str:
    """Half of the bits on a GPU, all of them elsewhere."""
    if device.type != "cuda":
        return "float32"
    # PyTorch says of older GPUs too that they have bf16, which they imitate, slowly.
    return "bf16" if torch.cuda.get_device_capability(device) >= (8, 0) else "fp16"


def cast_for(precision: str, device: torch.device) -> torch.autocast | nullcontext:
    """The context in which a model computes in this precision."""
    if precision == "float32":
        return nullcontext()
    return torch.autocast(device.type, dtype=PRECISIONS[precision])


def make_scaler(enabled: bool) -> torch.cuda.amp.GradScaler:
    """Keeps the small gradients of fp16 from vanishing; does nothing unless enabled."""
    # PyTorch 2.3 gave it another name, and later ones warn of the old.
    if hasattr(torch.amp, "GradScaler"):
        return torch.amp.GradScaler("cuda", enabled=enabled)
    return torch.cuda.amp.GradScaler(enabled=enabled)
`;
