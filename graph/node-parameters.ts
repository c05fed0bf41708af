/** The parameters of one node, in the scope of the module that it stands in; what is at fault is reported there. */
import { fail, placeOf, report, type Building, type Enclosing } from './building.ts';
import type { CachedParams } from './cache.ts';
import { didYouMean } from './closest.ts';
import { EMPTY_SCOPE, type Value } from './expressions.ts';
import type { InstancePath } from './instance.ts';
import { fallback, resolveParameter, type NodeParameter, type ParameterFault } from './parameters.ts';
import type { Fix } from './problems.ts';
import { own } from './records.ts';
import type { GraphNode, InstanceNode, ParameterValue } from './schema.ts';
import type { ResolvedParameter } from './signature.ts';
import { expressionOfText } from './text-value.ts';
import { fixAtSource } from './trace.ts';

/** Evaluates all parameters of a node; one at fault is reported, and its default stands in for it. */
export function resolveNode(
  building: Building,
  node: GraphNode,
  path: InstancePath,
  enclosing: Enclosing,
  rules: readonly NodeParameter[],
): Pick<CachedParams, 'params' | 'values'> {
  const { names } = enclosing.scope;
  const kept = building.cache.params.get(node);
  if (kept?.rules === rules && kept.names === names) return kept;
  const params: Record<string, ResolvedParameter> = {};
  const values = new Map<string, Value>();
  const place = placeOf(enclosing, node);
  let faultless = true;
  for (const rule of rules) {
    const written = own(node.params, rule.name);
    const source = written ?? rule.default;
    // A default is written in the callee, where no names are known.
    const scope = written === undefined ? EMPTY_SCOPE : enclosing.scope;
    const resolved = resolveParameter(rule, source, scope, building.cache);
    if (!resolved.ok) {
      faultless = false;
      const { code, message, position } = resolved.fault;
      const fix = fixOf(building, enclosing, { ...place, param: rule.name }, source, resolved.fault);
      fail(building, enclosing, path, {
        code,
        severity: 'error',
        message,
        place: { ...place, path, param: rule.name, ...(position !== undefined && { position }) },
        ...(fix && { fixes: [fix] }),
      });
    }
    const { param, value } = resolved.ok ? resolved : fallback(rule, source, building.cache, rule.default);
    params[rule.name] = param;
    values.set(rule.name, value);
  }
  for (const name of Object.keys(node.params ?? {})) {
    if (Object.hasOwn(params, name)) continue;
    faultless = false;
    if (enclosing.quiet) continue;
    const message = `${node.name} has no parameter "${name}"${didYouMean(name, Object.keys(params))}`;
    report(building.problems, {
      code: 'param.unknown',
      severity: 'warning',
      message,
      place: { ...place, path, param: name },
    });
  }
  if (faultless) building.cache.params.set(node, { rules, names, params, values });
  return { params, values };
}

/**
 * Where a value is out of range, it is changed where it is written: behind a name, at its origin; in an expression, by
 * the user alone. An expression of the wrong type is mended in place.
 */
function fixOf(
  building: Building,
  enclosing: Enclosing,
  place: { readonly module: string; readonly nodeId: string; readonly param: string },
  source: ParameterValue,
  { code, suggestion }: ParameterFault,
): Fix | undefined {
  if (!suggestion) return undefined;
  const { value, title } = suggestion;
  const followed = expressionOfText(source);
  if (typeof source !== 'string' || code === 'param.type' || (code === 'param.choice' && followed === undefined))
    return { kind: 'set-param', title, ...place, value };
  const name = (code === 'param.choice' ? followed! : source).trim();
  return enclosing.scope.names.has(name) ? fixAtSource(building.byPath, enclosing.path, name, value, title) : undefined;
}

/** The number of layers; 1 where it cannot be evaluated, so that the module can still be opened. */
export function layerCount(
  building: Building,
  node: InstanceNode,
  path: InstancePath,
  enclosing: Enclosing,
  repeat: ParameterValue,
): number {
  const resolved = resolveParameter(
    { name: 'repeat', type: 'int', minimum: 0 },
    repeat,
    enclosing.scope,
    building.cache,
  );
  if (resolved.ok) return Number(resolved.param.value);
  const { code, message, position } = resolved.fault;
  const place = { ...placeOf(enclosing, node), path, param: 'repeat', ...(position !== undefined && { position }) };
  const fix = fixOf(building, enclosing, { ...placeOf(enclosing, node), param: 'repeat' }, repeat, resolved.fault);
  fail(building, enclosing, path, { code, severity: 'error', message, place, ...(fix && { fixes: [fix] }) });
  return 1;
}
