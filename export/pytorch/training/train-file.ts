/** train.py: the loop that teaches the model, on one device or on many. */
import { docstring } from '../docstring.ts';
import { writeOptions } from './options-part.ts';
import { contrastiveNames, lossLine, lossTables, objective, takesLoss } from './losses-part.ts';
import type { TrainingPlan } from './plan.ts';

/** @param main class of the model. */
export function writeTrainFile(main: string, plan: TrainingPlan): string {
  const { losses, inputs } = plan;
  const table = inputs.columns.size > 0;
  const command = `python train.py ${table ? '--data FOLDER ' : ''}--out runs/first`;
  const [title] = docstring({ text: `Trains ${main}.` }, '');
  const fromDataset = ['Samples', 'load_batches', ...(inputs.fixed.length > 0 ? ['load_fixed'] : [])];
  if (table) fromDataset.unshift('COLUMNS');
  return `\
${title!.replace(/"""$/, '')}

    ${command}
    ${command} --resume
    torchrun --nproc_per_node 4 ${command.replace('python ', '')}

--batch-size is that of all processes together, each of which takes its part: the
batches, and so the losses, are the same however many there are. What is written lies
in the folder --out: log.jsonl, and the checkpoints.
"""

from __future__ import annotations

import argparse
import gc
import math
import os
import sys
import time
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from checkpoints import Checkpoints, Log
${plan.contrast ? `from contrastive import ${contrastiveNames(plan)}\n` : ''}\
from dataset import ${fromDataset.join(', ')}
from optimization import (
    cast_for,
    learning_rate,
    make_scaler,
    parameter_groups,
    usual_precision,
)
from ranks import (
    join_processes,
    leave_processes,
    mean_over_ranks,
    of_all_ranks,
    rank,
    wait_for_all,
    world_size,
)
from run import FOLDER, load_model

${lossTables(plan)}

${SETTINGS}


${objective(plan)}


class Trainer:
    """A run: the model and what its training needs, at the step where it begins.

    Raises:
        ValueError: What was asked for does not fit together, or cannot be read.
    """

    def __init__(self, options: argparse.Namespace, device: torch.device) -> None:
        check_parts(options)
        self.options = options
        self.device = device
        self.samples = ${table ? 'Samples(options.data, {**COLUMNS, **dict(options.column)})' : 'Samples(options.samples)'}
        if len(self.samples) < options.batch_size:
            count, size = len(self.samples), options.batch_size
            raise ValueError(f"there are {count} samples, and --batch-size is {size}")
        # Dropout differs between processes, and is the same in every run.
        torch.manual_seed(options.seed + rank())
        self.model = load_weights(options.weights).to(device).train()
        groups = parameter_groups(self.model, options.weight_decay)
        self.optimizer = torch.optim.AdamW(groups)
        self.scaler = make_scaler(options.precision == "fp16")
        self.checkpoints = Checkpoints(options.out, options.keep)
        self.start = self.resume()
${inputs.fixed.length > 0 ? FIXED_INPUTS : ''}\
        self.batches = load_batches(
            self.samples,
            size=options.batch_size // options.accumulate,
            seed=options.seed,
            start=self.start * options.accumulate,
            workers=options.workers,
        )

    def settings(self) -> dict[str, str | int | float]:
        flags = {f"--{name.replace('_', '-')}": name for name in SETTINGS}
        values = {flag: getattr(self.options, name) for flag, name in flags.items()}
        return {**values, "a number of samples of": len(self.samples)}

    def resume(self) -> int:
        """Goes back to the last checkpoint; gives its step, 0 where there is none."""
        steps = self.checkpoints.steps()
        if not steps:
            return 0
        if not self.options.resume:
            folder = self.options.out
            raise ValueError(f"{folder} has checkpoints: --resume, or another --out")
        state = self.checkpoints.load(steps[-1])
        for name, value in self.settings().items():
            before = state["settings"][name]
            if value != before:
                raise ValueError(f"the run began with {name} {before}, not {value}")
        try:
            self.model.load_state_dict(state["model"])
            self.optimizer.load_state_dict(state["optimizer"])
            self.scaler.load_state_dict(state["scaler"])
        except (RuntimeError, KeyError, ValueError) as error:
            place = f"the checkpoint of step {steps[-1]} in {self.options.out}"
            reason = " ".join(str(error).split())
            raise ValueError(f"{place} is of another model: {reason:.300}") from error
        return steps[-1]

    def save(self, step: int) -> None:
        weights = self.model.state_dict()
        state = {
            "settings": self.settings(),
            "model": weights,
            "optimizer": self.optimizer.state_dict(),
            "scaler": self.scaler.state_dict(),
        }
        self.checkpoints.save(step, state, weights)

    def wrap(self) -> None:
        """Makes what is called for each batch, as at the beginning of a run."""
        self.objective = None
        # What wrapped the model before refers to itself, and holds gradients too.
        gc.collect()
        self.objective = Objective(self.model${takesLoss(plan) ? ', self.options.loss' : ''})
        if world_size() > 1:
            ids = [self.device.index] if self.device.type == "cuda" else None
${plan.idleWeights ? WRAP_ALL : '            self.objective = DistributedDataParallel(self.objective, device_ids=ids)'}

    def run(self) -> None:
        """Takes the steps that are left."""
        options = self.options
        self.wrap()
        log = None
        if rank() == 0:
            options.out.mkdir(parents=True, exist_ok=True)
            log = Log(options.out / "log.jsonl", self.start)
        began, done = time.perf_counter(), self.start
        for step in range(self.start + 1, options.steps + 1):
            entry = {"step": step, **self.take_step(step)}
            is_last = step == options.steps
            logs, saves = step % options.log_every == 0, step % options.save_every == 0
            if logs or saves or is_last:
                self.read(entry)
            if logs or is_last:
                now = time.perf_counter()
                taken = (step - done) * options.batch_size
                entry["samples_per_second"] = round(taken / (now - began), 3)
                began, done = now, step
                if log is not None:
                    log.add(entry)
            if saves or is_last:
                self.save(step)
                # Once it has seen a batch, DistributedDataParallel adds up gradients in
                # another order, and sums round otherwise. Who resumes begins anew here.
                self.wrap()

    def read(self, entry: dict[str, Any]) -> None:
        """Makes numbers of what a step gave: a GPU is waited for here alone.

        Raises:
            Diverged: They are none, and no checkpoint should be made of the weights.
        """
        entry["loss"] = mean_over_ranks(entry["loss"])
        norm = entry["grad_norm"].item()
        # In fp16 gradients may overflow: that step is left out, and JSON has no inf.
        entry["grad_norm"] = norm if math.isfinite(norm) else None
        for name in ("loss", "grad_norm"):
            value = entry[name]
            if value is None and not self.scaler.is_enabled():
                value = norm
            if value is not None and not math.isfinite(value):
                raise Diverged(f"{name} is {value} at step {entry['step']}")

    def take_step(self, step: int) -> dict[str, Any]:
        """Changes the weights once; gives its loss, and the norm of gradients."""
        options = self.options
        rate = learning_rate(step, options.lr, options.warmup, options.steps)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        loss = torch.zeros((), device=self.device)
        for part in range(options.accumulate):
            # Processes share their gradients once, with the last part.
            is_silent = world_size() > 1 and part < options.accumulate - 1
            with self.objective.no_sync() if is_silent else nullcontext():
                loss += self.add_gradients() / options.accumulate
        self.scaler.unscale_(self.optimizer)
        norm = nn.utils.clip_grad_norm_(self.model.parameters(), options.clip)
        self.scaler.step(self.optimizer)
        self.scaler.update()
        self.optimizer.zero_grad(set_to_none=True)
        return {"loss": loss, "lr": rate, "grad_norm": norm}

    def add_gradients(self) -> Tensor:
        """Adds up the gradients of one part of a batch; gives its loss."""
        batch = next(self.batches)
        # From pinned memory, which the loader gives, a copy need not be waited for.
        inputs = {k: x.to(self.device, non_blocking=True) for k, x in batch.items()}
        with cast_for(self.options.precision, self.device):
            result = self.objective(inputs${inputs.fixed.length > 0 ? ' | self.fixed' : ''})
${lossLine(plan)}
        self.scaler.scale(loss / self.options.accumulate).backward()
        return loss.detach()


class Diverged(Exception):
    """The loss or the gradients are no numbers; every process finds it at once."""


def load_weights(path: Path) -> nn.Module:
    """The model with the weights of a file.

    Raises:
        OSError: It cannot be read.
        ValueError: It has others, or none.
    """
    try:
        return load_model(path)
    except OSError:
        raise
    except Exception as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise ValueError(f"{path} has no weights of this model: {reason}") from error


def check_parts(options: argparse.Namespace) -> None:
    """Raises ValueError where the batch cannot be shared out."""
${losses.some(({ how }) => how.kind === 'joint') ? JOINT_CHECK : ''}\
    parts = world_size() * options.accumulate
    if options.batch_size % parts != 0:
        size, ranks = options.batch_size, world_size()
        raise ValueError(
            f"--batch-size {size} is no multiple of {parts}: processes ({ranks}) times "
            f"--accumulate ({options.accumulate})"
        )


${writeOptions(plan, takesLoss(plan) ? 'LOSSES' : 'list(CONTRASTIVE)')}


def train(options: argparse.Namespace, device: torch.device) -> bool:
    """Does what was asked for; whether it went well. What did not is told in a line."""
    trainer, failure = None, None
    try:
        trainer = Trainer(options, device)
    except (OSError, ValueError) as error:
        failure = in_a_line(error)
    start = trainer.start if trainer else None
    found = of_all_ranks((failure, start))
    failures = [said for said, _ in found if said is not None]
    starts = sorted({step for _, step in found if step is not None})
    if not failures and len(starts) > 1:
        # A folder that machines share may show one of them a file later than the other.
        seen = f"processes see different checkpoints in {options.out}: steps {starts}"
        failures = [f"train.py: {seen}; it must be a folder that all of them share"]
    if failures:
        # Every process may have found the same.
        if rank() == 0:
            print(failures[0], file=sys.stderr, flush=True)
        wait_for_all()
        return False
    try:
        trainer.run()
    except Diverged as error:
        if rank() == 0:
            print(in_a_line(error), file=sys.stderr, flush=True)
        return False
    except (OSError, ValueError) as error:
        print(in_a_line(error), file=sys.stderr, flush=True)
        # The others are amid a step: they do not come where processes leave together.
        if world_size() > 1:
            os._exit(1)
        return False
    except RuntimeError as error:
        if not is_left_alone(error):
            raise
        os._exit(1)
    return True


def is_left_alone(error: RuntimeError) -> bool:
    """Whether another process ended, and has said why."""
    return world_size() > 1 and "by peer" in str(error)


def in_a_line(error: Exception) -> str:
    # Of what a worker of the loader found, the rest is its traceback.
    message = str(error).strip().splitlines()[-1]
    return f"train.py: {message.removeprefix('ValueError: ')}"


def main() -> None:
    device = join_processes()
    went_well = train(parse_arguments(device), device)
    leave_processes()
    sys.exit(0 if went_well else 1)


if __name__ == "__main__":
    main()
`;
}

const JOINT_CHECK = `\
    if options.loss in JOINT and world_size() > 1:
        reason = JOINT[options.loss]
        raise ValueError(f"{options.loss} wants a single process: {reason}")
`;

/** What decides the curve of the losses, beside the data. */
const SETTINGS = `\
# What must be as it was for a run to go on as it began.
SETTINGS = (
    "loss",
    "steps",
    "batch_size",
    "accumulate",
    "lr",
    "warmup",
    "weight_decay",
    "clip",
    "precision",
    "seed",
)`;

/** Weights that a loss does not reach have no gradient. */
const WRAP_ALL = `\
            self.objective = DistributedDataParallel(
                self.objective, device_ids=ids, find_unused_parameters=True
            )`;

const FIXED_INPUTS = `\
        self.fixed = {name: x.to(device) for name, x in load_fixed().items()}
`;
