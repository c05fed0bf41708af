/** Modules of another document: they come with the modules and pictures that they need, under names that are free here. */
import { assetsOf, carryAssets, withCarried } from './carried.ts';
import { createChanges, EditError } from './changes.ts';
import { equal } from './diff.ts';
import { count, type Edit } from './edit.ts';
import { closureOf, finder } from './modules.ts';
import { freeName } from './names.ts';
import type { PatchbayDocument } from './schema.ts';

export interface ModuleImport {
  readonly edit: Edit;
  /** Modules that came, by the names that they have here. */
  readonly added: readonly string[];
  /** Those that were not asked for, but are needed by those that were. */
  readonly needed: readonly string[];
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
  const asked = new Set(names);
  const result = {
    added: [] as string[],
    needed: needed.map(({ name }) => name).filter((name) => !asked.has(name)),
    present: [] as string[],
    renamed: [] as { from: string; to: string }[],
  };
  const taken = new Set([...document.modules, ...needed].map(({ name }) => name));
  const assets = carryAssets(
    changes,
    assetsOf(
      source,
      needed.flatMap(({ nodes }) => nodes),
    ),
  );
  // Those that are needed stand first, so that their names here are known.
  for (const module of needed) {
    const nodes = module.nodes.map((node) => withCarried(node, calledHere, assets));
    const copy = nodes.every((node, index) => node === module.nodes[index]) ? module : { ...module, nodes };
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
