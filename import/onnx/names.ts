/** What things are called in the graph: after the weights and scopes of the file, as identifiers, each once. */
import type { DraftNode } from './draft.ts';
import type { OnnxTensor } from './tensor.ts';

/** As a `state_dict` names weights. */
export const WEIGHT_NAME = /^[A-Za-z_][\w.]*$/;

/**
 * Whether an initialiser is a weight, which is kept as such, or a number that an exporter wrote down: those it calls by
 * what they are (`constant/0.5`, `onnx::Mul_7`, `12`).
 */
export function isWeightName({ name, kind, count }: OnnxTensor): boolean {
  if (kind !== 'float') return false;
  return WEIGHT_NAME.test(name) || (count > 1 && !name.startsWith('constant/'));
}

/** Names of one namespace. */
export class Names {
  readonly #taken = new Set<string>();
  readonly #next = new Map<string, number>();

  /** The name as an identifier; where it is taken, with a number behind it. */
  claim(wanted: string): string {
    const base = identifier(wanted);
    for (let number = this.#next.get(base) ?? 1; ; number++) {
      const name = number === 1 ? base : `${base}_${number}`;
      if (this.#taken.has(name)) continue;
      this.#next.set(base, number + 1);
      this.#taken.add(name);
      return name;
    }
  }
}

/** Names are not longer than a card is wide; of a long one the end says more. */
const LONGEST = 48;

function identifier(text: string): string {
  const parts = text.split(/[^A-Za-z0-9]+/).filter((part) => part !== '');
  let plain = parts.pop()?.slice(-LONGEST) ?? 'value';
  for (const part of parts.reverse()) {
    if (part.length + plain.length >= LONGEST) break;
    plain = `${part}_${plain}`;
  }
  return /^[A-Za-z_]/.test(plain) ? plain : `_${plain}`;
}

/** What the scopes of all nodes begin with, which need not be said. */
export function commonScope(nodes: readonly Pick<DraftNode, 'type' | 'hint' | 'weights'>[]): string {
  const scopes = nodes.flatMap((node) => (node.type === 'input' || node.hint === '' ? [] : [scopeOf(node)]));
  const [first] = scopes;
  if (!first) return '';
  let length = first.length;
  for (const scope of scopes) {
    let same = 0;
    while (same < length && scope[same] === first[same]) same++;
    length = same;
  }
  return length === 0 ? '' : `${first.slice(0, length).join('.')}.`;
}

/** A layer is called after its weights and stands in a scope; what has none is called after that. */
function scopeOf({ hint, weights }: Pick<DraftNode, 'hint' | 'weights'>): readonly string[] {
  const parts = hint.split('.');
  return weights.size > 0 ? parts.slice(0, -1) : parts;
}

/** After its weights or its scope in the file, without what all have in common. */
export function nameOf({ type, hint, weights }: DraftNode, scope: string): string {
  if (type === 'input') return hint;
  const rest = `${hint}.`.startsWith(scope) ? hint.slice(scope.length) : hint;
  const short = type.replace(/^onnx\./, '');
  // A layer is called after its weights; what has none stands in a scope.
  if (weights.size > 0) return rest || short;
  return rest === '' || rest === short || rest.endsWith(`.${short}`) ? rest || short : `${rest}_${short}`;
}

/** `vision.blocks.` is `vision_blocks`. */
export function stackName(scope: string, common: string): string {
  const rest = scope.startsWith(common) ? scope.slice(common.length) : scope;
  return rest.replace(/\.$/, '') || 'layers';
}

/** `vision_blocks` is a stack of VisionBlock. */
export function className(name: string): string {
  const words = name
    .split('_')
    .filter(Boolean)
    .map((word) => word[0]!.toUpperCase() + word.slice(1));
  return words.join('').replace(/s$/, '') || 'Layer';
}
