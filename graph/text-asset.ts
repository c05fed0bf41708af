/** A text file that ships beside the code, from the disk in Node, where `fetch` knows no file URLs, or over the page's protocol. */

/**
 * @param url `new URL('./file', import.meta.url)`, written out at the caller: that is what the bundler finds it by.
 * @throws {Error} if the file cannot be had.
 */
export async function readTextAsset(url: URL): Promise<string> {
  if (url.protocol === 'file:') {
    const { readFile } = process.getBuiltinModule('node:fs/promises');
    return readFile(url, 'utf8');
  }
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url.pathname}: ${response.status} ${response.statusText}`);
  return response.text();
}
