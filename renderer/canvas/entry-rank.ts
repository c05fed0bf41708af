/** How well what the palette offers fits a wire that was dropped on the empty canvas: the better, the further up. */
import { createCache, type GraphCache } from '../../graph/cache.ts';
import { checkPort } from '../../graph/infer-leaf.ts';
import type { Flow, InputPort, PortType } from '../../graph/signature.ts';
import type { Category } from '../../nodes/definition.ts';

/** What is known of the wire's source. */
export interface WireSource {
  readonly type: PortType;
  /** Of its node and port: `query` goes to an input `query`. */
  readonly names: readonly string[];
}

/** An entry by its inputs; a module has no category. */
export interface RankedEntry {
  readonly inputs: readonly Pick<InputPort, 'name' | 'shape' | 'dtypes' | 'optional'>[];
  readonly outputs: number;
  readonly category: Category | null;
  readonly params?: readonly { readonly name: string }[];
}

/** The areas whose nodes are made for what flows. */
const AREAS: Readonly<Partial<Record<Flow, Category>>> = { image: 'vision', tokens: 'language', loss: 'loss' };

/**
 * 0 if no input takes the type; else the more, the more the best input asks for exactly what comes: an element type that
 * few take, axes of these names, a port of this name, an area; and the less, the more else the entry needs or holds.
 */
export function rankEntry(
  source: WireSource,
  { inputs, outputs, category, params }: RankedEntry,
  cache: GraphCache = createCache(),
): number {
  let best = 0;
  for (const [index, input] of inputs.entries()) {
    const bindings = { params: new Map(), sizes: new Map() };
    if ('problem' in checkPort(input, source.type, bindings, cache)) continue;
    const rare = input.dtypes?.length === 1 && source.type.dtype !== 'f32' ? 3 : 0;
    const named = source.names.includes(input.name) ? 2.5 : 0;
    // What can do without an input was not made for it; what needs others besides is not done with one wire.
    const others = inputs.filter((other) => !other.optional && other !== input).length;
    const less = Math.min(1, others) + (input.optional ? 1.5 : 0) + index / 8;
    best = Math.max(best, 4 + axesInCommon(input.shape, source.type, params) + rare + named - less);
  }
  if (best === 0) return 0;
  if (category === null) best -= 2;
  else if (AREAS[source.type.flow] === category) best += 2;
  // Where a value is only shown, or leaves the module, comes after what computes with it.
  return Math.max(best, 1) / (outputs === 0 ? 16 : 1);
}

/**
 * 0 for anything at all; 1 where the last axes are what a parameter says, or have their names; up to 2 where a pattern
 * without `...` names the axes as they are named.
 */
function axesInCommon(shape: string, { dims }: PortType, params: RankedEntry['params'] = []): number {
  const items = shape.split(/\s+/);
  if (items.includes('...')) {
    const meant = items.some(
      (item, at) => params.some(({ name }) => name === item) || item === dims.at(at - items.length)?.name,
    );
    return meant ? 1 : 0;
  }
  const same = items.filter((item, axis) => item === dims[axis]?.name).length;
  return 0.5 + (1.5 * same) / Math.max(1, items.length);
}
