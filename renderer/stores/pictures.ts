/** Pictures that the document names by path and that are not there: known once the shell has looked for them. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { InstanceTree } from '../../graph/instance.ts';
import type { Problem } from '../../graph/problems.ts';
import type { SourcePlan } from '../../nodes/sources.ts';
import { keepValue } from './identity.ts';
import type { Companion } from './tabs.ts';

export interface PictureState {
  /** Ids of assets. */
  readonly missing: ReadonlySet<string>;
  readonly setMissing: (missing: ReadonlySet<string>) => void;
}

export type PictureStore = StoreApi<PictureState>;

export function createPictureStore(): PictureStore {
  return createStore<PictureState>()((set, get) => ({
    missing: new Set(),
    setMissing: (missing) => {
      const kept = keepValue(get().missing, missing);
      if (kept !== get().missing) set({ missing: kept });
    },
  }));
}

/** What is missing is missing to its document: to be found out anew, or come back with it. */
export function pictureCompanion(pictures: PictureStore): Companion {
  const { setMissing } = pictures.getState();
  return {
    leave: () => {
      const { missing } = pictures.getState();
      return () => setMissing(missing);
    },
    clear: () => setMissing(new Set()),
  };
}

/** One problem at every node that wants a missing picture. */
export function missingPictureProblems(
  tree: InstanceTree,
  { recipes }: Pick<SourcePlan, 'recipes'>,
  missing: ReadonlySet<string>,
): readonly Problem[] {
  return [...recipes.values()].flatMap(({ path, from }) => {
    const asset = from.kind === 'pictures' ? from.assets.find(({ id }) => missing.has(id)) : undefined;
    if (!asset) return [];
    const message = `${asset.name} is not at ${asset.path ?? 'its place'}: put it there, or pick it again`;
    return [
      {
        code: 'picture.missing',
        severity: 'error' as const,
        message,
        place: { ...tree.byPath.get(path)?.place, path, param: 'images' },
      },
    ];
  });
}
