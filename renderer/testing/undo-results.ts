/** For tests: edits of a document on a device, taken back and made again, with what is run for it and every value. */
import { expect } from 'vitest';
import { printType } from '../../gpu/ir/printer.ts';
import { analyse } from '../../graph/analyse.ts';
import { createCache } from '../../graph/cache.ts';
import { apply } from '../../graph/diff.ts';
import { setParam, setSeed, type Edit } from '../../graph/edits.ts';
import type { PatchbayDocument } from '../../graph/schema.ts';
import { Continuation } from '../../nodes/generation/continuation.ts';
import { NODES } from '../../nodes/registry.ts';
import { createTokenizers } from '../../nodes/text/tokenizers.ts';
import { WeightDrawer } from '../../nodes/weights.ts';
import { TEMPLATES } from '../../templates/registry.ts';
import { compileDocument } from '../session/compiler.ts';
import type { Device } from '../session/device.ts';
import type { TensorData } from '../session/session-api.ts';
import { tapsOf } from '../session/taps.ts';

interface Shown {
  readonly stepsRun: number;
  readonly stepsTotal: number;
  /** Bytes that are kept after the run. */
  readonly keptBytes: number;
  /** Of every port that is shown: its type and its bits. */
  readonly values: ReadonlyMap<string, string>;
}

/** Runs documents as a session does that has one module open. */
export function createRunner(device: Device, openPath: string): (document: PatchbayDocument) => Promise<Shown> {
  const memory = {
    cache: createCache(),
    drawer: new WeightDrawer(),
    tokenizers: createTokenizers(),
    checkpoints: new Map(),
    continuation: new Continuation(),
  };
  return async (document) => {
    const { tree, inference } = analyse(document, NODES);
    const taps = tapsOf(tree, inference, NODES, { openPath, layerOf: {}, watched: [] });
    const compiled = compileDocument({ document, taps, missing: new Set(), target: device.target }, memory);
    const { stepsRun, stepsTotal, pool } = await device.run(compiled.program, {
      leaf: (leaf) => compiled.leafBytes(leaf, () => Promise.reject(new Error('the graph has no picture'))),
      signal: new AbortController().signal,
      onStage: () => undefined,
    });
    const values = new Map<string, string>();
    for (const port of compiled.summary.ports) values.set(port, bitsOf((await device.read(port))!));
    return { stepsRun, stepsTotal, keptBytes: pool.bytes, values };
  };
}

function bitsOf({ type, data }: TensorData): string {
  return `${printType(type)} ${Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64')}`;
}

type MakeEdit = (document: PatchbayDocument) => Edit;

/** From the end of the attention to its start: what follows from the last of them is everything. */
const EDITS: readonly MakeEdit[] = [
  (document) => setParam(document, 'VisionAttention', 'scale', 'value', 10),
  (document) => setParam(document, 'VisionAttention', 'scale', 'value', 3),
  (document) => setSeed(document, 7),
];

/** The documents from before the first edit to after the last. */
export async function editedDocuments(): Promise<readonly PatchbayDocument[]> {
  const documents = [await TEMPLATES.find(({ name }) => name === 'attention')!.load()];
  for (const make of EDITS) documents.push(apply(documents.at(-1)!, make(documents.at(-1)!).diff));
  return documents;
}

/**
 * Every document in turn, then back to the first and forth to the last.
 * @returns how many steps the ways back and forth ran; their values are those that were shown before.
 */
export async function walkedBackAndForth(device: Device, openPath: string): Promise<readonly number[]> {
  const run = createRunner(device, openPath);
  const documents = await editedDocuments();
  const shown: Shown[] = [];
  for (const document of documents) shown.push(await run(document));
  expect(shown[0]!.stepsRun).toBe(shown[0]!.stepsTotal);
  expect(shown[1]!.stepsRun).toBeGreaterThan(0);
  expect(shown[1]!.values).not.toEqual(shown[0]!.values);
  const way = [...documents.keys()];
  const stepsRun: number[] = [];
  for (const index of [...way.toReversed().slice(1), ...way.slice(1)]) {
    const again = await run(documents[index]!);
    expect(again.values, `document ${index}`).toEqual(shown[index]!.values);
    stepsRun.push(again.stepsRun);
  }
  return stepsRun;
}
