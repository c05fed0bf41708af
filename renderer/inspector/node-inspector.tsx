/** The inspector of one node, generated from its record or, for an instance, from its module. */
import { useMemo } from 'react';
import { setParam, setRepeat } from '../../graph/edits.ts';
import { REPEAT } from '../../graph/node-rules.ts';
import type { Instance } from '../../graph/instance.ts';
import type { Problem } from '../../graph/problems.ts';
import { isInstance, type GraphNode, type InstanceNode, type ParameterValue } from '../../graph/schema.ts';
import type { ResolvedParameter } from '../../graph/signature.ts';
import { foreignOperator } from '../../graph/foreign.ts';
import { MODULES } from '../../nodes/modules/registry.ts';
import { NODES } from '../../nodes/registry.ts';
import { useApp, useDocument } from '../app-context.ts';
import { viewOf, type NodeView } from '../canvas/node-view.ts';
import { useLayers, useNodePath, useNodeProblems, useShownInstance } from '../canvas/use-facts.ts';
import { CommandButton } from '../panels/command-button.tsx';
import { CornerDownRight } from 'lucide-react';
import { CostSection } from './cost-section.tsx';
import { FieldMenu } from './field-menu.tsx';
import { Field, type FieldRule } from './fields.tsx';
import { ImagesField } from './images-field.tsx';
import { TokenizerField } from './tokenizer-field.tsx';
import { PortsSection } from './ports-section.tsx';
import { useEdit } from './use-edit.ts';
import { fieldRuleOf } from './values.ts';
import { ValueSection } from './value-section.tsx';
import { WeightsSection } from './weights-section.tsx';

interface NodeInspectorProps {
  readonly module: string;
  readonly node: GraphNode;
}

export function NodeInspector({ module, node }: NodeInspectorProps) {
  const modules = useDocument((state) => state.document.modules);
  const view = useMemo(() => {
    const byName = new Map(modules.map((each) => [each.name, each]));
    return viewOf(node, byName.get(module) ?? null, { definitions: NODES, modules: byName });
  }, [node, module, modules]);
  const instance = useShownInstance(node);
  const problems = useNodeProblems(node.id);
  return (
    <>
      <Heading view={view} node={node} />
      {problems.map((problem) => (
        <p key={problem.code + problem.message} className="inspector-problem" data-severity={problem.severity}>
          {problem.message}
        </p>
      ))}
      <Parameters module={module} node={node} instance={instance} problems={problems} />
      <ValueSection view={view} />
      <PortsSection view={view} />
      <WeightsSection instance={instance} />
      <CostSection instance={instance} node={node} />
    </>
  );
}

function Heading({ view, node }: { readonly view: NodeView; readonly node: GraphNode }) {
  const modules = useDocument((state) => state.document.modules);
  const record = isInstance(node) ? undefined : NODES.get(node.type);
  const definition = isInstance(node)
    ? (modules.find(({ name }) => name === node.module) ?? MODULES.get(node.module))
    : undefined;
  const help = record?.help ?? definition?.help;
  return (
    <div className="inspector-heading" style={{ '--kind': `var(--${view.accent})` } as React.CSSProperties}>
      <h2>
        <i className="kind" aria-hidden="true" />
        {node.name}
        {isInstance(node) && definition && (
          <CommandButton id="go.enter">
            <CornerDownRight size={14} aria-hidden="true" />
          </CommandButton>
        )}
      </h2>
      <p className="muted">
        {view.kind === 'unknown' && foreignOperator(view.type) === undefined
          ? `${view.type}: unknown to this version; kept as it is`
          : view.title}
      </p>
      {help && (
        // F1 brings the focus here, so that it is read out.
        <p className="help" tabIndex={-1}>
          {help}{' '}
          {record?.reference && (
            <a href={record.reference.url} target="_blank" rel="noreferrer">
              {record.reference.text}
            </a>
          )}
        </p>
      )}
    </div>
  );
}

interface ParametersProps {
  readonly module: string;
  readonly node: GraphNode;
  readonly instance: Instance | undefined;
  readonly problems: readonly Problem[];
}

function Parameters({ module, node, instance, problems }: ParametersProps) {
  const edit = useEdit();
  const modules = useDocument((state) => state.document.modules);
  const readOnly = useDocument((state) => state.readOnly);
  const rules: readonly (FieldRule & { readonly default: ParameterValue })[] = isInstance(node)
    ? (modules.find(({ name }) => name === node.module)?.hyperparameters ?? []).map(fieldRuleOf)
    : (NODES.get(node.type)?.params ?? []);
  if (rules.length === 0 && !isInstance(node)) return null;
  return (
    <div className="fields">
      {isInstance(node) && <Repeat module={module} node={node} problems={problems} />}
      {rules.map((rule) => {
        const source = node.params?.[rule.name] ?? rule.default;
        const problem = messageFor(problems, rule.name);
        const commit = (value: ParameterValue) =>
          edit((document) =>
            setParam(document, module, node.id, rule.name, value === rule.default ? undefined : value),
          );
        const props = { source, problem, disabled: readOnly, onCommit: commit };
        if (rule.type === 'images') {
          return <ImagesField key={rule.name} nodeId={node.id} name={rule.name} {...props} />;
        }
        if (rule.type === 'asset') {
          return <TokenizerField key={rule.name} nodeId={node.id} name={rule.name} {...props} />;
        }
        return (
          <Field
            key={rule.name}
            rule={rule}
            resolved={resolvedOf(instance, rule.name)}
            note={node.params?.[rule.name] === undefined ? 'default' : undefined}
            menu={<FieldMenu module={module} node={node} param={rule.name} />}
            {...props}
          />
        );
      })}
    </div>
  );
}

function Repeat({
  module,
  node,
  problems,
}: {
  readonly module: string;
  readonly node: InstanceNode;
  readonly problems: readonly Problem[];
}) {
  const edit = useEdit();
  const app = useApp();
  const readOnly = useDocument((state) => state.readOnly);
  const path = useNodePath(node);
  const layers = useLayers(node);
  if (node.repeat === undefined) {
    return (
      <div className="field-row">
        <span>repeat</span>
        <button
          type="button"
          className="button"
          disabled={readOnly}
          onClick={() => edit((document) => setRepeat(document, module, node.id, 2))}
        >
          Make a stack
        </button>
      </div>
    );
  }
  const resolved: ResolvedParameter | undefined = layers === null ? undefined : { value: layers, source: node.repeat };
  return (
    <>
      <Field
        rule={{
          name: 'repeat',
          type: 'int',
          minimum: 0,
          help: 'Number of layers; clear it to have a single instance.',
        }}
        source={node.repeat}
        menu={<FieldMenu module={module} node={node} param={REPEAT} />}
        resolved={resolved}
        problem={messageFor(problems, 'repeat')}
        disabled={readOnly}
        onCommit={(value) => {
          if (value === true || value === false) return;
          edit((document) => setRepeat(document, module, node.id, value === '' ? undefined : value));
          if (path !== null) app.view.getState().setLayer(path, 0);
        }}
      />
      <Field
        rule={{
          name: 'copies',
          type: 'bool',
          help: 'Every layer starts as a copy of the first, as nn.TransformerDecoder does.',
        }}
        source={node.copies ?? false}
        resolved={undefined}
        problem={undefined}
        disabled={readOnly}
        onCommit={(value) => edit((document) => setRepeat(document, module, node.id, node.repeat, value === true))}
      />
    </>
  );
}

function resolvedOf(instance: Instance | undefined, name: string): ResolvedParameter | undefined {
  return instance?.params[name];
}

function messageFor(problems: readonly Problem[], param: string): string | undefined {
  return problems.find(({ place }) => place.param === param)?.message;
}
