/** generate.py: writes text token by token, as `patchbay generate` does; one seed draws the same tokens. */
import { float, int, NONE } from '../../nodes/python.ts';
import { docstring } from './docstring.ts';
import type { GenerationLoop } from './loop.ts';
import { signature, type ModelFile } from './model-file.ts';
import { printPython, quote } from './print.ts';
import type { InputReaders } from './readers.ts';

export function writeGenerateFile(
  { plan }: ModelFile,
  readers: InputReaders,
  { ids, logits, options }: GenerationLoop,
): string {
  const title = docstring({ text: `Writes text with ${plan.main.name}, token by token.` }, '')[0]!.replace(/"""$/, '');
  const { tokens, temperature, topK, topP, seed, eosTokenId } = options;
  const isText = readers.texts.has(ids.port);
  const defaults = {
    tokens: `int = ${tokens}`,
    temperature: `float = ${printPython(float(temperature))}`,
    top_k: `int = ${topK}`,
    top_p: `float = ${printPython(float(topP))}`,
    seed: `int = ${printPython(int(seed))}`,
    eos_token_id: `int | None = ${printPython(eosTokenId === null ? NONE : int(eosTokenId))}`,
  };
  const takes = Object.entries(defaults).map(([name, type]) => `${name}: ${type}`);
  const run = [
    'INPUTS',
    ...(isText ? ['TEXTS'] : []),
    'FOLDER',
    'load_inputs',
    'load_model',
    'parse_binding',
    'read_inputs',
  ];
  return `\
${title}

    python generate.py
    python generate.py --input NAME=FILE[:KEY] --tokens 20 --temperature 0.8 --top-k 20

A FILE is what run.py takes; ids begin without padding, and grow.
"""

from __future__ import annotations

import argparse

import torch
from torch import Tensor, nn

from run import (
${run
  .toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
  .map((name) => `    ${name},`)
  .join('\n')}
)
from tensor_files import load_tensors

# The input whose ids grow, and the output whose last position chooses what comes next.
IDS = ${quote(ids.port)}
LOGITS = ${quote(logits)}


@torch.inference_mode()
${signature('generate', ['model: nn.Module', 'inputs: dict[str, Tensor]', ...takes], 'Tensor', '').join('\n')}
    """Appends the tokens that the model's logits choose.

    All rows draw from one generator. A sequence that has ended goes on with its last
    token, until all have.

    Args:
        model: From \`load_model\`.
        inputs: The arguments of \`forward\`; ids [batch, length] without padding.
        tokens: How many are written at most.
        temperature: 0 takes the most likely token; otherwise one is drawn from
            softmax(logits / temperature).
        top_k: Draws from so many most likely tokens; 0: from all.
        top_p: Draws from the most likely tokens that together have this probability.
        seed: Where the generator of the draws starts.
        eos_token_id: A sequence ends at this token; None: when there are enough.

    Returns:
        The new ids, [batch, tokens].
    """
    argument, _ = INPUTS[IDS]
    ids = inputs[argument]
    start = ids.shape[1]
    generator = torch.Generator().manual_seed(seed)
    ended = torch.zeros(len(ids), dtype=torch.bool)
    for _ in range(tokens):
        logits = model(**{**inputs, argument: ids})[LOGITS][:, -1]
        chosen = next_tokens(logits, temperature, top_k, top_p, generator)
        if eos_token_id is not None:
            chosen[ended] = eos_token_id
            ended |= chosen == eos_token_id
        ids = torch.cat([ids, chosen.unsqueeze(1)], dim=1)
        if ended.all():
            break
    return ids[:, start:]


def next_tokens(
    logits: Tensor,
    temperature: float,
    top_k: int,
    top_p: float,
    generator: torch.Generator,
) -> Tensor:
    """One token for each row: [batch, vocab] → [batch]."""
    if temperature == 0:
        return logits.argmax(dim=-1)
    logits = logits.double()
    if 0 < top_k < logits.shape[-1]:
        least = logits.topk(top_k).values[:, -1:]
        logits = logits.masked_fill(logits < least, -torch.inf)
    # The greatest is taken off first, so that a small temperature overflows nothing.
    probabilities = ((logits - logits.amax(-1, keepdim=True)) / temperature).softmax(-1)
    if top_p < 1:
        probabilities = keep_nucleus(probabilities, top_p)
    return torch.multinomial(probabilities.float(), 1, generator=generator).squeeze(1)


def keep_nucleus(probabilities: Tensor, top_p: float) -> Tensor:
    """The most likely tokens that together reach \`top_p\`; the first always stays."""
    ordered, order = probabilities.sort(dim=-1, descending=True, stable=True)
    is_beyond = ordered.cumsum(dim=-1) - ordered >= top_p
    is_beyond[:, 0] = False
    ordered = ordered.masked_fill(is_beyond, 0)
    kept = torch.zeros_like(ordered).scatter(-1, order, ordered)
    return kept / kept.sum(dim=-1, keepdim=True)


def load_prompt() -> dict[str, Tensor]:
    """The ids that the graph begins with, as the model was exported."""
    example = load_tensors(FOLDER / "example.safetensors")
    prompt = example.get(f"prompt/{IDS}")
    return {} if prompt is None else {IDS: prompt}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--input",
        type=parse_binding,
        action="append",
        default=[],
        metavar="NAME=FILE[:KEY]",
        help="take this input from a file",
    )
    parser.add_argument("--tokens", type=int, default=${tokens})
    parser.add_argument("--temperature", type=float, default=${printPython(float(temperature))})
    parser.add_argument("--top-k", type=int, default=${topK})
    parser.add_argument("--top-p", type=float, default=${printPython(float(topP))})
    parser.add_argument("--sample-seed", type=int, default=${seed})
    arguments = parser.parse_args()

    try:
        given = load_prompt() | read_inputs(arguments.input${isText ? ', padded=False' : ''})
        if IDS not in given:
            parser.error(f"the example has no prompt; give --input {IDS}=FILE")
        inputs = load_inputs(given)
    except (KeyError, ValueError) as error:
        parser.error(str(error))
    ids = generate(
        load_model(),
        inputs,
        tokens=arguments.tokens,
        temperature=arguments.temperature,
        top_k=arguments.top_k,
        top_p=arguments.top_p,
        seed=arguments.sample_seed,
    )
    for row in ids.tolist():
        print("ids:", *row)
${isText ? '        print("text:", TEXTS[IDS].tokenizer.decode(row))\n' : ''}

if __name__ == "__main__":
    main()
`;
}

/** Import order: constants before functions. */
function rank(name: string): number {
  return name === name.toUpperCase() ? 0 : 1;
}
