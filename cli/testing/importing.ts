/** For tests: calls of `patchbay import` that are to be done, or refused. */
import { existsSync } from 'node:fs';
import { expect } from 'vitest';
import { importCommand } from '../commands/import.ts';
import { describeFailure } from '../failures.ts';
import { writeFolder, type FolderContent } from '../../import/huggingface/testing/small-models.ts';
import { call, type TestFolder } from './in-process.ts';

export interface Importing {
  /** Writes a Hugging Face folder; its path. */
  readonly folderOf: (content: FolderContent) => string;
  /** Imports what fits; the graph's path, and what was printed. */
  readonly imported: (folder: string, ...flags: string[]) => Promise<{ graph: string; lines: string[] }>;
  /** Imports what does not: it is told in one line, or in one for each misfit, and nothing is written. */
  readonly refused: (folder: string, ...flags: string[]) => Promise<string>;
}

export function importing(files: TestFolder): Importing {
  return {
    folderOf: (content) => writeFolder(files.fresh(), content),
    imported: async (folder, ...flags) => {
      const graph = `${files.fresh()}.patchbay`;
      const { code, lines } = await call(importCommand, folder, '--out', graph, ...flags);
      expect(code, lines.join('\n')).toBe(0);
      return { graph, lines };
    },
    refused: async (folder, ...flags) => {
      const graph = `${files.fresh()}.patchbay`;
      const message = await call(importCommand, folder, '--out', graph, ...flags).then(told, (error: unknown) => {
        const line = describeFailure(error);
        expect(line).not.toMatch(/^internal error|\n/);
        return line;
      });
      expect(existsSync(graph)).toBe(false);
      return message;
    },
  };
}

/** Of a report what speaks of the weights. */
function told({ code, lines }: { readonly code: number; readonly lines: readonly string[] }): string {
  expect(code).toBe(1);
  return lines.filter((line) => !/^(architecture|nodes|parameters|note:) /.test(line)).join('\n');
}
