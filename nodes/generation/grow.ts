/** A graph whose token source has become longer: its type as it is bound, and what else says how long it is. */
import type { InstancePath, InstanceTree } from '../../graph/instance.ts';
import type { ParameterValue, PatchbayDocument } from '../../graph/schema.ts';
import type { PortType } from '../../graph/signature.ts';
import type { TokenRows } from './generate-tokens.ts';

export interface Grown {
  readonly document: PatchbayDocument;
  /** Sizes of the main module that the new length fixes. */
  readonly values: Readonly<Record<string, ParameterValue>>;
  readonly type: PortType;
  /** Row-major. */
  readonly ids: Int32Array<ArrayBuffer>;
}

/**
 * The graph for ids of this length. A length that is a size of the data (`text_len`) becomes another size, which holds
 * wherever it is named; one that the node alone has is set there.
 * @param source a source of the main module.
 */
export function grow(document: PatchbayDocument, tree: InstanceTree, source: InstancePath, rows: TokenRows): Grown {
  const length = rows[0]?.length ?? 0;
  const type: PortType = { dims: [{ size: rows.length }, { size: length }], dtype: 'i32', flow: 'tokens' };
  const ids = Int32Array.from(rows.flat());
  const { params } = tree.byPath.get(source)!;
  const written = params['length'];
  // Not a token input: its pattern says what the sizes are.
  if (written === undefined) return { document, values: {}, type, ids };
  const textLength = length - Number(params['image_tokens']!.value);
  if (written.label !== undefined && tree.sizes.has(written.label)) {
    return { document, values: { [written.label]: textLength }, type, ids };
  }
  return { document: withLength(document, source, textLength), values: {}, type, ids };
}

function withLength(document: PatchbayDocument, source: InstancePath, length: number): PatchbayDocument {
  return {
    ...document,
    modules: document.modules.map((module) =>
      module.name !== document.main
        ? module
        : {
            ...module,
            nodes: module.nodes.map((node) =>
              node.name === source ? { ...node, params: { ...node.params, length } } : node,
            ),
          },
    ),
  };
}
