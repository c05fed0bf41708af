/** Makes a hyperparameter of the open module out of a parameter of the node that is selected. */
import { promotedType, promoteParameter } from '../../graph/edits.ts';
import { isInstance, type GraphNode, type ParameterValue } from '../../graph/schema.ts';
import { NODES } from '../../nodes/registry.ts';
import type { FieldRule } from './fields.tsx';
import { useEdit } from './use-edit.ts';

interface PromoteProps {
  readonly module: string;
  readonly node: GraphNode;
  readonly rules: readonly (FieldRule & { readonly default: ParameterValue })[];
}

/** Offers the parameters that have a plain value; nothing where there is none. */
export function Promote({ module, node, rules }: PromoteProps) {
  const edit = useEdit();
  const names = rules
    .filter(({ name, type, default: standard }) => {
      return promotedType(type) !== null && typeof (node.params?.[name] ?? standard) !== 'string';
    })
    .map(({ name }) => name);
  if (isInstance(node) && typeof node.repeat === 'number') names.push('repeat');
  if (names.length === 0) return null;
  return (
    <select
      className="field promote"
      aria-label="Make a hyperparameter of"
      value=""
      onChange={(event) => {
        const name = event.target.value;
        edit((document) => promoteParameter(document, NODES, module, node.id, name));
      }}
    >
      <option value="">Make a hyperparameter of…</option>
      {names.map((name) => (
        <option key={name} value={name}>
          {name}
        </option>
      ))}
    </select>
  );
}
