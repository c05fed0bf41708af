/** A sequence token by token: patches, words and padding. */
import type { Box } from '../canvas/geometry.ts';
import { chipAt, layoutChips, paintChips, setChipFont } from './chips.ts';
import { countTokens, tokensOf } from './tokens.ts';
import { itemOf, STATISTICS, type Frame, type ViewRecord } from './view.ts';

const IDS = 'input_ids';

export const tokenStrip: ViewRecord = {
  wishes: ({ inputs, look }) => {
    const ids = inputs[IDS];
    return ids ? { [IDS]: { spec: STATISTICS, index: [itemOf(look, ids.type.dims[0]?.size ?? 1)] } } : {};
  },
  show: ({ name, inputs, params, brush }, answers, tokenizerOf) => {
    const ids = answers[IDS]!.values!.data;
    const tokens = tokensOf(ids, inputs[IDS]?.tokens ?? null, params, tokenizerOf);
    const layout = (frame: Frame) => layoutChips(setChipFont(frame), tokens, inset(frame));
    const counts = countTokens(tokens);
    const words = tokens.filter(({ kind }) => kind === 'text').map(({ name: word }) => word);
    return {
      paint: (surface, pointed) => paintChips(surface, tokens, layout(surface), pointed?.column ?? brush),
      pointAt: (place, frame) => {
        const position = chipAt(layout(frame), place);
        return position === null ? null : { row: 0, column: position };
      },
      extent: [tokens.length],
      describe: ({ column }) => {
        const token = tokens[column]!;
        return `${column}  ${token.kind} ${token.kind === 'text' ? `“${token.name}”` : token.name} · id ${token.id}`;
      },
      tokenAt: ({ column }) => column,
      legend: () => null,
      note: () => counts,
      sentence: `${name}: ${counts}${words.length > 0 ? `; the text reads ${words.join(' ')}` : ''}.`,
      table: () => ({
        shape: [tokens.length],
        values: Int32Array.from(ids),
        rows: null,
        columns: tokens.map(({ kind, name: word }) => (kind === 'text' ? word : kind)),
      }),
      pictures: [],
    };
  },
};

function inset({ width, height }: Frame): Box {
  return { x: 6, y: 6, width: width - 12, height: height - 12 };
}
