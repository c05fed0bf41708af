/** What the schema cannot say about a document, and what does not keep it from being shown. Needs no node library. */
import { closest } from './closest.ts';
import { namespaceOf } from './ports.ts';
import type { Problem } from './problems.ts';
import type { GraphModule, PatchbayDocument } from './schema.ts';

/** Code of the problem of a node that has another's name. */
export const NAME_TAKEN = 'name.duplicate';

export function checkDocument(document: PatchbayDocument): Problem[] {
  const problems: Problem[] = [];
  const names = document.presets.map(({ name }) => name);
  if (document.preset !== undefined && !names.includes(document.preset)) {
    const near = closest(document.preset, names);
    const hint = near === undefined ? 'defaults are used' : `did you mean ${near}? Defaults are used`;
    problems.push(warning('preset.unknown', `the active preset "${document.preset}" does not exist; ${hint}`, {}));
  }
  const main = document.modules.find(({ name }) => name === document.main);
  if (main) problems.push(...checkPresets(document, main));
  else
    problems.push({
      code: 'document.no-main',
      severity: 'error',
      message: `the main module "${document.main}" does not exist`,
      place: {},
    });
  for (const module of document.modules) problems.push(...checkNames(module), ...checkEdges(module));
  for (const asset of document.assets) {
    if (asset.data === undefined && asset.path === undefined)
      problems.push(warning('asset.empty', `picture "${asset.name}" has neither data nor a path`, {}));
  }
  return problems;
}

function warning(code: string, message: string, place: Problem['place']): Problem {
  return { code, severity: 'warning', message, place };
}

function checkPresets(document: PatchbayDocument, main: GraphModule): Problem[] {
  const known = new Set([...main.hyperparameters, ...(main.sizes ?? [])].map(({ name }) => name));
  return document.presets.flatMap((preset) =>
    Object.keys(preset.values)
      .filter((name) => !known.has(name))
      .map((name) =>
        warning('preset.unknown-name', `preset "${preset.name}" sets "${name}", which ${main.name} does not have`, {
          module: main.name,
        }),
      ),
  );
}

/** Names within a module, outputs apart from the rest. */
function checkNames(module: GraphModule): Problem[] {
  const problems: Problem[] = [];
  const taken = new Map<string, string>();
  for (const node of module.nodes) {
    const key = `${namespaceOf(node)} ${node.name}`;
    const first = taken.get(key);
    if (first === undefined) {
      taken.set(key, node.id);
      continue;
    }
    problems.push({
      code: NAME_TAKEN,
      severity: 'error',
      message: `two nodes of ${module.name} are named "${node.name}"`,
      place: { module: module.name, nodeId: node.id },
      related: [{ module: module.name, nodeId: first }],
    });
  }
  return problems;
}

/** Wires from and to nodes that do not exist; those at ports that do not exist need a node library (module-index.ts). */
function checkEdges(module: GraphModule): Problem[] {
  const ids = new Set(module.nodes.map(({ id }) => id));
  return module.edges.flatMap(({ from, to }): Problem[] => {
    const [sound, gone] = ids.has(from[0]) ? [from, to] : [to, from];
    if (ids.has(gone[0])) return [];
    const words = gone === from ? 'comes from' : 'leads to';
    return [
      {
        code: 'edge.no-node',
        severity: 'error',
        message: `a wire ${words} node "${gone[0]}", which does not exist`,
        place: {
          module: module.name,
          ...(ids.has(sound[0]) && {
            nodeId: sound[0],
            port: { side: sound === to ? 'input' : 'output', name: sound[1] },
          }),
        },
        fixes: [{ kind: 'remove-edge', title: 'Remove the wire', module: module.name, from, to }],
      },
    ];
  });
}
