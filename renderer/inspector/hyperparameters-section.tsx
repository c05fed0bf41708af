/** The hyperparameters that a module defines: names, defaults, one more, one less; instances and presets follow. */
import { Plus, Trash2 } from 'lucide-react';
import { memo } from 'react';
import {
  addHyperparameter,
  changeHyperparameter,
  removeHyperparameter,
  renameHyperparameter,
} from '../../graph/edits.ts';
import type { GraphModule, Hyperparameter } from '../../graph/schema.ts';
import { NODES } from '../../nodes/registry.ts';
import { useApp, useDocument } from '../app-context.ts';
import { Tooltip } from '../panels/tooltip.tsx';
import { NameField } from './name-field.tsx';
import { Section } from './section.tsx';
import { useEdit } from './use-edit.ts';
import { textOf, valueOf } from './values.ts';

const TYPES = ['int', 'float', 'bool', 'string'] as const;

/** What a hyperparameter is at first, by its type. */
const FIRST_DEFAULTS = { int: 1, float: 1, bool: false, string: '' } as const;

interface HyperparametersSectionProps {
  readonly module: GraphModule;
}

export const HyperparametersSection = memo(function HyperparametersSection({ module }: HyperparametersSectionProps) {
  const app = useApp();
  const edit = useEdit();
  const readOnly = useDocument((state) => state.readOnly);
  const add = async () => {
    const { button, text } = await app.notices.getState().ask({
      title: 'Add a hyperparameter',
      message: `${module.name} takes it as an argument; its nodes can name it in their parameters.`,
      input: { label: 'Name', initial: 'width' },
      buttons: [{ id: 'cancel', label: 'Cancel' }, ...TYPES.map((type) => ({ id: type, label: `Add ${type}` }))],
    });
    const type = TYPES.find((one) => one === button);
    if (!type) return;
    edit((document) =>
      addHyperparameter(document, module.name, { name: text.trim(), type, default: FIRST_DEFAULTS[type] }),
    );
  };
  return (
    <Section
      title="Definition"
      action={
        !readOnly && (
          <Tooltip text="Add a hyperparameter">
            <button type="button" className="icon-button" aria-label="Add a hyperparameter" onClick={() => void add()}>
              <Plus size={14} aria-hidden="true" />
            </button>
          </Tooltip>
        )
      }
    >
      {module.hyperparameters.length === 0 && <p className="muted">No hyperparameters</p>}
      <ul className="definitions">
        {module.hyperparameters.map((rule) => (
          <Definition key={rule.name} module={module.name} rule={rule} readOnly={readOnly} />
        ))}
      </ul>
    </Section>
  );
});

interface DefinitionProps {
  readonly module: string;
  readonly rule: Hyperparameter;
  readonly readOnly: boolean;
}

function Definition({ module, rule, readOnly }: DefinitionProps) {
  const edit = useEdit();
  const { name, type } = rule;
  const setDefault = (text: string) =>
    edit((document) => changeHyperparameter(document, module, name, { default: valueOf(text, type) }));
  return (
    <li>
      <NameField
        label={`Name of ${name}`}
        value={name}
        disabled={readOnly}
        onCommit={(to) => edit((document) => renameHyperparameter(document, NODES, module, name, to))}
      />
      <span className="muted">{type}</span>
      {rule.choices ? (
        <select
          className="field"
          aria-label={`Default of ${name}`}
          value={String(rule.default)}
          disabled={readOnly}
          onChange={(event) => setDefault(event.target.value)}
        >
          {rule.choices.map((choice) => (
            <option key={choice}>{choice}</option>
          ))}
        </select>
      ) : (
        <NameField
          label={`Default of ${name}`}
          value={textOf(rule.default, type)}
          disabled={readOnly}
          onCommit={setDefault}
        />
      )}
      {!readOnly && (
        <Tooltip text={`Delete ${name}`}>
          <button
            type="button"
            className="icon-button"
            aria-label={`Delete ${name}`}
            onClick={() => edit((document) => removeHyperparameter(document, NODES, module, name))}
          >
            <Trash2 size={13} aria-hidden="true" />
          </button>
        </Tooltip>
      )}
    </li>
  );
}
