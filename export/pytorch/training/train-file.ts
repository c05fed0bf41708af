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
import math
import sys
import time
from contextlib import nullcontext
from pathlib import Path

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
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.scaler.load_state_dict(state["scaler"])
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
            if step % options.log_every == 0 or step == options.steps:
                entry["loss"] = mean_over_ranks(entry["loss"])
                entry["grad_norm"] = entry["grad_norm"].item()
                if not math.isfinite(entry["loss"]):
                    raise ValueError(f"the loss is {entry['loss']} at step {step}")
                now = time.perf_counter()
                taken = (step - done) * options.batch_size
                entry["samples_per_second"] = round(taken / (now - began), 3)
                began, done = now, step
                if log is not None:
                    log.add(entry)
            if step % options.save_every == 0 or step == options.steps:
                self.save(step)
                # Once it has seen a batch, DistributedDataParallel adds up gradients in
                # another order, and sums round otherwise. Who resumes begins anew here.
                self.wrap()

    def take_step(self, step: int) -> dict[str, float | Tensor]:
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
        inputs = {name: x.to(self.device) for name, x in next(self.batches).items()}
        with cast_for(self.options.precision, self.device):
            result = self.objective(inputs${inputs.fixed.length > 0 ? ' | self.fixed' : ''})
${lossLine(plan)}
        self.scaler.scale(loss / self.options.accumulate).backward()
        return loss.detach()


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
    failures = [found for found in of_all_ranks(failure) if found is not None]
    if failures:
        # Every process may have found the same.
        if rank() == 0:
            print(failures[0], file=sys.stderr, flush=True)
        wait_for_all()
        return False
    try:
        trainer.run()
    except (OSError, ValueError) as error:
        print(in_a_line(error), file=sys.stderr, flush=True)
        return False
    return True


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
