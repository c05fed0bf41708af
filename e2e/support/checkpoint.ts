/** Checkpoints of the attention template, as a person would have them in a file. */
import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { analyse } from '../../graph/analyse.ts';
import {
  bytesSource,
  formatSafetensors,
  type NamedTensor,
  readSafetensor,
  readSafetensorsHeader,
} from '../../graph/formats/safetensors.ts';
import { NODES } from '../../nodes/registry.ts';
import { drawWeights, planWeights } from '../../nodes/weights.ts';
import { TEMPLATES } from '../../templates/registry.ts';

/** The weights that the template's seed draws, one of them changed, or all called otherwise. */
export async function checkpoint(changed?: string, called = (name: string) => name): Promise<Buffer> {
  const document = await TEMPLATES.find(({ name }) => name === 'attention')!.load();
  const { recipes } = planWeights(analyse(document, NODES).tree, document.seed);
  const drawn = drawWeights(recipes.values());
  if (changed !== undefined) drawn.get(changed)!.fill(0.01);
  const tensors = Array.from(recipes.values(), ({ path, shape }) => {
    return { name: called(path), dtype: 'F32' as const, shape, bytes: new Uint8Array(drawn.get(path)!.slice().buffer) };
  });
  return Buffer.concat(formatSafetensors(tensors));
}

/** Writes a checkpoint in two files, and their index. @returns its path. */
export async function writeInParts(folder: string, checkpoint: Buffer): Promise<string> {
  const source = bytesSource(checkpoint);
  const entries = [...(await readSafetensorsHeader(source)).entries.values()];
  const map: Record<string, string> = {};
  for (const part of [0, 1]) {
    const name = `model-0000${part + 1}-of-00002.safetensors`;
    const tensors: NamedTensor[] = [];
    for (const entry of entries.filter((_, index) => index % 2 === part)) {
      map[entry.name] = name;
      tensors.push({ ...(await readSafetensor(source, entry)), name: entry.name });
    }
    await writeFile(join(folder, name), Buffer.concat(formatSafetensors(tensors)));
  }
  const index = join(folder, 'model.safetensors.index.json');
  await writeFile(index, JSON.stringify({ weight_map: map }));
  return index;
}

/** Writes a checkpoint with one tensor more, of zeros that take no place on the disk. */
export async function writeWithZeros(path: string, checkpoint: Buffer, zeroBytes: number): Promise<void> {
  const headerEnd = 8 + Number(checkpoint.readBigUInt64LE());
  const tensors = JSON.parse(checkpoint.toString('utf8', 8, headerEnd)) as Record<string, unknown>;
  const data = checkpoint.subarray(headerEnd);
  const end = data.byteLength + zeroBytes;
  tensors['spare'] = { dtype: 'F32', shape: [zeroBytes / 4], data_offsets: [data.byteLength, end] };
  const text = JSON.stringify(tensors);
  const header = text.padEnd(Math.ceil(text.length / 8) * 8);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  await writeFile(path, Buffer.concat([length, Buffer.from(header), data]));
  await truncate(path, 8 + header.length + end);
}
