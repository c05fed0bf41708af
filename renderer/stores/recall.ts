/** What storage keeps between sessions, read back: anything that is not what it should be is as good as nothing. */
import type { z } from 'zod';

/**
 * @param schema Made only where something is kept: at the first start nothing is.
 * @returns null if nothing is kept, it is unreadable, or storage is denied.
 */
export function recall<T>(storage: Pick<Storage, 'getItem'>, key: string, schema: () => z.ZodType<T>): T | null {
  try {
    const text = storage.getItem(key);
    return text === null ? null : (schema().safeParse(JSON.parse(text)).data ?? null);
  } catch {
    // Not JSON, or storage denied.
    return null;
  }
}
