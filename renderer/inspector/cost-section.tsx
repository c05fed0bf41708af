/** What an instance costs in one run. */
import type { Instance } from '../../graph/instance.ts';
import type { GraphNode } from '../../graph/schema.ts';
import { useDerived, useRun } from '../app-context.ts';
import { formatMilliseconds, formatSi } from '../previews/format.ts';
import { useLayers, useNodePath } from '../canvas/use-facts.ts';
import { Fact, Facts, Section } from './section.tsx';

export function CostSection({ instance, node }: { readonly instance: Instance | undefined; readonly node: GraphNode }) {
  const path = useNodePath(node);
  const cost = useDerived((state) => instance && state.cost.byPath.get(instance.path));
  const count = useLayers(node);
  const time = useRun((state) => (path === null ? undefined : state.timings.get(path)));
  if (!cost) return null;
  const layers = count === null ? '' : ` × ${count}`;
  return (
    <Section title="Cost">
      <Facts>
        <Fact name="parameters" title={String(cost.parameters)}>
          {formatSi(cost.parameters)}
          {layers}
        </Fact>
        <Fact name="work" title={`${cost.flops} FLOP`}>
          {formatSi(cost.flops, 'FLOP')}
          {layers}
        </Fact>
        <Fact name="activations" title={`${cost.activationBytes} bytes`}>
          {formatSi(cost.activationBytes, 'B')}
          {layers}
        </Fact>
        {time !== undefined && <Fact name="time">{formatMilliseconds(time)}</Fact>}
      </Facts>
    </Section>
  );
}
