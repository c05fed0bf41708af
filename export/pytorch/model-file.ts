/** model.py: a class or a function for each module of the document, callees first, and the configuration of the main one. */
import type { Problem } from '../../graph/problems.ts';
import { type Hyperparameter, type LibraryNode, type ParameterValue } from '../../graph/schema.ts';
import { NODES } from '../../nodes/registry.ts';
import type { Python } from '../../nodes/python.ts';
import { spellingOf, type TorchHelper } from '../../nodes/torch.ts';
import type { ExportSource } from '../target.ts';
import { createAttributes } from './attributes.ts';
import { writeConstructor } from './constructor.ts';
import { docstring, type Documentation, type DocumentedArgument } from './docstring.ts';
import { writeForward, type Forward } from './forward.ts';
import { agreedValue } from './leaf.ts';
import { leavesOf, planExport, type ExportPlan, type ModuleForm, type PlannedModule } from './plan.ts';
import { layOut, printPython, quote, WIDTH } from './print.ts';
import { parameterToPython } from './scope.ts';
import { shapeText } from './shapes.ts';

export interface ModelFile {
  readonly text: string;
  readonly plan: ExportPlan;
  /** Inputs and outputs of the main module, as the document and as Python call them. */
  readonly forward: Forward;
  readonly problems: readonly Problem[];
}

export function writeModelFile(source: ExportSource): ModelFile {
  const plan = planExport(source, helperNames());
  const problems: Problem[] = [];
  const helpers = new Set<TorchHelper>();
  const parts: string[][] = [];
  let forward: Forward | undefined;
  for (const module of plan.modules.values()) {
    if (module.form.kind === 'library' || (!isCalled(plan, module) && !holdsLayers(module))) continue;
    const written = writeModule(plan, module, problems, helpers);
    if (module === plan.main) {
      forward = written.forward;
      parts.push(writeConfig(plan));
    }
    parts.push([...written.lines]);
  }
  const bodies = [...Array.from(helpers, ({ source: text }) => text.split('\n')), ...parts];
  const code = bodies.map((lines) => lines.join('\n')).join('\n\n\n');
  return { text: `${head(plan, code)}\n\n\n${code}\n`, plan, forward: forward!, problems };
}

/** Docstrings and string literals; in both, a backslash takes the next character with it. */
const STRINGS = /"""(?:\\[\s\S]|(?!""")[\s\S])*"""|"(?:\\.|[^"\\\n])*"/g;

function head({ source, main }: ExportPlan, code: string): string {
  const bare = code.replaceAll(STRINGS, '');
  const uses = (word: RegExp): boolean => word.test(bare);
  const standard = [uses(/\bcopy\.deepcopy\(/) && 'import copy', 'from dataclasses import dataclass'];
  const libraries = [
    uses(/(?<![.\w])torch\./) && 'import torch',
    uses(/(?<![.\w])F\./) && 'import torch.nn.functional as F',
    'from torch import Tensor, nn',
  ];
  const lines = (imports: readonly (string | false)[]) => imports.filter((line) => line !== false).join('\n');
  const documentation = docstring({ text: source.tree.root.module === '' ? '' : titleOf(main) }, '').join('\n');
  return [documentation, 'from __future__ import annotations', lines(standard), lines(libraries)].join('\n\n');
}

function titleOf({ definition: { name, help } }: PlannedModule): string {
  return help === undefined || help === '' ? `The model ${name}.` : help;
}

function helperNames(): readonly string[] {
  return [...NODES.values()].flatMap(({ torch }) => (spellingOf(torch)?.helpers ?? []).map(({ name }) => name));
}

interface WrittenModule {
  readonly lines: readonly string[];
  readonly forward: Forward;
}

function writeModule(
  plan: ExportPlan,
  module: PlannedModule,
  problems: Problem[],
  helpers: Set<TorchHelper>,
): WrittenModule {
  const { forward, features } = writeMethods(plan, module);
  problems.push(...forward.problems);
  for (const helper of [...forward.helpers, ...(features?.helpers ?? [])]) helpers.add(helper);
  if (module.form.kind === 'function') return { lines: writeFunction(module, forward), forward };

  const valueOf = (node: LibraryNode, param: string) =>
    agreedValue(module, node, leavesOf(module, node, plan.source.tree), param, problems);
  const constructor = writeConstructor(plan, module, forward, valueOf);
  problems.push(...constructor.problems);
  for (const helper of constructor.helpers) helpers.add(helper);
  const { form, name } = module;
  const isMain = form.kind === 'main';
  const base = form.kind === 'sequential' ? 'nn.Sequential' : 'nn.Module';
  const takes = isMain ? [`config: ${form.config}`] : signatureOf(module);
  const lines = [
    `class ${name}(${base}):`,
    ...docstring({ text: titleOf(module), args: isMain ? [] : documented(module) }, '    '),
    '',
    ...signature('__init__', ['self', ...takes], 'None', '    '),
    ...constructor.lines,
  ];
  // A class whose calls are muted or bypassed still holds its layers, in their order.
  if (!isCalled(plan, module)) return { lines, forward };
  if (features) lines.push('', ...methodLines(plan.features!.method, 'class', features, WHAT_LOSSES_COMPARE));
  lines.push('', ...methodLines('forward', form.kind, forward));
  return { lines, forward };
}

const WHAT_LOSSES_COMPARE = 'What the losses compare, each row by itself; then the samples of a batch meet.';

/** \`forward\`, and \`features\` of the main class, which goes before it. */
function writeMethods(
  plan: ExportPlan,
  module: PlannedModule,
): { readonly forward: Forward; readonly features?: Forward } {
  if (module !== plan.main || !plan.features) return { forward: writeForward(plan, module) };
  const { module: upTo, rest, method, features } = plan.features;
  const attributes = createAttributes(module);
  const before = writeForward(plan, upTo, { attributes });
  const given = { method, values: features.map(({ from }) => from) };
  const after = rest ? writeForward(plan, rest, { attributes, given }) : writeForward(plan, module, { attributes });
  const results = before.results.map((result, index) => ({ ...result, type: features[index]!.type }));
  const reads = (attribute: string): boolean => before.reads(attribute) || after.reads(attribute);
  return { forward: { ...after, reads }, features: { ...before, results } };
}

function methodLines(name: string, kind: ModuleForm['kind'], forward: Forward, text = ''): readonly string[] {
  return [
    ...signature(name, ['self', ...forwardSignature(forward)], resultType(kind, forward), '    '),
    ...docstring({ ...documentForward(forward), text }, '        '),
    ...forward.lines,
    ...writeReturn(kind, forward, '        '),
  ];
}

function isCalled(plan: ExportPlan, module: PlannedModule): boolean {
  return module.outputs.length > 0 || module === plan.main;
}

/** Whether some `__init__` makes one of this class. */
function holdsLayers({ form, instances }: PlannedModule): boolean {
  return form.kind !== 'function' && instances.length > 0;
}

function writeFunction(module: PlannedModule, forward: Forward): readonly string[] {
  const takes = [...forwardSignature(forward)];
  const hyperparameters = signatureOf(module);
  if (hyperparameters.length > 0) takes.push(...hyperparameters);
  const { args = [], returns = [] } = documentForward(forward);
  return [
    ...signature(module.name, takes, resultType(module.form.kind, forward), ''),
    ...docstring({ text: titleOf(module), args: [...args, ...documented(module)], returns }, '    '),
    ...forward.lines,
    ...writeReturn(module.form.kind, forward, '    '),
  ];
}

/** `def name(a, b) -> T:`, over several lines where it is too long. */
export function signature(name: string, takes: readonly string[], gives: string, indent: string): readonly string[] {
  const line = `${indent}def ${name}(${takes.join(', ')}) -> ${gives}:`;
  if (line.length <= WIDTH) return [line];
  const inner = `${indent}    ${takes.join(', ')}`;
  // An argument that is alone gets its comma in any case.
  const items =
    inner.length <= WIDTH && takes.length > 1 ? [inner] : takes.map((argument) => `${indent}    ${argument},`);
  return [`${indent}def ${name}(`, ...items, `${indent}) -> ${gives}:`];
}

const TYPES = { int: 'int', float: 'float', bool: 'bool', string: 'str' } as const;

function signatureOf({ definition, hyperparameters }: PlannedModule): readonly string[] {
  return definition.hyperparameters.map((rule) => {
    const standard = printPython(literal(rule, rule.default));
    return `${hyperparameters.get(rule.name)}: ${TYPES[rule.type]} = ${standard}`;
  });
}

/** A default; it is written where no names are known. */
function literal(rule: Hyperparameter, value: ParameterValue): Python {
  const scope = { name: unknown, input: unknown };
  return parameterToPython(rule, value, scope);
}

function unknown(name: string): Python {
  throw new TypeError(`a default names ${name}`);
}

function documented({ definition, hyperparameters }: PlannedModule): readonly DocumentedArgument[] {
  return definition.hyperparameters.map(({ name, help = '' }) => ({ name: hyperparameters.get(name)!, text: help }));
}

function forwardSignature({ inputs }: Forward): readonly string[] {
  const required = inputs.filter(({ optional }) => !optional).map(({ name }) => `${name}: Tensor`);
  return [...required, ...inputs.filter(({ optional }) => optional).map(({ name }) => `${name}: Tensor | None = None`)];
}

function resultType(kind: ModuleForm['kind'], { results }: Forward): string {
  if (kind === 'main') return 'dict[str, Tensor]';
  return results.length === 1 ? 'Tensor' : `tuple[${results.map(() => 'Tensor').join(', ')}]`;
}

function documentForward({ inputs, results }: Forward): Documentation {
  const shape = (type: Forward['inputs'][number]['type']): string => {
    if (!type) return '';
    const kind = { f32: '', i32: 'integers ', bool: 'bool ' }[type.dtype];
    return type.dims.length === 0 ? `${kind}scalar` : kind + shapeText(type);
  };
  const returns = results.map(({ port, type }) => ({ name: port, text: shape(type) }));
  return {
    text: '',
    args: inputs.map(({ name, type }) => ({ name, text: shape(type) })),
    returns,
  };
}

function writeReturn(kind: ModuleForm['kind'], { results }: Forward, indent: string): readonly string[] {
  if (kind !== 'main') {
    const value: Python =
      results.length === 1 ? results[0]!.value : { kind: 'tuple', items: results.map(({ value }) => value) };
    const bare = `${indent}return ${results.map((result) => printPython(result.value)).join(', ')}`;
    return bare.length <= WIDTH ? [bare] : layOut('return ', value, '', indent);
  }
  const entries = results.map(({ port, value }) => `${quote(port)}: ${printPython(value)}`);
  const line = `${indent}return {${entries.join(', ')}}`;
  if (line.length <= WIDTH) return [line];
  return [`${indent}return {`, ...entries.map((entry) => `${indent}    ${entry},`), `${indent}}`];
}

/** The hyperparameters with the values that they have in this export. */
function writeConfig({ main, source }: ExportPlan): string[] {
  const { definition, form, hyperparameters } = main;
  if (form.kind !== 'main') throw new TypeError('the main module has a configuration');
  const fields = definition.hyperparameters.map((rule) => {
    const value = printPython(literal(rule, source.tree.root.params[rule.name]!.value));
    return `    ${hyperparameters.get(rule.name)}: ${TYPES[rule.type]} = ${value}`;
  });
  const text = `Hyperparameters of ${main.name}, as they were exported.`;
  return [
    '@dataclass',
    `class ${form.config}:`,
    ...docstring({ text, args: documented(main) }, '    '),
    ...(fields.length > 0 ? ['', ...fields] : []),
  ];
}
