/** The one who waits for a profile: the next run is asked for it. Of two who wait, the later. */
import type { Ceilings } from '../../gpu/ceilings.ts';
import type { Profile } from '../../gpu/profile.ts';
import type { ProfileRequest } from './protocol.ts';
import { ProfileStoppedError } from './session-api.ts';

export class ProfileWait {
  #waiting: PromiseWithResolvers<Profile> | null = null;

  /** What was waited for before is stopped. */
  begin(): Promise<Profile> {
    this.stop();
    this.#waiting = Promise.withResolvers();
    return this.#waiting.promise;
  }

  /** What a run is asked for beside its values: nothing, where nobody waits. */
  request(ceilings: () => Ceilings | null): { readonly profile?: ProfileRequest } {
    return this.#waiting ? { profile: { ceilings: ceilings() } } : {};
  }

  end(profile: Profile): void {
    this.#waiting?.resolve(profile);
    this.#waiting = null;
  }

  fail(message: string): void {
    this.#reject(new Error(message));
  }

  stop(): void {
    this.#reject(new ProfileStoppedError());
  }

  #reject(error: Error): void {
    this.#waiting?.reject(error);
    this.#waiting = null;
  }
}
