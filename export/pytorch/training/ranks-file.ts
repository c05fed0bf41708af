/** ranks.py: the processes that train together. */

export const RANKS_FILE = `\
"""The processes that train together, as torchrun starts them; alone, rank 0 of 1."""

from __future__ import annotations

import gc
import os
import sys
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor


def join_processes() -> torch.device:
    """Joins the processes that torchrun started, and gives the device of this one."""
    device = torch.device("cpu")
    if torch.cuda.is_available():
        place, count = int(os.environ.get("LOCAL_RANK", "0")), torch.cuda.device_count()
        if place >= count:
            sys.exit(f"train.py: there is no GPU for process {place}: here are {count}")
        device = torch.device("cuda", place)
        torch.cuda.set_device(device)
        # One seed is one run on a GPU too, as far as its libraries can.
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
        torch.use_deterministic_algorithms(True, warn_only=True)
        # Newer ones then fill what nobody reads before it is written.
        if hasattr(torch.utils, "deterministic"):
            torch.utils.deterministic.fill_uninitialized_memory = False
    if "WORLD_SIZE" in os.environ:
        dist.init_process_group("nccl" if device.type == "cuda" else "gloo")
    return device


def leave_processes() -> None:
    """Ends what \`join_processes\` began, once nothing uses it any more."""
    # What DistributedDataParallel keeps must go first: it would end the group while it
    # holds the interpreter's lock, for which gloo's threads may be waiting.
    gc.collect()
    if dist.is_initialized():
        dist.destroy_process_group()


def rank() -> int:
    return dist.get_rank() if dist.is_initialized() else 0


def world_size() -> int:
    return dist.get_world_size() if dist.is_initialized() else 1


def mean_over_ranks(value: Tensor) -> float:
    """The mean of a number over all processes."""
    total = value.detach().clone()
    if world_size() > 1:
        dist.all_reduce(total)
    return total.item() / world_size()


def of_all_ranks(value: Any) -> list[Any]:
    """What each process has, by rank."""
    values = [value] * world_size()
    if world_size() > 1:
        dist.all_gather_object(values, value)
    return values


def wait_for_all() -> None:
    """Waits until every process is here."""
    if world_size() > 1:
        # NCCL would guess the device, and says so.
        ids = [torch.cuda.current_device()] if dist.get_backend() == "nccl" else None
        dist.barrier(device_ids=ids)
`;
