/** What nodes need when they go to another document: the pictures and files that they name, and how they are called there. */
import type { Changes } from './changes.ts';
import { freeName } from './names.ts';
import { isInstance, type Asset, type GraphNode, type PatchbayDocument } from './schema.ts';

/** Pictures that parameters name: a list of ids, separated by commas. */
export function assetsOf(document: PatchbayDocument, nodes: readonly GraphNode[]): Asset[] {
  const texts = nodes.flatMap(({ params }) => Object.values(params ?? {}).filter((value) => typeof value === 'string'));
  const named = new Set(texts.flatMap((text) => text.split(',').map((part) => part.trim())));
  return document.assets.filter(({ id }) => named.has(id));
}

/** Adds those that the document lacks, by content. @returns what each is called there. */
export function carryAssets(changes: Changes, assets: readonly Asset[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const picture of assets) {
    const { assets: present } = changes.document();
    const there = present.find(({ sha256 }) => sha256 === picture.sha256);
    const id = there?.id ?? freeName((wanted) => present.some((one) => one.id === wanted), picture.id);
    names.set(picture.id, id);
    if (!there) changes.insert(['assets', id], { ...picture, id });
  }
  return names;
}

/** The node with pictures and the module that it is an instance of under their new names; itself where none is new. */
export function withCarried<T extends GraphNode>(
  node: T,
  modules: ReadonlyMap<string, string>,
  assets: ReadonlyMap<string, string>,
): T {
  const module = isInstance(node) ? (modules.get(node.module) ?? node.module) : undefined;
  const params = Object.entries(node.params ?? {}).map(([name, value]) => [name, named(value, assets)] as const);
  const same = params.every(([name, value]) => value === node.params![name]);
  if (same && (!isInstance(node) || module === node.module)) return node;
  return {
    ...node,
    ...(module !== undefined && { module }),
    ...(node.params && { params: Object.fromEntries(params) }),
  };
}

function named<T>(value: T, names: ReadonlyMap<string, string>): T | string {
  if (typeof value !== 'string' || names.size === 0) return value;
  const parts = value.split(',').map((part) => part.trim());
  if (!parts.every((part) => names.has(part))) return value;
  const written = parts.map((part) => names.get(part)!);
  return written.every((part, index) => part === parts[index]) ? value : written.join(',');
}
