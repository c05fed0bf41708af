/** Modules of another document: they come with those that they need, under names that are free here. */
import { createChanges, EditError } from './changes.ts';
import { equal } from './diff.ts';
import { count, type Edit } from './edit.ts';
import { closureOf, finder } from './modules.ts';
import { freeName } from './names.ts';
import { isInstance, type GraphModule, type PatchbayDocument } from './schema.ts';

export interface ModuleImport {
  readonly edit: Edit;
  /** Modules that came, by the names that they have here. */
  readonly added: readonly string[];
  /** Those that were here already, the same in every part. */
  readonly present: readonly string[];
  /** Those whose name stands for another module here: what they were called, and what they are now. */
  readonly renamed: readonly { readonly from: string; readonly to: string }[];
}

/** Names of the modules that a document offers: all but its main one. */
export function importableModules(source: PatchbayDocument): readonly string[] {
  return source.modules.map(({ name }) => name).filter((name) => name !== source.main);
}

/**
 * Copies modules. One of the same name and content is left as it is; another one of the same name stays, and what comes
 * gets a number after its name, which its instances follow.
 * @throws {EditError} if there is nothing to be imported.
 */
export function importModules(
  document: PatchbayDocument,
  source: PatchbayDocument,
  names: readonly string[] = importableModules(source),
): ModuleImport {
  const here = finder(document);
  const needed = closureOf(names, finder(source));
  if (needed.length === 0) throw new EditError('The file has no modules besides its main one');
  const changes = createChanges(document);
  const calledHere = new Map<string, string>();
  const result = { added: [] as string[], present: [] as string[], renamed: [] as { from: string; to: string }[] };
  const taken = new Set([...document.modules, ...needed].map(({ name }) => name));
  // Those that are needed stand first, so that their names here are known.
  for (const module of needed) {
    const copy = withCallees(module, calledHere);
    const known = here(module.name);
    if (known && equal(known, copy)) {
      result.present.push(module.name);
      continue;
    }
    const name = known ? freeName((one) => taken.has(one), module.name) : module.name;
    taken.add(name);
    if (name !== module.name) {
      calledHere.set(module.name, name);
      result.renamed.push({ from: module.name, to: name });
    }
    changes.insert(['modules', name], { ...copy, name });
    result.added.push(name);
  }
  const title = `Import ${count(result.added.length, 'module')}`;
  return { edit: { title, diff: changes.diff() }, ...result };
}

/** The module with its instances under the names that their modules have now. */
function withCallees(module: GraphModule, names: ReadonlyMap<string, string>): GraphModule {
  const nodes = module.nodes.map((node) => {
    const name = isInstance(node) ? names.get(node.module) : undefined;
    return name === undefined ? node : { ...node, module: name };
  });
  return nodes.every((node, index) => node === module.nodes[index]) ? module : { ...module, nodes };
}
