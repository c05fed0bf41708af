/** Writing to the clipboard, which both shells leave to the page. Reading it needs no asking in a paste event alone. */
import { PlatformError } from './platform.ts';

/** @throws {PlatformError} where the browser refuses, as it does without a user's gesture. */
export async function copyText(text: string): Promise<void> {
  await navigator.clipboard.writeText(text).catch(refused);
}

/** @throws {PlatformError} */
export async function copyImage(png: Blob): Promise<void> {
  await navigator.clipboard.write([new ClipboardItem({ 'image/png': png })]).catch(refused);
}

function refused(error: unknown): never {
  const reason = error instanceof Error ? error.message : String(error);
  throw new PlatformError(`The clipboard could not be written: ${reason}`, { cause: error });
}
