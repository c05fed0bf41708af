/** A picture cut into patches, numbered as a transformer reads them. */
import { formatNumber } from '../previews/format.ts';
import { contain, rgbPixels } from '../previews/paint.ts';
import { cellAt, cellBox, paintMark } from './matrix.ts';
import { strokeGrid } from '../previews/grid.ts';
import { paintPicture } from './picture.ts';
import { SANS } from './text.ts';
import { itemOf, type Answer, type Frame, type Surface, type ViewRecord } from './view.ts';

const IMAGE = 'image';
/** Finest thumbnail that a preview gives: the picture as the model sees it, where no file is behind it. */
const SIDE = 256;

export const patchGrid: ViewRecord = {
  wishes: ({ inputs, look }) => {
    const image = inputs[IMAGE];
    if (!image) return {};
    return {
      [IMAGE]: { spec: { index: [itemOf(look, image.type.dims[0]!.size)], maxSide: SIDE, view: 'image' }, index: null },
    };
  },
  show: ({ name, inputs, params, look }, answers) => {
    const { type, pictures } = inputs[IMAGE]!;
    const answer = answers[IMAGE]!;
    const [batch, , height, width] = type.dims.map(({ size }) => size) as [number, number, number, number];
    const item = itemOf(look, batch);
    const picture = pictures?.[item]?.picture ?? null;
    const side = Number(params['patch_size']?.value);
    const [rows, columns] = [Math.floor(height / side), Math.floor(width / side)];
    const grid = { rows, columns };
    const left = [height - rows * side, width - columns * side] as const;
    const layout = (frame: Frame) => {
      const whole = contain(width / height, frame.width, frame.height);
      const scale = whole.width / width;
      return { whole, patches: { ...whole, width: columns * side * scale, height: rows * side * scale } };
    };
    const counts = `${rows} × ${columns} = ${rows * columns} patches of ${side} × ${side}`;
    const rest = left[0] + left[1] > 0 ? `; ${left[0]} rows and ${left[1]} columns of pixels left out` : '';
    return {
      paint: (surface, pointed) => {
        const { whole, patches } = layout(surface);
        const decoded = picture && surface.pictureOf(picture);
        if (decoded) paintPicture(surface, decoded, whole);
        else paintThumbnail(surface, answer, whole);
        if (rows * columns === 0) return;
        strokeGrid(surface.context, patches, rows, columns, 'rgb(0 0 0 / 0.55)');
        strokeGrid(surface.context, patches, rows, columns, 'rgb(255 255 255 / 0.8)');
        paintNumbers(surface, patches, grid);
        if (pointed) paintMark(surface, cellBox(patches, grid, pointed));
      },
      pointAt: (place, frame) => (rows * columns === 0 ? null : cellAt(layout(frame).patches, grid, place)),
      extent: Array.from({ length: rows }, () => columns),
      describe: ({ row, column }) =>
        `patch ${row * columns + column} (${row}, ${column}): rows ${row * side}–${row * side + side - 1}, ` +
        `columns ${column * side}–${column * side + side - 1}`,
      legend: () => null,
      note: () => counts + rest,
      sentence: `${name}: ${pictures?.[item] ? `${pictures[item].text}, ` : ''}a picture of ${height} × ${width} pixels, from ${formatNumber(answer.preview.statistics.min)} to ${formatNumber(answer.preview.statistics.max)}, cut into ${counts}${rest}.`,
      table: () => ({
        shape: [rows, columns],
        values: Int32Array.from({ length: rows * columns }, (_, patch) => patch),
        rows: null,
        columns: null,
      }),
      pictures: picture ? [picture] : [],
    };
  },
};

function paintThumbnail({ context }: Surface, { preview }: Answer, box: ReturnType<typeof contain>): void {
  const { width, height, channels, codes } = preview.thumbnail;
  if (width === 0 || height === 0) return;
  const grey =
    channels === 1 ? Uint8Array.from({ length: 3 * codes.length }, (_, at) => codes[Math.floor(at / 3)]!) : codes;
  const image = new OffscreenCanvas(width, height);
  image.getContext('2d')!.putImageData(new ImageData(rgbPixels(grey), width, height), 0, 0);
  context.imageSmoothingEnabled = width > box.width;
  context.drawImage(image, box.x, box.y, box.width, box.height);
}

/** The place in the sequence, in every patch that has room for it. */
function paintNumbers(
  { context }: Surface,
  box: ReturnType<typeof contain>,
  grid: { rows: number; columns: number },
): void {
  const [width, height] = [box.width / grid.columns, box.height / grid.rows];
  if (width < 22 || height < 16) return;
  context.font = `600 ${Math.min(12, height / 2.4)}px ${SANS}`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.lineJoin = 'round';
  context.lineWidth = 3;
  context.strokeStyle = 'rgb(0 0 0 / 0.65)';
  context.fillStyle = '#ffffff';
  for (let patch = 0; patch < grid.rows * grid.columns; patch++) {
    const x = box.x + ((patch % grid.columns) + 0.5) * width;
    const y = box.y + (Math.floor(patch / grid.columns) + 0.5) * height;
    context.strokeText(String(patch), x, y);
    context.fillText(String(patch), x, y);
  }
}
