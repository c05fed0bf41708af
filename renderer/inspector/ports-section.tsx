/** Ports with their shapes, types and what they are for. */
import type { NodeView, PortView } from '../canvas/node-view.ts';
import { ShapeChip } from '../canvas/shape-chip.tsx';
import { usePortType } from '../canvas/use-facts.ts';
import { flowOf } from '../canvas/values.ts';
import { Facts, Section } from './section.tsx';

export function PortsSection({ view }: { readonly view: NodeView }) {
  if (view.inputs.length + view.outputs.length === 0) return null;
  return (
    <Section title="Ports">
      <Facts>
        {[...view.inputs, ...view.outputs].map((port) => (
          <PortFact key={`${port.side} ${port.name}`} view={view} port={port} />
        ))}
      </Facts>
    </Section>
  );
}

function PortFact({ view, port }: { readonly view: NodeView; readonly port: PortView }) {
  const type = usePortType(view, port);
  return (
    <div title={port.help || undefined}>
      <dt>
        <i className="flow" style={{ background: `var(--${flowOf(view, port, type)})` }} aria-hidden="true" />
        {port.side === 'input' ? '→ ' : '← '}
        {port.name}
      </dt>
      <dd>
        {type ? (
          <>
            <ShapeChip dims={type.dims} characters={20} />
            {type.dtype !== 'f32' && ` ${type.dtype}`}
          </>
        ) : (
          <span className="muted">{port.optional ? 'optional' : 'not known'}</span>
        )}
      </dd>
    </div>
  );
}
