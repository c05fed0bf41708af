/** Types of the main module's sources: what an `input` declares, and what is bound from outside in their place. */
import { cachedPattern, type GraphCache } from './cache.ts';
import type { Value } from './expressions.ts';
import { checkPort, numericParams, type LeafTypes } from './infer-leaf.ts';
import type { InstancePath, InstanceTree } from './instance.ts';
import { buildShape, describeShape, PatternError, type Bindings } from './patterns.ts';
import { INPUT_NODE_PORT, type ModuleInput } from './ports.ts';
import type { Dimension } from './problems.ts';
import type { LocalProblem, PortType } from './signature.ts';

/** What expressions of the main module may name, as bindings: each names its dimension. */
function rootNames(tree: InstanceTree): Bindings['params'] {
  const names = new Map<string, { value: Value; label: string }>();
  for (const [name, { value }] of numericParams(tree.root.params)) names.set(name, { value, label: name });
  for (const [name, value] of tree.sizes) names.set(name, { value: { type: 'int', value }, label: name });
  return names;
}

/** The type of an `input` of the main module: of what is bound, or else as its pattern says. */
export function rootInput(
  tree: InstanceTree,
  declared: ModuleInput,
  external: PortType | undefined,
  cache: GraphCache,
): LeafTypes {
  const bindings: Bindings = { params: rootNames(tree), sizes: new Map() };
  if (external) {
    const port = { name: declared.name, shape: declared.shape, dtypes: [declared.dtype] };
    const result = checkPort(port, external, bindings, cache);
    if ('problem' in result) return refuse(asRootProblem(result.problem));
    return give({ ...result.type, flow: declared.flow ?? 'tensor' });
  }
  try {
    const built = buildShape(cachedPattern(cache, declared.shape), bindings);
    if (built.ok) return give({ dims: built.dims, dtype: declared.dtype, flow: declared.flow ?? 'tensor' });
    return refuse({
      code: 'input.unbound',
      severity: 'error',
      message: `input ${declared.name} has no shape before something is bound to it: ${built.message} in \`${declared.shape}\``,
      param: 'shape',
    });
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    const message = `the shape \`${declared.shape}\` cannot be read: ${error.message} (at ${error.position})`;
    return refuse({ code: 'pattern.syntax', severity: 'error', message, param: 'shape' });
  }
}

/** What an input of the main module wants is written in hyperparameters: they, not its parameters, would mend it. */
function asRootProblem({ code, severity, message, got, wanted, suggestions }: LocalProblem): LocalProblem {
  const fixes = suggestions?.map(
    ({ param: name, value, title }) => ({ kind: 'set-hyperparameter', title, name, value }) as const,
  );
  return {
    code,
    severity,
    message,
    port: { side: 'output', name: INPUT_NODE_PORT },
    ...(got && { got }),
    ...(wanted !== undefined && { wanted }),
    ...(fixes && { fixes }),
  };
}

function give(type: PortType): LeafTypes {
  return { inputs: {}, outputs: { [INPUT_NODE_PORT]: type }, problems: [] };
}

function refuse(problem: LocalProblem): LeafTypes {
  return { inputs: {}, outputs: {}, problems: [problem] };
}

/** A source in whose place something is bound: its own type must agree, but for the sizes that come with the data. */
export function boundSource(tree: InstanceTree, path: InstancePath, own: LeafTypes, external: PortType): LeafTypes {
  const [entry] = Object.entries(own.outputs);
  if (!entry) return own;
  const [port, declared] = entry;
  const at = { side: 'output', name: port } as const;
  const mismatch = (code: string, message: string): LeafTypes =>
    refuse({ code, severity: 'error', message, port: at, got: external.dims, wanted: describeShape(declared.dims) });
  if (external.dtype !== declared.dtype)
    return mismatch('dtype.mismatch', `${external.dtype} is bound to ${path}, which is ${declared.dtype}`);
  if (external.dims.length !== declared.dims.length)
    return mismatch(
      'shape.mismatch',
      `${describeShape(external.dims)} is bound to ${path}, which is ${describeShape(declared.dims)}: ` +
        `${external.dims.length} dimensions instead of ${declared.dims.length}`,
    );
  const dims: Dimension[] = [];
  for (const [axis, wanted] of declared.dims.entries()) {
    const { size } = external.dims[axis]!;
    if (size !== wanted.size) {
      if (wanted.name !== undefined && tree.sizes.has(wanted.name))
        return mismatch(
          'size.disagree',
          `${path} comes with ${wanted.name} ${size}, but ${wanted.name} is ${wanted.size} elsewhere`,
        );
      const words = wanted.name === undefined ? String(wanted.size) : `${wanted.name} ${wanted.size}`;
      return mismatch(
        'shape.mismatch',
        `${describeShape(external.dims)} is bound to ${path}, which is ${describeShape(declared.dims)}: axis ${axis} is ${size}, not ${words}`,
      );
    }
    dims.push(wanted);
  }
  return { ...own, outputs: { ...own.outputs, [port]: { ...declared, dims } } };
}
