/** The weights under an instance by their `state_dict` path, with shapes. */
import { useMemo } from 'react';
import type { Instance, LeafInstance } from '../../graph/instance.ts';
import { stateDictKey } from '../../nodes/definition.ts';
import { NODES } from '../../nodes/registry.ts';
import { useDerived } from '../app-context.ts';
import { Fact, Facts, Section } from './section.tsx';

/** More rows than this are counted. */
const MOST_ROWS = 40;

interface WeightRow {
  /** Relative to the instance. */
  readonly name: string;
  readonly path: string;
  readonly shape: readonly number[];
}

export function WeightsSection({ instance }: { readonly instance: Instance | undefined }) {
  const tree = useDerived((state) => state.tree);
  const rows = useMemo(() => (instance ? weightsOf(instance, tree.construction) : []), [instance, tree]);
  if (!instance || rows.length === 0) return null;
  const layer = /\.(\d+)$/.exec(instance.path)?.[1];
  return (
    <Section title={layer === undefined ? 'Weights' : `Weights · layer ${layer}`}>
      {instance.weightPath !== instance.path && <p className="muted">Shared with {instance.weightPath}</p>}
      <Facts>
        {rows.slice(0, MOST_ROWS).map(({ name, path, shape }) => (
          <Fact key={path} name={name} title={path}>
            {shape.length === 0 ? 'scalar' : shape.join(' × ')}
          </Fact>
        ))}
        {rows.length > MOST_ROWS && <Fact name="…">{rows.length - MOST_ROWS} more</Fact>}
      </Facts>
    </Section>
  );
}

/** In construction order; what is drawn and thrown away is no weight. */
function weightsOf(instance: Instance, construction: readonly LeafInstance[]): readonly WeightRow[] {
  const inside = `${instance.path}.`;
  const leaves = construction.filter(({ path }) => path === instance.path || path.startsWith(inside));
  return leaves.flatMap((leaf) =>
    (weightDefinitions(leaf) ?? [])
      .filter(({ discarded }) => discarded !== true)
      .map((weight) => {
        const path = stateDictKey(leaf.path, weight);
        const name = path === instance.path ? path : path.slice(inside.length);
        return { name, path: stateDictKey(leaf.weightPath, weight), shape: weight.shape };
      }),
  );
}

/** None while a parameter has a problem that keeps the record from saying. */
function weightDefinitions(leaf: LeafInstance) {
  const weights = NODES.get(leaf.type)?.weights;
  try {
    return weights?.(leaf.params);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
