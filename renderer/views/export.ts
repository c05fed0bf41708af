/** A view written to a file: its picture, or its data. */
import type { App } from '../app-context.ts';
import { nodeGeometry } from '../canvas/geometry.ts';
import { readPalette } from '../previews/palette.ts';
import { csvOf, npyOf } from './data-table.ts';
import { drawPicture, present, ViewError } from './present.ts';
import { subjectOf, type ViewNode } from './subject.ts';

export type ViewFormat = 'png' | 'npy' | 'csv';

/** Width of the painting, in CSS pixels. */
const WIDTH = 900;

/**
 * @returns what was done, in words.
 * @throws {ViewError} if there is nothing to show yet.
 */
export async function exportView(app: App, node: ViewNode, format: ViewFormat): Promise<string> {
  const subject = subjectOf(app.derived.getState(), app.view.getState(), node);
  if (!subject) throw new ViewError(`${node.name} shows nothing`);
  const shown = await present(app, subject);
  const name = `${subject.path}.${format}`;
  switch (format) {
    case 'png': {
      const { preview } = nodeGeometry({ ...CARD, name: '', shows: subject.kind });
      const size = { width: WIDTH, height: Math.round((WIDTH * preview!.height) / preview!.width) };
      const canvas = await drawPicture(app, subject, shown, readPalette(app.theme.current), size);
      const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
      if (!blob) throw new ViewError(`${subject.name} could not be written as a PNG`);
      app.platform.exportFile(name, new Uint8Array(await blob.arrayBuffer()));
      break;
    }
    case 'npy':
      app.platform.exportFile(name, new Uint8Array(npyOf(shown.table())));
      break;
    case 'csv':
      app.platform.exportFile(name, new TextEncoder().encode(csvOf(shown.table())));
      break;
    default:
      format satisfies never;
  }
  return `Saved ${name}`;
}

/** The card whose proportions the picture has. */
const CARD = { inputs: [], outputs: [], preview: 'heatmap', stack: false } as const;
