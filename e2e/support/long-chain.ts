/** A graph whose run takes as long as is asked for. */
import { formatDocument } from '../../graph/file.ts';
import { documentOf, module, node, wire } from '../../graph/testing/documents.ts';

/** Products of matrices one after the other, a second or two of work. */
export function longChain(rows: number, layers = 6, width = 1024): string {
  const layer = (index: number) => `layer${index}`;
  const indices = Array.from({ length: layers }, (_, index) => index);
  return formatDocument(
    documentOf([
      module('Model', {
        nodes: [
          node('x', 'random_tensor', { shape: `${rows}, ${width}` }),
          ...indices.map((index) =>
            node(
              layer(index),
              'linear',
              { in_features: width, out_features: width },
              { position: [320 * ((index + 1) % 4), 360 * Math.floor((index + 1) / 4)] },
            ),
          ),
        ],
        edges: indices.map((index) => wire(`${index === 0 ? 'x' : layer(index - 1)}.output`, `${layer(index)}.input`)),
      }),
    ]),
  );
}
