/** Numbers for people to read: always with their exact value, where it is an amount of memory. */

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** `12.3 MiB (12902400 B)`. */
export function formatBytes(bytes: number): string {
  const unit = bytes > 0 ? Math.min(UNITS.length - 1, Math.floor(Math.log2(bytes) / 10)) : 0;
  return unit === 0 ? `${bytes} B` : `${(bytes / 1024 ** unit).toFixed(1)} ${UNITS[unit]} (${bytes} B)`;
}

/** `310 ms`, `4.27 s`. */
export function formatMilliseconds(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(2)} s`;
}

/** `12`, or `3 of 12` where some were not needed. */
export function formatCount(done: number, total: number): string {
  return done === total ? String(total) : `${done} of ${total}`;
}
