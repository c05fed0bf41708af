/** For tests: imports a .onnx file, computes the graph in float64, and has ONNX Runtime compute the file itself. */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseDocument } from '../../graph/file.ts';
import { formatSafetensors } from '../../graph/formats/safetensors.ts';
import type { PatchbayDocument } from '../../graph/schema.ts';
import type { NamedWords } from '../../export/onnx/run/session.ts';
import { namedTensor } from '../../export/values.ts';
import { readModel } from '../../import/onnx/read-model.ts';
import { importCommand } from '../commands/import.ts';
import { run } from '../commands/run.ts';
import { openOnnxSession } from '../onnx-runtime.ts';
import { call, type TestFolder } from './in-process.ts';
import { distance, readResults } from './results.ts';

const INT64 = 7;

export interface ImportComparison {
  readonly document: PatchbayDocument;
  /** What the import printed. */
  readonly lines: readonly string[];
  /** How far each output is from ONNX Runtime's, as a part of its length. */
  readonly distances: Readonly<Record<string, number>>;
}

/** @param inputs under the names that the file has for them; sizes that come with the data are theirs. */
export async function compareImport(
  { fresh }: TestFolder,
  model: string,
  inputs: readonly NamedWords[],
  device: 'reference' | 'gpu' = 'reference',
): Promise<ImportComparison> {
  const graph = readModel(readFileSync(model), () => new Uint8Array(0));
  const given = new Map(inputs.map((input) => [input.name, input]));
  const sizes = new Map<string, number>();
  for (const { name, dims } of graph.inputs)
    for (const [axis, size] of dims!.entries())
      if (typeof size === 'string') sizes.set(size, given.get(name)!.type.shape[axis]!);
  const [path, data, out] = [`${fresh()}.patchbay`, `${fresh()}.safetensors`, `${fresh()}.safetensors`];
  const set = [...sizes].flatMap(([name, size]) => ['--set', `${name}=${size}`]);
  const imported = await call(importCommand, model, '--out', path, ...set);
  if (imported.code !== 0) throw new Error(imported.lines.join('\n'));
  const document = parseDocument(readFileSync(path)).document;
  writeFileSync(data, Buffer.concat(formatSafetensors(inputs.map(asList).map(namedTensor))));
  const main = document.modules.find(({ name }) => name === document.main)!;
  const bound = main.nodes
    .filter((node) => node['type'] === 'input')
    .map(({ name }) => ['--input', `${name}=${data}:${name}`]);
  await call(run, path, '--device', device, '--out', out, ...bound.flat());
  const { tensors } = await readResults(out);
  const session = await openOnnxSession(model);
  const feeds = graph.inputs.map(({ name, elementType }): NamedWords => {
    const input = given.get(name)!;
    return elementType === INT64 ? { ...input, as: 'i64' } : input;
  });
  const outputs = await session.run(
    feeds,
    graph.outputs.map(({ name }) => name),
  );
  await session.dispose();
  const distances = outputs.map(({ name, type, data: words }) => {
    const tensor = tensors.get(name)!;
    const same = tensor.shape.join() === type.shape.join();
    return [name, same ? distance(tensor.data, words) : Infinity] as const;
  });
  return { document, lines: imported.lines, distances: Object.fromEntries(distances) };
}

/** A number is a list of one, as an imported graph takes it. */
function asList(input: NamedWords): NamedWords {
  return input.type.shape.length > 0 ? input : { ...input, type: { ...input.type, shape: [1] } };
}

/** How many layers each stack of the main module has, by its name. */
export function stacksOf({ main, modules }: PatchbayDocument): Record<string, unknown> {
  const nodes = modules.find(({ name }) => name === main)!.nodes;
  return Object.fromEntries(nodes.flatMap(({ name, repeat }) => (repeat === undefined ? [] : [[name, repeat]])));
}
