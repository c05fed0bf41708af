/** JSON as a document is written: objects and lists spread over lines where asked for, everything else on one line. */

/** One line: `{"id": "fc1", "position": [0, 0]}`. Fields that are undefined are left out, as JSON.stringify does. */
export function formatRecord(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(formatRecord).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).filter(([, field]) => field !== undefined);
    return `{${fields.map(([key, field]) => `${JSON.stringify(key)}: ${formatRecord(field)}`).join(', ')}}`;
  }
  if (typeof value === 'number' && !Number.isFinite(value)) throw new TypeError(`${value} cannot be written as JSON`);
  return JSON.stringify(value);
}

/**
 * An object with one field a line, and each list named in `lists` with one item a line, as its function writes it.
 * Everything inside is indented by two spaces.
 */
export function formatTree(value: object, lists: Readonly<Record<string, (item: object) => string>>): string {
  const lines = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .map(([key, field]) => {
      const write = Object.hasOwn(lists, key) ? lists[key] : undefined;
      return `${JSON.stringify(key)}: ${write && Array.isArray(field) ? formatList(field, write) : formatRecord(field)}`;
    });
  return `{\n${indent(lines.join(',\n'))}\n}`;
}

function formatList(items: readonly object[], write: (item: object) => string): string {
  if (items.length === 0) return '[]';
  return `[\n${indent(items.map(write).join(',\n'))}\n]`;
}

/** `\n` inside strings is escaped in JSON, so every one here is of the layout. */
function indent(text: string): string {
  return `  ${text.replaceAll('\n', '\n  ')}`;
}
