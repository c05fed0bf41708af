/** Lets the person pick a tokenizer.json for a token input; the document keeps a copy. */
import { addAsset, combine, setParam, type Edit } from '../../graph/edits.ts';
import type { Asset, PatchbayDocument } from '../../graph/schema.ts';
import type { App } from '../app-context.ts';
import { assetRecord, JSON_MIME } from '../documents/asset-record.ts';
import { upload } from '../platform/upload.ts';
import { messageOf } from '../session/message-of.ts';
import { openModule } from './open-module.ts';
import { whileShown } from './while-shown.ts';

/** Larger files would make the document unwieldy; those of large models have some 10 MB. */
const MOST_BYTES = 16 * 1024 * 1024;

export function pickTokenizer(app: App, nodeId: string): void {
  const { tell } = app.notices.getState();
  const pick = async (): Promise<void> => {
    const isShown = whileShown(app);
    const [file] = await upload({ accept: `.json,${JSON_MIME}`, multiple: false });
    if (!file) return;
    if (file.size > MOST_BYTES) {
      tell(`${file.name} is larger than 16 MB, which is more than a document keeps`, 'error');
      return;
    }
    const bytes = new Uint8Array(await file.arrayBuffer());
    const asset = await assetRecord({ name: file.name, mime: JSON_MIME, path: null, bytes });
    if (!isShown()) return;
    const { document, dispatch } = app.document.getState();
    dispatch(usingTokenizer(document, openModule(app).name, nodeId, asset));
  };
  pick().catch((error: unknown) => tell(messageOf(error), 'error'));
}

/** The edit that gives a token input this file as its tokenizer. */
export function usingTokenizer(document: PatchbayDocument, module: string, nodeId: string, asset: Asset): Edit {
  return combine(document, `Use ${asset.name}`, [
    (current) => addAsset(current, asset),
    (current) => setParam(current, module, nodeId, 'tokenizer', 'file'),
    (current) => setParam(current, module, nodeId, 'tokenizer_file', asset.id),
  ]);
}
