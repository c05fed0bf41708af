/** Files through a page's own means, where there is no File System Access API: a file input and a download link. */

interface Wanted {
  readonly accept: string;
  readonly multiple: boolean;
  /** A folder, whose files are given. */
  readonly folder?: boolean;
}

/** Asks for files; empty if the person cancelled. */
export async function upload({ accept, multiple, folder = false }: Wanted): Promise<readonly File[]> {
  const input = Object.assign(document.createElement('input'), {
    type: 'file',
    accept,
    multiple,
    webkitdirectory: folder,
  });
  const { promise, resolve } = Promise.withResolvers<readonly File[]>();
  input.addEventListener('change', () => resolve([...(input.files ?? [])]));
  input.addEventListener('cancel', () => resolve([]));
  input.click();
  return await promise;
}

/** Gives the bytes to the browser's downloads under this name; where they end up is the browser's affair. */
export function download(name: string, bytes: Uint8Array<ArrayBuffer> | Blob): void {
  const url = URL.createObjectURL(new Blob([bytes], { type: 'application/octet-stream' }));
  Object.assign(document.createElement('a'), { href: url, download: name }).click();
  // The click has started the download; the URL itself is needed until it has been read.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
