/** Shapes in words: `[batch, patches, embed_dim]`, for docstrings and comments. */
import { portPath, type Inference } from '../../graph/instance.ts';
import type { PortType } from '../../graph/signature.ts';
import type { PlannedModule } from './plan.ts';

/** A size by its name, or as a number where it has none. */
export function shapeText({ dims }: PortType): string {
  return `[${dims.map(({ name, size }) => name ?? String(size)).join(', ')}]`;
}

/** The type of a port of the module in its first instance. */
export function portOf(
  { instances }: PlannedModule,
  inference: Inference,
  side: 'input' | 'output',
  port: string,
): PortType | undefined {
  const [first] = instances;
  if (!first) return undefined;
  const path = portPath(first.path, port);
  return (side === 'input' ? inference.inputs : inference.outputs).get(path);
}

/** The type that all agree on in rank and dtype: the first, with names only where all have them. */
export function commonType(types: readonly (PortType | undefined)[]): PortType | undefined {
  const [first] = types;
  if (!first) return undefined;
  const same = types.every((type) => type?.dims.length === first.dims.length && type.dtype === first.dtype);
  return same ? first : undefined;
}
