/** With several nodes selected: what can be done with all of them, and what they cost together. */
import { childPath } from '../../graph/instance.ts';
import type { GraphNode } from '../../graph/schema.ts';
import { useApp, useDerived, useView } from '../app-context.ts';
import { showChord } from '../commands/keys.ts';
import { CommandButton } from '../panels/command-button.tsx';
import { formatSi } from '../previews/format.ts';
import { ArrangeSection } from './arrange-section.tsx';
import { Fact, Facts, Section } from './section.tsx';

const ACTIONS = ['edit.copy', 'edit.cut', 'edit.duplicate', 'edit.group', 'view.fit-selection', 'edit.delete'];

export function SelectionInspector({ nodes }: { readonly nodes: readonly GraphNode[] }) {
  const openPath = useView((state) => state.openPath);
  const byPath = useDerived((state) => state.cost.byPath);
  const costs = nodes.flatMap(({ name }) => byPath.get(childPath(openPath, name)) ?? []);
  const sum = (of: (cost: (typeof costs)[number]) => number) => costs.reduce((total, cost) => total + of(cost), 0);
  return (
    <>
      <div className="inspector-heading">
        <h2>{nodes.length} nodes</h2>
        <p className="muted">{nodes.map(({ name }) => name).join(', ')}</p>
      </div>
      <div className="inspector-actions">
        {ACTIONS.map((id) => (
          <Action key={id} id={id} />
        ))}
      </div>
      <ArrangeSection />
      <Section title="Cost">
        <Facts>
          <Fact name="parameters">{formatSi(sum(({ parameters }) => parameters))}</Fact>
          <Fact name="work">
            {formatSi(
              sum(({ flops }) => flops),
              'FLOP',
            )}
          </Fact>
        </Facts>
      </Section>
    </>
  );
}

function Action({ id }: { readonly id: string }) {
  const { commands, platform } = useApp();
  const { title, keys } = commands.get(id);
  const chord = keys?.[0];
  return (
    <CommandButton id={id} className="button" named>
      {title}
      {chord && <kbd aria-hidden="true">{showChord(chord, platform.mac)}</kbd>}
    </CommandButton>
  );
}
