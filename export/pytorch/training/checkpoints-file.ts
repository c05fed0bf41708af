/** checkpoints.py: what a run needs to go on from where it was. */

export const CHECKPOINTS_FILE = `\
"""What a run writes: checkpoints, from which it goes on, and its log."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ranks import of_all_ranks, rank, wait_for_all, world_size
from tensor_files import save_tensors

KEYS = {"settings", "model", "optimizer", "scaler", "generators"}


class Checkpoints:
    """Those of one run, in its folder.

    Each is two files: step-000100.pt, from which training goes on, and
    step-000100.safetensors, the model's weights alone, which Patchbay opens.

    Args:
        folder: Where they are.
        keep: Older ones than this many are removed.
    """

    def __init__(self, folder: Path, keep: int) -> None:
        self.folder = folder
        self.keep = keep

    def steps(self) -> list[int]:
        """The steps that there are checkpoints of, in order."""
        ends = (file.stem.partition("-")[2] for file in self.folder.glob("step-*.pt"))
        return sorted(int(end) for end in ends if end.isdecimal())

    def load(self, step: int) -> dict[str, Any]:
        """What \`save\` was given; this process gets its generators back as they were.

        Raises:
            ValueError: It cannot be read, or is of another run than this.
        """
        path = self.path(step, ".pt")
        try:
            # What 1.13 takes for weights alone has no numbers with a point.
            safe = not torch.__version__.startswith("1.")
            state = torch.load(path, map_location="cpu", weights_only=safe)
        except Exception as error:
            reason = str(error).partition("\\n")[0]
            found = f"{type(error).__name__}: {reason}"
            raise ValueError(
                f"{path} cannot be read: it is cut off, or no checkpoint ({found})"
            ) from error
        if not (isinstance(state, dict) and KEYS.issubset(state)):
            raise ValueError(f"{path} is no checkpoint that train.py wrote")
        generators = state.pop("generators")
        if len(generators) != world_size():
            count, here = len(generators), world_size()
            raise ValueError(
                f"{path} was written by {count} processes, and here there are {here}"
            )
        set_generators(generators[rank()])
        return state

    def save(
        self, step: int, state: dict[str, Any], weights: dict[str, Tensor]
    ) -> None:
        """Writes a checkpoint from rank 0, with the generators of every process."""
        state = {**state, "generators": of_all_ranks(get_generators())}
        if rank() == 0:
            weights_path = self.path(step, ".safetensors")
            write_whole(weights_path, lambda path: save_tensors(weights, path))
            write_whole(self.path(step, ".pt"), lambda path: torch.save(state, path))
            for old in self.steps()[: -self.keep]:
                self.path(old, ".pt").unlink()
                self.path(old, ".safetensors").unlink(missing_ok=True)
        wait_for_all()

    def path(self, step: int, ending: str) -> Path:
        return self.folder / f"step-{step:06d}{ending}"


class Log:
    """log.jsonl: a line for each step that is logged.

    Args:
        path: Where it is. One process alone writes it.
        start: Lines of later steps are dropped: those steps are taken anew.
    """

    def __init__(self, path: Path, start: int) -> None:
        self.path = path
        lines = path.read_text().splitlines(keepends=True) if path.exists() else []
        # A process that was killed may have left half a line behind.
        whole = [line for line in lines if line.endswith("}\\n")]
        kept = "".join(line for line in whole if step_of(line, path) <= start)
        write_whole(path, lambda beside: beside.write_text(kept))

    def add(self, entry: dict[str, float]) -> None:
        """Writes a line, and prints it."""
        line = json.dumps(entry)
        print(line, flush=True)
        with open(self.path, "a") as file:
            file.write(f"{line}\\n")


def step_of(line: str, log: Path) -> int:
    try:
        return int(json.loads(line)["step"])
    except (ValueError, TypeError, KeyError) as error:
        what = f"a line that no run logged: {line.rstrip():.60}"
        raise ValueError(f"{log} has {what}; take another --out") from error


def write_whole(path: Path, write: Callable[[Path], None]) -> None:
    """Writes a file beside its place first; a process that is killed leaves no half."""
    beside = path.with_name(path.name + ".tmp")
    try:
        write(beside)
        with open(beside, "rb+") as file:
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException:
        # What a full disk did not take would keep it full.
        beside.unlink(missing_ok=True)
        raise


def get_generators() -> dict[str, Tensor]:
    """The states of PyTorch's generators in this process."""
    states = {"cpu": torch.get_rng_state()}
    if torch.cuda.is_available():
        states["cuda"] = torch.cuda.get_rng_state()
    return states


def set_generators(states: dict[str, Tensor]) -> None:
    torch.set_rng_state(states["cpu"])
    if torch.cuda.is_available() and "cuda" in states:
        torch.cuda.set_rng_state(states["cuda"])
`;
