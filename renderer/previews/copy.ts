/** Copies of what is seen: a shape, a value as nested lists, a preview as a picture. */
import type { Preview, PreviewSpec } from '../../gpu/runtime/types.ts';
import type { PortPath } from '../../graph/instance.ts';
import type { PortType } from '../../graph/signature.ts';
import type { App } from '../app-context.ts';
import { formatExact, formatShapeTuple, formatSi } from './format.ts';
import { Painter, sceneBox, type Picture } from './painter.ts';
import type { Palette } from './palette.ts';
import type { PreviewPlan } from './plan.ts';

/** A text of more numbers than this is of no use on a clipboard. */
const MOST_NUMBERS = 65_536;
const PICTURE_SIDE = 1024;
/** An opened preview may be finer than a thumbnail. */
const PREVIEW_SIDE = 256;
const PATIENCE = 5_000;

/** A value that cannot be copied, with the reason. */
export class CopyError extends Error {
  override readonly name = 'CopyError';
}

/** Runs a copy and tells how it went. */
export function tellCopy(app: App, copy: Promise<string>): void {
  const { tell } = app.notices.getState();
  copy.then(tell, (error: unknown) => tell(error instanceof Error ? error.message : String(error), 'error'));
}

export async function copyShape(app: App, type: PortType): Promise<string> {
  const text = formatShapeTuple(type.dims);
  await app.platform.copyText(text);
  return `Copied ${text}`;
}

/** @throws {CopyError} if it has too many numbers. @throws {ValueUnavailableError} if no run has computed it. */
export async function copyValue(app: App, path: PortPath, type: PortType): Promise<string> {
  const shape = type.dims.map(({ size }) => size);
  const count = shape.reduce((product, size) => product * size, 1);
  if (count > MOST_NUMBERS) {
    throw new CopyError(
      `${path} has ${formatSi(count)} numbers, too many for a text; --tap ${path} writes them to a file`,
    );
  }
  const { data } = await app.session.read(path);
  await app.platform.copyText(nestedList(data, shape));
  return `Copied ${count} ${count === 1 ? 'number' : 'numbers'} of ${path}`;
}

/** The preview at its finest, painted as on the canvas. */
export async function copyPicture(
  app: App,
  path: PortPath,
  plan: PreviewPlan,
  palette: Palette,
  picture: Picture | null,
): Promise<string> {
  const preview = await previewOnce(app, path, { ...plan.spec, maxSide: PREVIEW_SIDE });
  const painting = { scene: plan.scene, preview, picture, palette };
  const { width, height } = sceneBox(painting, PICTURE_SIDE, PICTURE_SIDE);
  const canvas = document.createElement('canvas');
  new Painter(canvas).paint(painting, Math.round(width), Math.round(height), 1);
  const png = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (!png) throw new CopyError(`${path} could not be written as a PNG`);
  await app.platform.copyImage(png);
  return `Copied ${path} as a picture`;
}

/** Row-major numbers as Python writes nested lists. */
export function nestedList(data: ArrayLike<number>, shape: readonly number[]): string {
  let at = 0;
  const write = (axis: number): string => {
    if (axis === shape.length)
      return formatExact(data[at++]!).replaceAll('−', '-').replaceAll('∞', 'inf').replace('NaN', 'nan');
    const items = Array.from({ length: shape[axis]! }, () => write(axis + 1));
    return `[${items.join(', ')}]`;
  };
  return write(0);
}

function previewOnce(app: App, path: PortPath, spec: PreviewSpec): Promise<Preview> {
  return new Promise((resolve, reject) => {
    const stop = app.session.watch(path, spec, (preview) => {
      clearTimeout(timer);
      // The first preview may come before `watch` has returned.
      queueMicrotask(() => stop());
      resolve(preview);
    });
    const timer = setTimeout(() => {
      stop();
      reject(new CopyError(`${path} has no value yet; run the graph first`));
    }, PATIENCE);
  });
}
