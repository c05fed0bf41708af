/** The attributes of a module's class: layers under their own names, which are state_dict keys, and what else is kept on self. */
import type { Expression } from '../../graph/expression-syntax.ts';
import { parseExpression } from '../../graph/expression-syntax.ts';
import { splitDims } from '../../graph/dims.ts';
import { usesShapes } from '../../graph/expressions.ts';
import { isPort } from '../../graph/ports.ts';
import { isInstance } from '../../graph/schema.ts';
import { attribute, call, index, int, name, string, type Python } from '../../nodes/python.ts';
import { NODES } from '../../nodes/registry.ts';
import { isPlainAttribute, MODULE_ATTRIBUTES, Names } from './names.ts';
import type { ModuleForm, PlannedModule } from './plan.ts';
import { sourceOf } from './scope.ts';

export const SELF = name('self');

/** A layer by its path from a module: `blocks.0.attention` → `self.blocks[0].attention`. */
export function layerAt(of: Python, segment: string, form: ModuleForm | 'stack'): Python {
  if (form === 'stack' || form.kind === 'sequential') return index(of, int(Number(segment)));
  return isPlainAttribute(segment) ? attribute(of, segment) : call('getattr', [of, string(segment)]);
}

/** A size that the document gives a name, kept on self under it: `self.head_dim`. */
export interface NamedSize {
  readonly label: string;
  readonly expression: Expression;
}

/** What `forward` needs on self beside the layers; asked for while it is written, made in `__init__`. */
export interface Attributes {
  /** The attribute that keeps a hyperparameter. */
  readonly hyperparameter: (name: string) => Python;
  /** The attribute that keeps a named size. */
  readonly size: (size: NamedSize) => Python;
  /** What has been asked for, in order: attribute, and hyperparameter or size. */
  readonly kept: () => readonly { readonly attribute: string; readonly from: string | NamedSize }[];
}

export function createAttributes({ definition }: PlannedModule): Attributes {
  const layers = definition.nodes.filter((node) => !isPort(node)).map((node) => node.name);
  const names = new Names([...MODULE_ATTRIBUTES, ...layers, 'config']);
  const kept = new Map<string, { readonly attribute: string; readonly from: string | NamedSize }>();
  const keep = (key: string, wanted: string, from: string | NamedSize): Python => {
    let known = kept.get(key);
    if (!known) kept.set(key, (known = { attribute: names.claim(wanted), from }));
    return attribute(SELF, known.attribute);
  };
  return {
    hyperparameter: (hyperparameter) => keep(`name ${hyperparameter}`, hyperparameter, hyperparameter),
    size: (size) => keep(`size ${size.label}`, size.label, size),
    kept: () =>
      [...kept.values()].toSorted((a, b) => Number(typeof a.from !== 'string') - Number(typeof b.from !== 'string')),
  };
}

/** Sizes with labels in the module's `dims` parameters that hyperparameters alone decide; of two with one label the first. */
export function namedSizes({ definition }: PlannedModule): readonly NamedSize[] {
  const sizes = new Map<string, NamedSize>();
  for (const node of definition.nodes) {
    if (isInstance(node)) continue;
    for (const rule of NODES.get(node.type)?.params ?? []) {
      if (rule.type !== 'dims') continue;
      for (const { text } of splitDims(String(sourceOf(node, rule)))) {
        const [prefix = '', label] = /^\s*([A-Za-z_][A-Za-z0-9_]*)\s*=(?!=)/.exec(text) ?? [];
        if (label === undefined || sizes.has(label)) continue;
        const expression = parseExpression(text.slice(prefix.length).trimEnd());
        if (expression.kind === 'name' || expression.kind === 'number' || usesShapes(expression)) continue;
        sizes.set(label, { label, expression });
      }
    }
  }
  return [...sizes.values()];
}
