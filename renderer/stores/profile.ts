/** Where the time of a run goes: what the profile panel shows. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Profile } from '../../gpu/profile.ts';
import type { InstanceTree } from '../../graph/instance.ts';

export type ProfileState =
  /** Nobody has asked. */
  | { readonly kind: 'none' }
  | { readonly kind: 'measuring' }
  | {
      readonly kind: 'measured';
      readonly profile: Profile;
      /** As the graph was when it was measured. */
      readonly tree: InstanceTree;
      /** What computed it. */
      readonly device: string;
      /** The graph was edited since: the times are those of before. */
      readonly outdated: boolean;
    }
  | { readonly kind: 'failed'; readonly message: string };

export type ProfileStore = StoreApi<ProfileState>;

export function createProfileStore(): ProfileStore {
  return createStore<ProfileState>()(() => ({ kind: 'none' }));
}
