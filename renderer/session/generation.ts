/**
 * Generation in the editor: run, stop and step the generate nodes. Tokens are chosen here, one after the other, from
 * logits that the session computes; an edit ends what is being written.
 */
import { portPath, type InstancePath } from '../../graph/instance.ts';
import { describeProblem } from '../../graph/problems.ts';
import { generateTokens, type TokenRows } from '../../nodes/generation/generate-tokens.ts';
import { endsOfNode, planGeneration, type GenerationPlan } from '../../nodes/generation/plan.ts';
import { createTokenizers } from '../../nodes/text/tokenizers.ts';
import { foreign } from '../../nodes/text/tokenizer.ts';
import type { DerivedStore } from '../stores/derived.ts';
import type { Generation, GenerationsStore } from '../stores/generations.ts';
import type { Companion } from '../stores/tabs.ts';
import { GuestStoppedError } from './guest.ts';
import { messageOf } from './message-of.ts';
import type { SessionApi } from './session-api.ts';

/** A text that is being written when its document is left ends there; one that waits goes on when it is shown again. */
export interface Generations extends Companion {
  readonly store: GenerationsStore;
  /** Writes until there are enough: on from where it stopped, or from the prompt. */
  run(path: InstancePath): void;
  /** Writes one token. */
  step(path: InstancePath): void;
  /** Stops after the token that is being computed. */
  stop(path: InstancePath): void;
  dispose(): void;
}

/** One text as it is being written. */
interface Writing {
  readonly plan: GenerationPlan;
  readonly tokens: AsyncGenerator<readonly number[], void, undefined>;
  /** More is wanted after the token that is being computed. */
  wanted: boolean;
  busy: boolean;
}

export function createGenerations(
  derived: DerivedStore,
  session: Pick<SessionApi, 'compute'>,
  store: GenerationsStore,
): Generations {
  const writings = new Map<InstancePath, Writing>();
  const tokenizers = createTokenizers();
  const put = (path: InstancePath, change: Partial<Generation>): void => {
    const { byPath, put: write } = store.getState();
    write(path, { ...(byPath.get(path) ?? NOTHING), ...change });
  };

  const begin = (path: InstancePath): Writing | null => {
    const planned = planOf(path, derived, tokenizers);
    if (typeof planned === 'string') {
      put(path, { ...NOTHING, status: 'failed', message: planned });
      return null;
    }
    const tokens = generateTokens(planned.prompt, planned.options, (rows) => logits(session, planned, rows));
    const writing = { plan: planned, tokens, wanted: false, busy: false };
    writings.set(path, writing);
    const prompts = planned.prompt.map((row) => textOf(planned, row.slice(planned.imageTokens)));
    put(path, {
      ...NOTHING,
      prompts,
      texts: prompts.map(() => ''),
      ids: prompts.map(() => []),
      total: planned.options.tokens,
    });
    return writing;
  };

  const write = async (path: InstancePath, writing: Writing): Promise<void> => {
    if (writing.busy) return;
    writing.busy = true;
    const isCurrent = (): boolean => writings.get(path) === writing;
    put(path, { status: 'running', message: null });
    try {
      do {
        const start = performance.now();
        const { done, value } = await writing.tokens.next();
        if (!isCurrent()) return;
        if (done) {
          writings.delete(path);
          put(path, { status: 'done' });
          return;
        }
        const ids = store
          .getState()
          .byPath.get(path)!
          .ids.map((row, index) => [...row, value[index]!]);
        const texts = ids.map((row, index) => writtenText(writing.plan, index, row));
        put(path, { ids, texts, milliseconds: performance.now() - start });
        const enough = ids[0]!.length >= writing.plan.options.tokens;
        if (enough) writings.delete(path);
        put(path, { status: enough ? 'done' : writing.wanted ? 'running' : 'stopped' });
      } while (writing.wanted && isCurrent());
    } catch (error) {
      // What threw is over: the next time begins with the prompt.
      if (isCurrent()) writings.delete(path);
      else return;
      if (error instanceof GuestStoppedError) put(path, { status: 'stale' });
      else put(path, { status: 'failed', message: messageOf(error) });
    } finally {
      writing.busy = false;
    }
  };

  const start = (path: InstancePath, wanted: boolean): void => {
    // One device: whoever wrote until now stops.
    for (const [other, writing] of writings) if (other !== path) writing.wanted = false;
    const writing = writings.get(path) ?? begin(path);
    if (!writing) return;
    writing.wanted = wanted;
    void write(path, writing);
  };

  const forget = (): void => {
    for (const writing of writings.values()) writing.wanted = false;
    writings.clear();
  };
  const stop = derived.subscribe(({ document }, before) => {
    if (document === before.document) return;
    forget();
    for (const [path, { status }] of store.getState().byPath) if (status !== 'stale') put(path, { status: 'stale' });
  });

  return {
    store,
    run: (path) => start(path, true),
    step: (path) => start(path, false),
    stop: (path) => {
      const writing = writings.get(path);
      if (writing) writing.wanted = false;
    },
    leave: () => {
      const waiting = [...writings].filter(([, { busy }]) => !busy);
      const left = [...store.getState().byPath].map(
        ([path, generation]) =>
          [path, generation.status === 'running' ? { ...generation, status: 'left' as const } : generation] as const,
      );
      forget();
      return () => {
        for (const [path, writing] of waiting) writings.set(path, writing);
        store.getState().set(new Map(left));
      };
    },
    clear: () => store.getState().set(new Map()),
    dispose: stop,
  };
}

const NOTHING: Generation = {
  status: 'stopped',
  prompts: [],
  texts: [],
  ids: [],
  total: 0,
  milliseconds: null,
  message: null,
};

/** The plan of the generate node at this path, or in words why there is none. */
function planOf(
  path: InstancePath,
  derived: DerivedStore,
  tokenizers: ReturnType<typeof createTokenizers>,
): GenerationPlan | string {
  const { tree, inference, sources, document } = derived.getState();
  const node = tree.byPath.get(path);
  if (node?.kind !== 'leaf') return 'the node is not there any more';
  const ends = endsOfNode(node);
  if ('message' in ends) return ends.message;
  if (!inference.inputs.has(portPath(path, 'logits')))
    return 'the logits have no shape yet: see the problems of the graph';
  const problem = sources.problems.find(({ place }) => place.path === ends.ids.path);
  if (problem) return describeProblem(problem);
  const plan = planGeneration(ends, { tree, document, sources, tokenizers, bound: new Map() });
  return 'message' in plan ? plan.message : plan;
}

/** Of the last position of every row. */
async function logits(
  session: Pick<SessionApi, 'compute'>,
  { logits: port, source }: GenerationPlan,
  rows: TokenRows,
): Promise<readonly ArrayLike<number>[]> {
  const parts = rows.map((_, index) => [index, 0]);
  const compute = (fresh: { readonly fresh?: true }) =>
    session.compute({ grown: { source, rows, ...fresh }, port, parts });
  const tensors = await compute({}).catch((error: unknown) => {
    if (error instanceof GuestStoppedError) throw error;
    // What the step before has left may be gone. If it was something else, that happens again.
    return compute({ fresh: true });
  });
  return tensors.map(({ data }) => data);
}

/** What the ids add to the text of the prompt of this place, with the space or none that belongs between. */
function writtenText(plan: GenerationPlan, place: number, ids: readonly number[]): string {
  const prompt = plan.prompt[place]!.slice(plan.imageTokens);
  const [before, whole] = [textOf(plan, prompt), textOf(plan, [...prompt, ...ids])];
  // The end of a prompt may become another character together with what follows.
  return whole.startsWith(before) ? whole.slice(before.length) : textOf(plan, ids);
}

function textOf({ tokenizer }: GenerationPlan, ids: readonly number[]): string {
  return tokenizer ? tokenizer.decode(ids) : ids.map(foreign).join(' ');
}
