/**
 * A document in parts small enough that none of them holds up the thread that sends or receives it: what passes between
 * threads is copied, a document of 50 MB for longer than a frame.
 */
import type { Asset, GraphModule, PatchbayDocument } from '../../graph/schema.ts';

export type DocumentPart =
  /** Everything but the lists that come after it. */
  | { readonly kind: 'frame'; readonly document: PatchbayDocument }
  | { readonly kind: 'assets'; readonly items: readonly Asset[] }
  | { readonly kind: 'nodes'; readonly module: number; readonly items: GraphModule['nodes'] }
  | { readonly kind: 'edges'; readonly module: number; readonly items: GraphModule['edges'] };

/** Nodes, or wires, in one part. */
const MOST_RECORDS = 500;

export function* partsOf(document: PatchbayDocument): Generator<DocumentPart, void> {
  const { assets, modules } = document;
  const frames = modules.map((module) => ({ ...module, nodes: [], edges: [] }));
  yield { kind: 'frame', document: { ...document, modules: frames, assets: [] } };
  for (const [module, { nodes, edges }] of modules.entries()) {
    for (const items of slices(nodes)) yield { kind: 'nodes', module, items };
    for (const items of slices(edges)) yield { kind: 'edges', module, items };
  }
  // Each may have megabytes.
  for (const asset of assets) yield { kind: 'assets', items: [asset] };
}

function* slices<T>(items: readonly T[]): Generator<T[], void> {
  for (let at = 0; at < items.length; at += MOST_RECORDS) yield items.slice(at, at + MOST_RECORDS);
}

/** Puts parts together again, in the order in which they came. */
export class DocumentJoiner {
  #document: PatchbayDocument | undefined;

  /** @throws {TypeError} for a part that comes before the frame. */
  add(part: DocumentPart): void {
    if (part.kind === 'frame') {
      const { document } = part;
      this.#document = {
        ...document,
        modules: document.modules.map((module) => ({ ...module, nodes: [], edges: [] })),
        assets: [],
      };
      return;
    }
    const { assets, modules } = this.document();
    switch (part.kind) {
      case 'assets':
        assets.push(...part.items);
        return;
      case 'nodes':
        modules[part.module]!.nodes.push(...part.items);
        return;
      case 'edges':
        modules[part.module]!.edges.push(...part.items);
        return;
      default:
        part satisfies never;
    }
  }

  /** @throws {TypeError} if nothing came yet. */
  document(): PatchbayDocument {
    if (!this.#document) throw new TypeError('a document begins with its frame');
    return this.#document;
  }
}
