/** The ports of the open module, in the order in which instances have them: add, rename, reorder, delete. */
import { ArrowUp, Plus, Trash2 } from 'lucide-react';
import { memo } from 'react';
import { addNode, movePort, removeNodes, renameNode } from '../../graph/edits.ts';
import { isInput, isOutput } from '../../graph/ports.ts';
import type { GraphModule, GraphNode } from '../../graph/schema.ts';
import { useApp, useDocument } from '../app-context.ts';
import { Tooltip } from '../panels/tooltip.tsx';
import { NameField } from './name-field.tsx';
import { Section } from './section.tsx';
import { useEdit } from './use-edit.ts';

const SIDES = [
  { type: 'input', title: 'Inputs', is: isInput },
  { type: 'output', title: 'Outputs', is: isOutput },
] as const;

interface ModulePortsSectionProps {
  readonly module: GraphModule;
}

export const ModulePortsSection = memo(function ModulePortsSection({ module }: ModulePortsSectionProps) {
  return SIDES.map(({ type, title, is }) => (
    <PortList key={type} module={module} type={type} title={title} ports={module.nodes.filter(is)} />
  ));
});

interface PortListProps {
  readonly module: GraphModule;
  readonly type: 'input' | 'output';
  readonly title: string;
  readonly ports: readonly GraphNode[];
}

function PortList({ module, type, title, ports }: PortListProps) {
  const app = useApp();
  const edit = useEdit();
  const readOnly = useDocument((state) => state.readOnly);
  const add = () => {
    const position = app.canvas.current?.insertionPoint() ?? [0, 0];
    edit((document) => addNode(document, module.name, { type, position }));
  };
  return (
    <Section
      title={title}
      action={
        !readOnly && (
          <Tooltip text={`Add an ${type}`}>
            <button type="button" className="icon-button" aria-label={`Add an ${type}`} onClick={add}>
              <Plus size={14} aria-hidden="true" />
            </button>
          </Tooltip>
        )
      }
    >
      {ports.length === 0 && <p className="muted">No {title.toLowerCase()}</p>}
      <ul className="definitions">
        {ports.map(({ id, name }, index) => (
          <li key={id}>
            <NameField
              label={`Name of ${type} ${name}`}
              value={name}
              disabled={readOnly}
              onCommit={(to) => edit((document) => renameNode(document, module.name, id, to))}
            />
            {!readOnly && index === 0 && ports.length > 1 && <i className="icon-button" aria-hidden="true" />}
            {!readOnly && index > 0 && (
              <Tooltip text="Move up">
                <button
                  type="button"
                  className="icon-button"
                  aria-label={`Move ${type} ${name} up`}
                  onClick={() => edit((document) => movePort(document, module.name, id, -1))}
                >
                  <ArrowUp size={13} aria-hidden="true" />
                </button>
              </Tooltip>
            )}
            {!readOnly && (
              <Tooltip text={`Delete ${name} with the wires at it`}>
                <button
                  type="button"
                  className="icon-button"
                  aria-label={`Delete ${type} ${name}`}
                  onClick={() => edit((document) => removeNodes(document, module.name, [id]))}
                >
                  <Trash2 size={13} aria-hidden="true" />
                </button>
              </Tooltip>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}
