/** With nothing selected: the open module, and the document's hyperparameters by preset, sizes and seed. */
import { renameModule, setHyperparameter, setSeed, setSize } from '../../graph/edits.ts';
import type { ParameterValue, PatchbayDocument } from '../../graph/schema.ts';
import { useDeferredValue } from 'react';
import { useDerived, useDocument, useView } from '../app-context.ts';
import { useOpenModule } from '../canvas/use-facts.ts';
import { PresetMenu } from '../panels/preset-menu.tsx';
import { formatSi } from '../previews/format.ts';
import { CheckpointSection } from './checkpoint-section.tsx';
import { Field } from './fields.tsx';
import { HyperparametersSection } from './hyperparameters-section.tsx';
import { ModulePortsSection } from './module-ports-section.tsx';
import { NameField } from './name-field.tsx';
import { Fact, Facts, Section } from './section.tsx';
import { useEdit } from './use-edit.ts';
import { fieldRuleOf } from './values.ts';

export function DocumentInspector() {
  const open = useOpenModule();
  const edit = useEdit();
  const readOnly = useDocument((state) => state.readOnly);
  const openPath = useView((state) => state.openPath);
  const module = useDocument(({ document }) => document.modules.find(({ name }) => name === open));
  // How it is defined may follow an edit in a render of its own: nobody waits for it as for a shape.
  const definition = useDeferredValue(module);
  return (
    <>
      <div className="inspector-heading">
        <h2>
          <span className="visually-hidden">{open}</span>
          <NameField
            label="Class name of the module"
            value={open}
            disabled={readOnly}
            onCommit={(to) => edit((document) => renameModule(document, open, to))}
          />
        </h2>
        <p className="muted">{openPath === '' ? 'Main module' : openPath}</p>
        {module?.help && <p className="help">{module.help}</p>}
      </div>
      {openPath === '' ? <RootValues /> : <InstanceValues />}
      {definition && <HyperparametersSection module={definition} />}
      {definition && <ModulePortsSection module={definition} />}
    </>
  );
}

function RootValues() {
  const edit = useEdit();
  const document = useDocument((state) => state.document);
  const readOnly = useDocument((state) => state.readOnly);
  const tree = useDerived((state) => state.tree);
  const problems = useDerived((state) => state.problems);
  const cost = useDerived((state) => state.cost);
  const main = document.modules.find(({ name }) => name === document.main);
  const problemOf = (param: string) =>
    problems.find(({ place }) => place.path === '' && place.nodeId === undefined && place.param === param)?.message;
  if (!main) return null;
  return (
    <>
      {main.hyperparameters.length > 0 && (
        <Section title="Hyperparameters" action={document.presets.length > 0 && <PresetMenu />}>
          <div className="fields">
            {main.hyperparameters.map((rule) => (
              <Field
                key={rule.name}
                rule={fieldRuleOf(rule)}
                source={rootValue(document, rule.name, rule.default)}
                resolved={tree.root.params[rule.name]}
                problem={problemOf(rule.name)}
                disabled={readOnly}
                onCommit={(value) => edit((current) => setHyperparameter(current, rule.name, value))}
              />
            ))}
          </div>
        </Section>
      )}
      {(main.sizes ?? []).length > 0 && (
        <Section title="Sizes of the data">
          <div className="fields">
            {main.sizes!.map((size) => (
              <Field
                key={size.name}
                rule={{ name: size.name, type: 'int', minimum: 0, help: size.help }}
                source={rootValue(document, size.name, size.default)}
                resolved={undefined}
                problem={problemOf(size.name)}
                disabled={readOnly}
                onCommit={(value) => edit((current) => setSize(current, size.name, Number(value)))}
              />
            ))}
          </div>
        </Section>
      )}
      <Section title="Random numbers">
        <div className="fields">
          <Field
            rule={{
              name: 'seed',
              type: 'int',
              minimum: 0,
              help: 'Weights are drawn as PyTorch draws them after torch.manual_seed(seed).',
            }}
            source={document.seed}
            resolved={undefined}
            problem={undefined}
            disabled={readOnly}
            onCommit={(value) => edit((current) => setSeed(current, Number(value)))}
          />
        </div>
      </Section>
      <CheckpointSection />
      <Section title="Cost">
        <Facts>
          <Fact name="parameters" title={String(cost.parameters)}>
            {formatSi(cost.parameters)}
          </Fact>
          <Fact name="work" title={`${cost.flops} FLOP`}>
            {formatSi(cost.flops, 'FLOP')}
          </Fact>
          <Fact name="activations">{formatSi(cost.activationBytes, 'B')}</Fact>
        </Facts>
      </Section>
    </>
  );
}

/** Hyperparameters of the open instance: they are set where it is used. */
function InstanceValues() {
  const openPath = useView((state) => state.openPath);
  const params = useDerived(({ tree }) => tree.byPath.get(openPath)?.params);
  const entries = Object.entries(params ?? {});
  if (entries.length === 0) return null;
  return (
    <Section title="Values in this instance">
      <Facts>
        {entries.map(([name, { value, source }]) => (
          <Fact key={name} name={name}>
            {typeof source === 'string' && source !== String(value) && <span className="muted">{source} = </span>}
            {String(value)}
          </Fact>
        ))}
      </Facts>
    </Section>
  );
}

/** As it is written: in the active preset, or else the default. */
function rootValue(document: PatchbayDocument, name: string, standard: ParameterValue): ParameterValue {
  const preset = document.presets.find((candidate) => candidate.name === document.preset);
  return preset?.values[name] ?? standard;
}
