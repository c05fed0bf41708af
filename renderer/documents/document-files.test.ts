import fc from 'fast-check';
import { expect, test } from 'vitest';
import { apply } from '../../graph/diff.ts';
import { DocumentError, formatDocument, parseDocument } from '../../graph/file.ts';
import type { PatchbayDocument } from '../../graph/schema.ts';
import { madeFrom, makers } from '../../graph/testing/arbitrary-edits.ts';
import { stackDocument } from '../../graph/testing/documents.ts';
import { runs } from '../../scripts/effort.ts';
import { jobThreadHere } from '../testing/job-thread.ts';
import { createDocumentWork } from './document-work.ts';
import { createDocumentFiles, sizeOf, type DocumentThread } from './document-files.ts';
import { DocumentJoiner, partsOf } from './document-parts.ts';

/** More nodes than one part has, and pictures. */
function large(): PatchbayDocument {
  const document = stackDocument();
  const [main, ...others] = document.modules;
  const nodes = Array.from({ length: 1203 }, (_, index) => ({
    id: `n${index}`,
    name: `n${index}`,
    type: 'gelu',
    position: [index, 0] as [number, number],
  }));
  const edges = nodes.slice(1).map(({ id }, index) => ({
    from: [`n${index}`, 'output'] as [string, string],
    to: [id, 'input'] as [string, string],
  }));
  const assets = [0, 1, 2].map((index) => {
    const sha256 = String(index).repeat(64);
    return { id: `p${index}`, name: 'p.png', mime: 'image/png', sha256, data: 'AAAA'.repeat(50_000) };
  });
  const bigger = { ...main!, nodes: [...main!.nodes, ...nodes], edges: [...main!.edges, ...edges] };
  return { ...document, modules: [bigger, ...others], assets };
}

function faultOf(text: string): DocumentError {
  try {
    parseDocument(text);
  } catch (error) {
    if (error instanceof DocumentError) return error;
    throw error;
  }
  throw new Error('the text is a document');
}

const bytesOf = (text: string) => new TextEncoder().encode(text);
const documentThreadHere = () => jobThreadHere(createDocumentWork);
const files = createDocumentFiles(documentThreadHere);

test('parts put together are the document, with its fields in their order', () => {
  const joined = (document: PatchbayDocument): PatchbayDocument => {
    const joiner = new DocumentJoiner();
    for (const part of partsOf(document)) joiner.add(structuredClone(part));
    return joiner.document();
  };
  expect(joined(large())).toStrictEqual(large());
  fc.assert(
    fc.property(makers, (list) => {
      const { document } = madeFrom(stackDocument(), list, (one, edit) => apply(one, edit.diff));
      expect(joined(document)).toStrictEqual(document);
      expect(JSON.stringify(joined(document))).toBe(JSON.stringify(document));
    }),
    { numRuns: runs(50) },
  );
  expect(() => new DocumentJoiner().add({ kind: 'assets', items: [] })).toThrow(TypeError);
});

test('a large document is read and written as a small one is, and tells how far it is', async () => {
  const text = formatDocument(large());
  expect(sizeOf(large())).toBeGreaterThan(0.9 * text.length);
  for (const job of ['parse', 'format'] as const) {
    const told: number[] = [];
    const onProgress = (progress: number) => told.push(progress);
    if (job === 'parse') expect(await files.parse(bytesOf(text), { onProgress })).toEqual(parseDocument(text));
    else expect(new TextDecoder().decode(await files.format(large(), { onProgress }))).toBe(text);
    expect(told.length).toBeGreaterThan(4);
    expect(told).toEqual(told.toSorted((a, b) => a - b));
    expect(told.at(-1)).toBeLessThanOrEqual(1);
  }
});

test('what is wrong with a large file is said with its place, as of a small one', async () => {
  const text = formatDocument(large());
  for (const broken of [
    text.slice(0, -3),
    text.replace('"n700", "type"', '"n 700", "type"'),
    text.replace('"main"', '"niam"'),
  ]) {
    const { message, reason, line, column, path } = faultOf(broken);
    const said = await files.parse(bytesOf(broken)).catch((error: unknown) => error);
    expect(said).toBeInstanceOf(DocumentError);
    expect(said).toMatchObject({ message, reason, line, column, path });
  }
});

test('a job that is given up ends its worker, and gives nothing', async () => {
  let ended = 0;
  const counting = (): DocumentThread => {
    const thread = documentThreadHere();
    return {
      ...thread,
      end: () => {
        ended++;
        thread.end();
      },
    };
  };
  const counted = createDocumentFiles(counting);
  for (const start of [
    (signal: AbortSignal) => counted.parse(bytesOf(formatDocument(large())), { signal }),
    (signal: AbortSignal) => counted.format(large(), { signal }),
  ]) {
    const controller = new AbortController();
    const job = start(controller.signal);
    controller.abort();
    await expect(job).rejects.toBe(controller.signal.reason);
    await expect(start(controller.signal)).rejects.toBe(controller.signal.reason);
  }
  expect(ended).toBe(4);
});
