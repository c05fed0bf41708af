/** Edits of values: parameters, repeats, hyperparameters, sizes, presets, the seed, pictures. */
import { createChanges, EditError, moduleNamed, nodePath, nodeWithId } from './changes.ts';
import type { Path } from './diff.ts';
import type { Edit } from './edit.ts';
import { isInstance, schemas, type Asset, type ParameterValue, type PatchbayDocument } from './schema.ts';

/** Sets a parameter of a node; undefined gives it its default again. */
export function setParam(
  document: PatchbayDocument,
  moduleName: string,
  nodeId: string,
  param: string,
  value: ParameterValue | undefined,
): Edit {
  const node = nodeWithId(moduleNamed(document, moduleName), nodeId);
  if (param === '__proto__') throw new EditError('a parameter cannot be named __proto__');
  const changes = createChanges(document);
  const rest = Object.keys(node.params ?? {}).filter((name) => name !== param);
  if (value !== undefined && !node.params)
    changes.set(nodePath(moduleName, nodeId, 'params'), { [param]: checked(value) });
  else if (value !== undefined) changes.set(nodePath(moduleName, nodeId, 'params', param), checked(value));
  else if (node.params && rest.length === 0) changes.remove(nodePath(moduleName, nodeId, 'params'));
  else if (node.params) changes.remove(nodePath(moduleName, nodeId, 'params', param));
  return {
    title: value === undefined ? `Reset ${param} of ${node.name}` : `Set ${param} of ${node.name}${toValue(value)}`,
    diff: changes.diff(),
    place: { module: moduleName, nodeIds: [nodeId] },
    coalesce: `param ${moduleName}/${nodeId}/${param}`,
  };
}

/** Of a value that can be read at a glance; a text of many words, or a picture's bytes, are not said. */
function toValue(value: ParameterValue): string {
  const text = String(value);
  return text.length <= LONGEST_TOLD ? ` to ${text}` : '';
}

const LONGEST_TOLD = 32;

/** @throws {EditError} for what a file could not hold. */
function checked(value: ParameterValue): ParameterValue {
  if (!schemas().parameterValue.safeParse(value).success) throw new EditError(`${String(value)} is not a value`);
  return typeof value === 'number' ? value + 0 : value;
}

/** Makes a stack of an instance, or changes its layers; undefined makes it a single instance again. */
export function setRepeat(
  document: PatchbayDocument,
  moduleName: string,
  nodeId: string,
  repeat: number | string | undefined,
  copies?: boolean,
): Edit {
  const node = nodeWithId(moduleNamed(document, moduleName), nodeId);
  if (!isInstance(node)) throw new EditError(`${node.name} is no instance of a module, so it cannot be repeated`);
  if (typeof repeat === 'number' && !Number.isSafeInteger(repeat))
    throw new EditError(`${repeat} is not a number of layers`);
  const changes = createChanges(document);
  changes.set(nodePath(moduleName, nodeId, 'repeat'), repeat);
  if (repeat === undefined) changes.remove(nodePath(moduleName, nodeId, 'copies'));
  else if (copies !== undefined) changes.set(nodePath(moduleName, nodeId, 'copies'), copies || undefined);
  return {
    title: repeat === undefined ? `Unstack ${node.name}` : `Repeat ${node.name} × ${repeat}`,
    diff: changes.diff(),
    place: { module: moduleName, nodeIds: [nodeId] },
    coalesce: `repeat ${moduleName}/${nodeId}`,
  };
}

/** Lets an instance use the weights of the one at a path, or its own again. */
export function setShares(
  document: PatchbayDocument,
  moduleName: string,
  nodeId: string,
  path: string | undefined,
): Edit {
  const node = nodeWithId(moduleNamed(document, moduleName), nodeId);
  const changes = createChanges(document);
  changes.set(nodePath(moduleName, nodeId, 'shares'), path);
  const title =
    path === undefined ? `Give ${node.name} its own weights` : `Share the weights of ${path} with ${node.name}`;
  return { title, diff: changes.diff(), place: { module: moduleName, nodeIds: [nodeId] } };
}

/**
 * Sets a hyperparameter of the main module: in the active preset, or else its default.
 * @throws {EditError} if there is none of this name.
 */
export function setHyperparameter(document: PatchbayDocument, name: string, value: ParameterValue): Edit {
  const main = moduleNamed(document, document.main);
  if (!main.hyperparameters.some((one) => one.name === name))
    throw new EditError(`${main.name} has no hyperparameter ${name}`);
  return setRootValue(document, name, checked(value), ['modules', main.name, 'hyperparameters', name, 'default']);
}

/**
 * Sets a size of the main module: in the active preset, or else its default.
 * @throws {EditError} if there is none of this name, or the value is no size.
 */
export function setSize(document: PatchbayDocument, name: string, value: number): Edit {
  const main = moduleNamed(document, document.main);
  if (!main.sizes?.some((one) => one.name === name)) throw new EditError(`${main.name} has no size ${name}`);
  if (!Number.isSafeInteger(value) || value < 0) throw new EditError(`${value} is not a size`);
  return setRootValue(document, name, value, ['modules', main.name, 'sizes', name, 'default']);
}

function setRootValue(document: PatchbayDocument, name: string, value: ParameterValue, standard: Path): Edit {
  const changes = createChanges(document);
  const active = document.presets.find((preset) => preset.name === document.preset);
  changes.set(active ? ['presets', active.name, 'values', name] : standard, value);
  const where = active ? ` in ${active.name}` : '';
  return {
    title: `Set ${name} to ${value}${where}`,
    diff: changes.diff(),
    coalesce: `value ${active?.name ?? ''}/${name}`,
  };
}

/**
 * Chooses the active preset; undefined for the defaults.
 * @throws {EditError} if there is none of this name.
 */
export function setPreset(document: PatchbayDocument, name: string | undefined): Edit {
  if (name !== undefined && !document.presets.some((preset) => preset.name === name))
    throw new EditError(`there is no preset ${name}`);
  const changes = createChanges(document);
  changes.set(['preset'], name);
  return { title: name === undefined ? 'Use the defaults' : `Use preset ${name}`, diff: changes.diff() };
}

/**
 * Adds a preset with the values that hold now, and makes it the active one.
 * @throws {EditError} if the name is taken or empty.
 */
export function addPreset(document: PatchbayDocument, name: string): Edit {
  if (name === '') throw new EditError('a preset needs a name');
  if (document.presets.some((preset) => preset.name === name)) throw new EditError(`there is a preset ${name} already`);
  const active = document.presets.find((preset) => preset.name === document.preset);
  const changes = createChanges(document);
  changes.insert(['presets', name], { name, values: { ...active?.values } });
  changes.set(['preset'], name);
  return { title: `Add preset ${name}`, diff: changes.diff() };
}

/** Removes a preset; if it is the active one, the defaults hold. */
export function removePreset(document: PatchbayDocument, name: string): Edit {
  const changes = createChanges(document);
  changes.remove(['presets', name]);
  if (document.preset === name) changes.remove(['preset']);
  return { title: `Delete preset ${name}`, diff: changes.diff() };
}

/** @throws {EditError} if the seed is not a whole number from 0 on. */
export function setSeed(document: PatchbayDocument, seed: number): Edit {
  if (!Number.isSafeInteger(seed) || seed < 0) throw new EditError('a seed is a whole number from 0 on');
  const changes = createChanges(document);
  changes.set(['seed'], seed);
  return { title: `Set the seed to ${seed}`, diff: changes.diff(), coalesce: 'seed' };
}

/**
 * Names the checkpoint that the weights are in: a file beside the document, by its hash; undefined draws them from the seed.
 * @throws {EditError} if the hash is none.
 */
export function setWeights(
  document: PatchbayDocument,
  weights:
    | { readonly path: string; readonly sha256: string; readonly rename?: readonly string[] | undefined }
    | undefined,
): Edit {
  if (weights && !/^[0-9a-f]{64}$/.test(weights.sha256)) throw new EditError(`${weights.path} has no SHA-256`);
  const changes = createChanges(document);
  const { path, sha256, rename } = document.weights ?? {};
  // Rules are of what is in the file, wherever it lies.
  const rules = weights?.rename ?? (sha256 === weights?.sha256 ? rename : undefined) ?? [];
  const same = path === weights?.path && sha256 === weights?.sha256 && rules.join('\n') === (rename ?? []).join('\n');
  if (!same) {
    const ruled = rules.length > 0 && { rename: [...rules] };
    changes.set(['weights'], weights && { path: weights.path, sha256: weights.sha256, ...ruled });
  }
  return {
    title: weights ? `Load weights from ${weights.path}` : 'Draw the weights from the seed',
    diff: changes.diff(),
  };
}

/**
 * Adds a picture. One of the same id and content is left as it is, but for a caption that comes with it now.
 * @throws {EditError} if the record is malformed, or its id names another picture.
 */
export function addAsset(document: PatchbayDocument, asset: Asset): Edit {
  if (!schemas().asset.safeParse(asset).success) throw new EditError(`the picture ${asset.name} has no valid record`);
  const known = document.assets.find(({ id }) => id === asset.id);
  if (known && known.sha256 !== asset.sha256) throw new EditError(`there is another picture ${asset.id}`);
  const changes = createChanges(document);
  if (!known) changes.insert(['assets', asset.id], asset);
  else if (asset.caption !== undefined) changes.set(['assets', asset.id, 'caption'], asset.caption);
  return { title: `Add picture ${asset.name}`, diff: changes.diff() };
}

/** Removes a picture; nodes that name it then miss it. */
export function removeAsset(document: PatchbayDocument, id: string): Edit {
  const changes = createChanges(document);
  const asset = document.assets.find((one) => one.id === id);
  changes.remove(['assets', id]);
  return { title: `Remove picture ${asset?.name ?? id}`, diff: changes.diff() };
}

/** Says what a picture shows; empty takes the caption away. */
export function setCaption(document: PatchbayDocument, id: string, caption: string): Edit {
  const asset = document.assets.find((one) => one.id === id);
  if (!asset) throw new EditError(`there is no picture ${id}`);
  const changes = createChanges(document);
  if (caption !== '') changes.set(['assets', id, 'caption'], caption);
  else if (asset.caption !== undefined) changes.remove(['assets', id, 'caption']);
  return { title: `Caption of ${asset.name}`, diff: changes.diff(), coalesce: `caption ${id}` };
}

/** Finds a picture again: where it lies now, beside the document or embedded. */
export function setAsset(document: PatchbayDocument, asset: Asset): Edit {
  if (!schemas().asset.safeParse(asset).success) throw new EditError(`the picture ${asset.name} has no valid record`);
  const changes = createChanges(document);
  changes.set(['assets', asset.id], asset);
  return { title: `Locate picture ${asset.name}`, diff: changes.diff() };
}
