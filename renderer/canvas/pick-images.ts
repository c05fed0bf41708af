/** Lets the person pick pictures in the shell's dialog, for one image node. */
import type { App } from '../app-context.ts';
import { placePictures } from '../commands/place-pictures.ts';

export function pickImages(app: App, nodeId: string): void {
  const pick = async (): Promise<void> => {
    const picked = await app.platform.pickImages(app.document.getState().file);
    // The shell does not say what they are; they are decoded by their content.
    const files = picked.map((image) => ({ ...image, mime: '' }));
    if (files.length > 0) await placePictures(app, files, nodeId);
  };
  pick().catch((error: unknown) => {
    app.notices.getState().tell(error instanceof Error ? error.message : String(error), 'error');
  });
}
