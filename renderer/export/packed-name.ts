/** What the one file is called that an export is kept in: the only one has its own ending, several are a folder in a .zip. */
export function packedName(folder: string, files: readonly { readonly path: string }[]): string {
  const [only] = files;
  return only && files.length === 1 ? `${folder}${only.path.slice(only.path.lastIndexOf('.'))}` : `${folder}.zip`;
}

/** `vit-onnx`: the graph's name without its ending, and the target. */
export function exportName(document: string, target: string): string {
  return `${document.replace(/\.patchbay$/i, '')}-${target}`;
}
