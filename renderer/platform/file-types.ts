/** What the file dialogs of both shells ask for. */

export const DOCUMENT_ENDING = '.patchbay';
export const IMAGE_TYPES: readonly string[] = [
  'image/png',
  'image/jpeg',
  'image/webp',
  'image/gif',
  'image/avif',
  'image/bmp',
];
