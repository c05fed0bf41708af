/** The types of one leaf's ports, from those that feed it: patterns first, then the record's own rules. */
import { cachedPattern, type GraphCache } from './cache.ts';
import type { Value } from './expressions.ts';
import {
  buildShape,
  describePattern,
  describeShape,
  matchPattern,
  PatternError,
  type Bindings,
  type Pattern,
} from './patterns.ts';
import type { InputPort, LocalProblem, NodeSignature, PortDType, PortType, ResolvedParameter } from './signature.ts';

export type PortTypes = Readonly<Record<string, PortType | undefined>>;

export interface LeafTypes {
  /** As they came, with the names that the patterns give. */
  readonly inputs: Readonly<Record<string, PortType>>;
  readonly outputs: Readonly<Record<string, PortType>>;
  readonly problems: readonly LocalProblem[];
}

/**
 * Types of a leaf's ports.
 * @param inputs types of the connected inputs; every input that is not optional must be there.
 * @throws {PatternError} if an output's pattern in the record cannot be read: a fault of the program.
 */
export function inferLeaf(
  signature: NodeSignature,
  params: Readonly<Record<string, ResolvedParameter>>,
  inputs: PortTypes,
  cache: GraphCache,
): LeafTypes {
  const bindings: Bindings = { params: numericParams(params), sizes: new Map() };
  const named: Record<string, PortType> = {};
  const problems: LocalProblem[] = [];
  for (const port of signature.inputs) {
    const type = inputs[port.name];
    if (!type) continue;
    const result = checkPort(port, type, bindings, cache);
    if ('problem' in result) problems.push(result.problem);
    else named[port.name] = result.type;
  }
  if (problems.length > 0) return { inputs: named, outputs: {}, problems };

  if (signature.infer) {
    const inferred = signature.infer({ inputs: named, params });
    return { inputs: named, outputs: inferred.outputs, problems: inferred.problems };
  }
  const outputs: Record<string, PortType> = {};
  const first = signature.inputs.map(({ name }) => named[name]).find((type) => type !== undefined);
  for (const port of signature.outputs) {
    if (port.shape === undefined) continue;
    const built = buildShape(cachedPattern(cache, port.shape), bindings);
    if (built.ok) {
      outputs[port.name] = {
        dims: built.dims,
        dtype: port.dtype ?? first?.dtype ?? 'f32',
        flow: port.flow ?? first?.flow ?? 'tensor',
      };
    } else {
      const { name } = port;
      problems.push({
        code: 'shape.unknown',
        severity: 'error',
        message: built.message,
        port: { side: 'output', name },
      });
    }
  }
  return { inputs: named, outputs, problems };
}

/** Numeric parameters as sizes for patterns. */
export function numericParams(params: Readonly<Record<string, ResolvedParameter>>): Bindings['params'] {
  const numeric = new Map<string, { value: Value; label?: string }>();
  for (const [name, { value, label }] of Object.entries(params)) {
    if (typeof value !== 'number') continue;
    const typed: Value = { type: Number.isInteger(value) ? 'int' : 'float', value };
    numeric.set(name, label === undefined ? { value: typed } : { value: typed, label });
  }
  return numeric;
}

/** What comes, and what one port takes. */
export function checkPort(
  port: Pick<InputPort, 'name' | 'shape' | 'dtypes'>,
  type: PortType,
  bindings: Bindings,
  cache: GraphCache,
): { readonly type: PortType } | { readonly problem: LocalProblem } {
  const at = { side: 'input', name: port.name } as const;
  const accepted: readonly PortDType[] = port.dtypes ?? ['f32'];
  if (!accepted.includes(type.dtype)) {
    const message = `${type.dtype} came, ${accepted.join(' or ')} is wanted`;
    return {
      problem: {
        code: 'dtype.mismatch',
        severity: 'error',
        message,
        port: at,
        got: type.dims,
        wanted: accepted.join(' or '),
      },
    };
  }
  let pattern: Pattern;
  try {
    pattern = cachedPattern(cache, port.shape);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    const message = `the shape \`${port.shape}\` cannot be read: ${error.message} (at ${error.position})`;
    return { problem: { code: 'pattern.syntax', severity: 'error', message, port: at } };
  }
  const matched = matchPattern(pattern, type.dims, bindings);
  if (matched.ok) return { type: { ...type, dims: matched.dims } };
  const { reason, param } = matched.failure;
  const wanted = describePattern(pattern, bindings);
  return {
    problem: {
      code: 'shape.mismatch',
      severity: 'error',
      message: `${describeShape(type.dims)} came, ${wanted} is wanted: ${reason}`,
      port: at,
      got: type.dims,
      wanted,
      ...(param && {
        param: param.name,
        suggestions: [{ param: param.name, value: param.came.size, title: `Set ${param.name} to ${param.came.size}` }],
      }),
    },
  };
}
