/** contrastive.py: losses that compare each sample with all others, over all processes. */
import { signature } from '../model-file.ts';

/** What the scores have beside the cosines. */
export interface ScoreNumbers {
  readonly scale: boolean;
  readonly bias: boolean;
}

/** Which losses a package has. */
export interface ContrastiveFile {
  readonly clip?: ScoreNumbers;
  readonly siglip?: ScoreNumbers;
}

export function writeContrastiveFile({ clip, siglip }: ContrastiveFile): string {
  const parts = [...(clip ? [clipPart(textOf(clip))] : []), ...(siglip ? [siglipPart(textOf(siglip))] : [])];
  return `\
"""Losses that compare every image with every text, of all processes.

Each process has some rows of the batch. What it computes is its share: the mean over
the processes is the loss of the whole batch, and so are the gradients, once
DistributedDataParallel has averaged them.
"""

from __future__ import annotations

from typing import Any

import torch
import torch.distributed as dist
import torch.nn.functional as F
from torch import Tensor

from ranks import rank, world_size

${parts.join('\n')}`;
}

interface Text {
  readonly takes: readonly string[];
  readonly names: readonly string[];
  readonly affine: string;
  readonly help: readonly string[];
}

function textOf({ scale, bias }: ScoreNumbers): Text {
  const numbers = [...(scale ? ['scale'] : []), ...(bias ? ['bias'] : [])];
  return {
    takes: ['images', 'texts', ...numbers].map((name) => `${name}: Tensor`),
    names: ['images', 'texts', ...numbers],
    affine: `${scale ? ' * scale' : ''}${bias ? ' + bias' : ''}`,
    help: [
      '        images: [rows, features], those of this process.',
      '        texts: [rows, features], those that belong to them.',
      ...(scale ? ['        scale: Multiplies every cosine.'] : []),
      ...(bias ? ['        bias: Is added to every score.'] : []),
    ],
  };
}

function clipPart({ takes, affine, help }: Text): string {
  return `
${signature('clip_loss', takes, 'Tensor', '').join('\n')}
    """CLIP's loss of this process's rows against the columns of all.

    Args:
${help.join('\n')}
    """
    labels = torch.arange(len(images), device=images.device) + rank() * len(images)
    per_image = images @ gather(texts).T${affine}
    per_text = texts @ gather(images).T${affine}
    return (F.cross_entropy(per_image, labels) + F.cross_entropy(per_text, labels)) / 2


def gather(rows: Tensor) -> Tensor:
    """The rows of all processes, by rank, with gradients: [all rows, features]."""
    return Gather.apply(rows) if world_size() > 1 else rows


class Gather(torch.autograd.Function):
    """Joins rows; each process gets back what all others found for its own."""

    @staticmethod
    def forward(ctx: Any, rows: Tensor) -> Tensor:
        parts = [torch.empty_like(rows) for _ in range(world_size())]
        dist.all_gather(parts, rows.contiguous())
        return torch.cat(parts)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        # Gloo has no reduce_scatter: the sum of all, of which its own part is taken.
        total = gradient.clone(memory_format=torch.contiguous_format)
        dist.all_reduce(total)
        return total.chunk(world_size())[rank()]
`;
}

function siglipPart({ takes, names, affine, help }: Text): string {
  const numbers = names.slice(2);
  const head = signature('siglip_loss', takes, 'Tensor', '');
  const block = signature(
    'block_loss',
    ['texts: Tensor', 'images: Tensor', ...takes.slice(2), 'belong: bool'],
    'Tensor',
    '',
  );
  return `
${head.join('\n')}
    """SigLIP's loss of this process's images against the texts of all.

    Args:
${help.join('\n')}
    """
    return RingLoss.apply(${names.join(', ')})


class RingLoss(torch.autograd.Function):
    """Texts go round the ring of processes, with their gradient so far, and come home.

    There is one block of scores at a time, of these images and the texts that visit,
    and its gradients are taken at once: what a process holds is the same, however many
    there are.
    """

    @staticmethod
    def forward(ctx: Any, images: Tensor, texts: Tensor${numbers.length > 0 ? ', *numbers: Tensor' : ''}) -> Tensor:
        own = [images${numbers.length > 0 ? ', *numbers' : ''}]
        gradients = [torch.zeros_like(value) for value in own]
        visitors = torch.stack([texts, torch.zeros_like(texts)])
        total = images.new_zeros(())
        for turn in range(world_size()):
            with torch.enable_grad():
                inputs = [x.detach().requires_grad_() for x in (visitors[0], *own)]
                block = block_loss(*inputs, belong=turn == 0) / world_size()
            found = torch.autograd.grad(block, inputs)
            total += block.detach()
            visitors[1] += found[0]
            for gradient, part in zip(gradients, found[1:]):
                gradient += part
            visitors = pass_on(visitors)
        ctx.save_for_backward(gradients[0], visitors[1], *gradients[1:])
        return total

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, ...]:
        return tuple(gradient * saved for saved in ctx.saved_tensors)


${block.join('\n')}
    """The loss of one block, whose diagonal are pairs that belong together, or none."""
    logits = images @ texts.T${affine}
    if belong:
        logits = logits * (2 * torch.eye(len(images), device=images.device) - 1)
    else:
        logits = -logits
    return -F.logsigmoid(logits).mean()


def pass_on(values: Tensor) -> Tensor:
    """Gives values to the next process, and takes those of the one before."""
    if world_size() == 1:
        return values
    after, before = (rank() + 1) % world_size(), (rank() - 1) % world_size()
    received = torch.empty_like(values)
    exchange = [
        dist.P2POp(dist.isend, values, after),
        dist.P2POp(dist.irecv, received, before),
    ]
    for request in dist.batch_isend_irecv(exchange):
        request.wait()
    return received
`;
}
