/** Runs commands in this process, over files of their own folder, for tests that make many calls. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PatchbayDocument } from '../../graph/schema.ts';
import { parseCall } from '../arguments.ts';
import type { Command } from '../command.ts';
import { exportCommand } from '../commands/export.ts';
import { textOf } from './documents.ts';

/** A folder for one test file. */
export interface TestFolder {
  readonly folder: string;
  /** A path that is not taken. */
  readonly fresh: () => string;
  /** Writes a document; its path. */
  readonly file: (content: PatchbayDocument) => string;
  /** Exports a graph to ONNX; the model's path. */
  readonly exported: (graph: string, ...flags: string[]) => Promise<string>;
  readonly remove: () => void;
}

export function testFolder(): TestFolder {
  const folder = mkdtempSync(join(tmpdir(), 'patchbay-test-'));
  let count = 0;
  const fresh = (): string => join(folder, String(count++));
  return {
    folder,
    fresh,
    file: (content) => {
      const path = `${fresh()}.patchbay`;
      writeFileSync(path, textOf(content));
      return path;
    },
    exported: async (graph, ...flags) => {
      const out = fresh();
      await call(exportCommand, graph, '--to', 'onnx', '--out', out, ...flags);
      return join(out, 'model.onnx');
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** What a command gave, and what it printed, line by line. */
export async function call(command: Command, ...args: string[]): Promise<{ code: number; lines: string[] }> {
  const lines: string[] = [];
  const print = (line: string) => lines.push(line);
  return { code: await command.run(parseCall(command, args, { print, warn: print })), lines };
}
