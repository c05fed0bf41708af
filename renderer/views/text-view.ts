/** Token ids read back as text, one line per sequence. */
import { fitText, SANS } from './text.ts';
import { tokensOf } from './tokens.ts';
import { STATISTICS, type Frame, type ViewRecord } from './view.ts';

const IDS = 'ids';
const LINE = 17;
const INSET = 8;

export const text: ViewRecord = {
  wishes: ({ inputs }) => (inputs[IDS] ? { [IDS]: { spec: STATISTICS, index: [] } } : {}),
  show: ({ name, inputs }, answers, tokenizerOf) => {
    const { tokens: from } = inputs[IDS]!;
    const { data, type } = answers[IDS]!.values!;
    const length = type.shape.at(-1) ?? 1;
    const count = length === 0 ? 0 : data.length / length;
    const tokenizer = from && tokenizerOf(from.tokenizer);
    const lines = Array.from({ length: count }, (_, row) => {
      const ids = Array.from(data.subarray(row * length, (row + 1) * length));
      const words = tokensOf(ids, from, {}, tokenizerOf).filter(({ kind }) => kind === 'text');
      return tokenizer ? tokenizer.decode(words.map(({ id }) => id)) : ids.map((id) => `<${id}>`).join(' ');
    });
    const room = ({ height }: Frame): number => Math.max(1, Math.floor((height - INSET) / LINE));
    return {
      paint: (surface, pointed) => {
        const { context, palette, width } = surface;
        context.font = `12px ${SANS}`;
        context.textAlign = 'left';
        context.textBaseline = 'middle';
        const measure = (words: string) => context.measureText(words).width;
        for (const [row, words] of lines.slice(0, room(surface)).entries()) {
          context.fillStyle = palette.token(pointed?.row === row || words !== '' ? '--text' : '--muted');
          const shown = words === '' ? '(nothing)' : words;
          context.fillText(fitText(measure, shown, width - 2 * INSET), INSET, INSET / 2 + (row + 0.5) * LINE);
        }
      },
      pointAt: ({ y }, frame) => {
        const row = Math.floor((y - INSET / 2) / LINE);
        return row >= 0 && row < Math.min(lines.length, room(frame)) ? { row, column: 0 } : null;
      },
      extent: lines.map(() => 1),
      describe: ({ row }) => `${row}  ${lines[row] || '(nothing)'}`,
      legend: () => null,
      note: () => `${count} × ${length} tokens${tokenizer ? '' : ' · the tokenizer is not known'}`,
      sentence: `${name}: ${lines.map((words) => words || 'nothing').join('; ')}.`,
      table: () => ({ shape: type.shape, values: Int32Array.from(data), rows: null, columns: null }),
      pictures: [],
    };
  },
};
