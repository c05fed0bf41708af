/** How graphs are made wrong: small ones from a list of nodes and wires, templates by edits. */
import { apply } from '../../../graph/diff.ts';
import {
  connect,
  disconnect,
  removeNodes,
  setHyperparameter,
  setParam,
  setRepeat,
  type Edit,
} from '../../../graph/edits.ts';
import { schemas, type GraphModule, type ParameterValue, type PatchbayDocument } from '../../../graph/schema.ts';
import { documentOf as documentOfModules } from '../../../graph/testing/documents.ts';

export interface WrongGraph {
  /** What is wrong with it. */
  readonly title: string;
  readonly make: () => PatchbayDocument | Promise<PatchbayDocument>;
  /** Where the one cause is: `Module/node`, then `input NAME`, `output NAME` or the parameter's name. */
  readonly at: string;
  /** The rule, with the numbers. */
  readonly says: string;
  /** What the first button says; null: only the user can know what was meant. */
  readonly fix: string | null;
}

type Params = Readonly<Record<string, ParameterValue>>;

/** Type, or `Module` with a capital for an instance, and parameters. */
type NodeSpec = readonly [kind: string, params?: Params, more?: Readonly<Record<string, unknown>>];

interface ModuleMore {
  readonly hyperparameters?: GraphModule['hyperparameters'];
  readonly requires?: GraphModule['requires'];
  readonly sizes?: GraphModule['sizes'];
}

/** A module of nodes by name, and wires as `a.output > b.input`. */
export function moduleOf(
  name: string,
  nodes: Readonly<Record<string, NodeSpec>>,
  wires: readonly string[],
  more: ModuleMore = {},
): GraphModule {
  return schemas().module.parse({
    name,
    hyperparameters: [],
    ...more,
    nodes: Object.entries(nodes).map(([id, [kind, params, rest]], index) => ({
      id,
      name: id.replace(/_out$/, ''),
      ...(/^[A-Z]/.test(kind) ? { module: kind } : { type: kind }),
      ...(params && { params }),
      position: [index * 260, 0],
      ...rest,
    })),
    edges: wires.map((wire) => {
      const [from, to] = wire.split(' > ').map((end) => end.split('.'));
      return { from, to };
    }),
  });
}

/** A document whose main module is the first. */
export function documentOf(...modules: readonly GraphModule[]): PatchbayDocument {
  return documentOfModules(modules);
}

/** A document of one module, `Main`. */
export function graphOf(
  nodes: Readonly<Record<string, NodeSpec>>,
  wires: readonly string[],
  more: ModuleMore = {},
): PatchbayDocument {
  return documentOf(moduleOf('Main', nodes, wires, more));
}

/** A tensor of these sizes to start from. */
export function tensor(shape: string): NodeSpec {
  return ['random_tensor', { shape }];
}

/** The one output of a small graph. */
export const OUT: NodeSpec = ['output'];

/** A document after edits, each made from what the one before leaves. */
export function edited(
  document: PatchbayDocument,
  ...edits: readonly ((document: PatchbayDocument) => Edit)[]
): PatchbayDocument {
  return edits.reduce((now, edit) => apply(now, edit(now).diff), document);
}

export const withParam =
  (module: string, node: string, param: string, value: ParameterValue) =>
  (document: PatchbayDocument): Edit =>
    setParam(document, module, node, param, value);

export const withHyperparameter =
  (name: string, value: ParameterValue) =>
  (document: PatchbayDocument): Edit =>
    setHyperparameter(document, name, value);

export const wired =
  (module: string, wire: string) =>
  (document: PatchbayDocument): Edit => {
    const [from, to] = wire.split(' > ').map((end) => end.split('.') as [string, string]);
    return connect(document, module, from!, to!);
  };

export const unwired =
  (module: string, node: string, port: string) =>
  (document: PatchbayDocument): Edit =>
    disconnect(document, module, [node, port]);

export const without =
  (module: string, ...nodes: readonly string[]) =>
  (document: PatchbayDocument): Edit =>
    removeNodes(document, module, nodes);

export const repeated =
  (module: string, node: string, repeat: number | string) =>
  (document: PatchbayDocument): Edit =>
    setRepeat(document, module, node, repeat);
