/** The loop of generation, without a device: logits in, tokens out, as they are chosen. */
import { TorchGenerator } from '../../gpu/random/generator.ts';
import { sampleToken, type SamplingOptions } from './sample.ts';

export interface GenerationOptions extends SamplingOptions {
  /** How many tokens are chosen at most. */
  readonly tokens: number;
  readonly seed: number;
  /** A sequence ends at this token; null: none does. */
  readonly eosTokenId: number | null;
}

/** The ids of a batch: rows of one length. */
export type TokenRows = readonly (readonly number[])[];

/**
 * Yields one new id per sequence, step by step. All rows draw from one generator, in their order, as
 * `torch.multinomial` draws for a batch. A sequence that has ended goes on with its last token, until all have.
 * @param logitsOf computes the logits of the last position of each row; its errors pass through.
 * @throws {SamplingError} if no token can be chosen.
 */
export async function* generateTokens(
  prompt: TokenRows,
  { tokens, seed, eosTokenId, ...sampling }: GenerationOptions,
  logitsOf: (rows: TokenRows) => Promise<readonly ArrayLike<number>[]>,
): AsyncGenerator<readonly number[], void, undefined> {
  const generator = new TorchGenerator(seed);
  let rows = prompt;
  const ended = prompt.map(() => false);
  for (let step = 0; step < tokens && ended.includes(false); step++) {
    const logits = await logitsOf(rows);
    const next = logits.map((row, index) => {
      // Also for a sequence that has ended: the others must not depend on that.
      const id = sampleToken(row, sampling, generator);
      return ended[index] ? eosTokenId! : id;
    });
    rows = rows.map((row, index) => [...row, next[index]!]);
    for (const [index, id] of next.entries()) ended[index] ||= id === eosTokenId;
    yield next;
  }
}
