/** The main module's values: overrides before the preset, the preset before defaults. */
import { report, type Building } from './building.ts';
import type { GraphCache } from './cache.ts';
import { didYouMean } from './closest.ts';
import { EMPTY_SCOPE, type Value } from './expressions.ts';
import { fallback, resolveParameter, ruleOf, type ParameterRule } from './parameters.ts';
import type { Problem } from './problems.ts';
import { own } from './records.ts';
import type { GraphModule, ParameterValue, PatchbayDocument } from './schema.ts';
import type { ResolvedParameter } from './signature.ts';

/** Values of the main module's hyperparameters and sizes that hold for one run, over the document's. */
export interface Overrides {
  readonly values?: Readonly<Record<string, ParameterValue>>;
  /** A preset to use instead of the document's active one; null for none. */
  readonly preset?: string | null;
}

export interface RootValues {
  readonly params: Record<string, ResolvedParameter>;
  /** Hyperparameters and sizes: what expressions in the main module may name. */
  readonly names: ReadonlyMap<string, Value>;
  readonly sizes: ReadonlyMap<string, number>;
  /** Index of the first problem, if some value is at fault. */
  readonly fault: number | undefined;
}

export function resolveRoot(
  document: PatchbayDocument,
  main: GraphModule | undefined,
  overrides: Overrides,
  building: Building,
): RootValues {
  const params: Record<string, ResolvedParameter> = {};
  const names = new Map<string, Value>();
  const sizes = new Map<string, number>();
  let fault: number | undefined;
  if (!main) return { params, names, sizes, fault };

  const place = { module: main.name, path: '' };
  const fail = (problem: Omit<Problem, 'severity'>): void => {
    const index = report(building.problems, { ...problem, severity: 'error' });
    fault ??= index;
  };
  const presetName = overrides.preset === undefined ? document.preset : (overrides.preset ?? undefined);
  const preset = document.presets.find(({ name }) => name === presetName);
  if (presetName !== undefined && !preset && overrides.preset !== undefined) {
    const hint = didYouMean(
      presetName,
      document.presets.map(({ name }) => name),
    );
    fail({ code: 'preset.unknown', message: `there is no preset "${presetName}"${hint}`, place: {} });
  }
  const valueOf = (rule: ParameterRule, standard: ParameterValue): { param: ResolvedParameter; value: Value } => {
    const source = own(overrides.values, rule.name) ?? own(preset?.values, rule.name) ?? standard;
    const resolved = resolveParameter(rule, source, EMPTY_SCOPE, building.cache);
    if (resolved.ok) return resolved;
    const { code, message, position, suggestion } = resolved.fault;
    fail({
      code,
      message,
      place: { ...place, param: rule.name, ...(position !== undefined && { position }) },
      ...(suggestion && { fixes: [{ kind: 'set-hyperparameter', name: rule.name, ...suggestion }] }),
    });
    return fallback(rule, source, building.cache, standard);
  };

  for (const hyperparameter of main.hyperparameters) {
    const { param, value } = valueOf(ruleOf(hyperparameter), hyperparameter.default);
    params[hyperparameter.name] = param;
    names.set(hyperparameter.name, value);
  }
  for (const size of main.sizes ?? []) {
    const { value } = valueOf({ name: size.name, type: 'int', minimum: 0 }, size.default);
    names.set(size.name, value);
    sizes.set(size.name, Number(value.value));
  }
  for (const name of Object.keys(overrides.values ?? {})) {
    if (names.has(name)) continue;
    const hint = didYouMean(name, names.keys()) || `; there are ${[...names.keys()].join(', ')}`;
    fail({ code: 'override.unknown', message: `${main.name} has no hyperparameter or size "${name}"${hint}`, place });
  }
  return { params, names: sameNames(building.cache, names), sizes, fault };
}

/** The map that is in the cache, where it has the same values: what was evaluated in it then still holds. */
function sameNames(cache: GraphCache, names: ReadonlyMap<string, Value>): ReadonlyMap<string, Value> {
  const same =
    names.size === cache.names.size &&
    names.entries().every(([name, { type, value }]) => {
      const kept = cache.names.get(name);
      return kept?.type === type && Object.is(kept.value, value);
    });
  if (!same) cache.names = names;
  return cache.names;
}
