/** From the form of an older version to today's, one version at a time. */
import type { JsonValue } from './json.ts';
import { FORMAT_VERSION } from './schema.ts';

export type JsonObject = { [key: string]: JsonValue };

/** One step: takes a document of version `from`, as it stands in the file, and gives one of version `from + 1`. */
export interface Migration {
  readonly from: number;
  /** What changed, in one sentence. */
  readonly summary: string;
  /** Pure; may throw where the document is not what a version `from` can be. `version` is set by `migrate`. */
  readonly migrate: (document: JsonObject) => JsonObject;
}

/** All steps, oldest first. Version 1 is the first that was released: nothing is older. */
export const MIGRATIONS: readonly Migration[] = [];

export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

/**
 * Brings a document up to `target`.
 * @throws {MigrationError} if there is no way from its version, or a step finds it malformed.
 */
export function migrate(
  document: JsonObject,
  version: number,
  steps: readonly Migration[] = MIGRATIONS,
  target: number = FORMAT_VERSION,
): JsonObject {
  let current = document;
  for (let at = version; at < target; at++) {
    const step = steps.find(({ from }) => from === at);
    if (!step) throw new MigrationError(`files of version ${at} cannot be read: no release of Patchbay wrote them`);
    try {
      current = { ...step.migrate(current), version: at + 1 };
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new MigrationError(`the step from version ${at} (${step.summary}) failed: ${reason}`, { cause });
    }
  }
  return current;
}
