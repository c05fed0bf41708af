/**
 * The journal on disks that fail: whatever stops it, and at whichever of its calls, each entry is there as it was written
 * last, or as it was being written: anew wholly or not at all, and of what was being added a part at most.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FULL, runs } from '../scripts/effort.ts';
import { JournalFolder, type JournalLimits } from './journal.ts';
import { changesOf, make, type JournalChange } from './testing/journal-changes.ts';
import { Crash, SimulatedDisk } from './testing/simulated-disk.ts';

const FOLDER = '/user-data/journal';
const LIMITS: JournalLimits = { entries: 3, bytes: 1 << 20 };
const CODES = ['EIO', 'ENOSPC', 'EPERM'] as const;

const id = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const text = fc.stringMatching(/^[a-z]{1,12}$/);
const change: fc.Arbitrary<JournalChange> = fc.oneof(
  fc.record({ kind: fc.constant('write' as const), id, text }),
  fc.record({ kind: fc.constant('append' as const), id, text }),
  fc.record({ kind: fc.constant('discard' as const), id }),
);
const scenario = fc.record({
  changes: fc.array(change, { maxLength: 12 }),
  writeLimits: fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 4 }),
  failures: fc.array(fc.tuple(fc.nat(120), fc.constantFrom(...CODES)), { maxLength: 2 }),
  crashAt: fc.option(fc.nat(120)),
  crashDone: fc.constantFrom('nothing' as const, 'half' as const, 'all' as const),
});

/** What an entry may hold: whole texts, and after each that was being added to, any part of it. */
class Expected {
  readonly #certain = new Map<string, string>();
  readonly #possible = new Map<string, { whole: Set<string | null>; torn: { before: string; text: string }[] }>();

  begun(change: JournalChange): void {
    const { id } = change;
    const before = this.#certain.get(id) ?? null;
    const possible = this.#possible.get(id) ?? { whole: new Set([before]), torn: [] };
    if (change.kind === 'write') possible.whole.add(change.text);
    else if (change.kind === 'discard') possible.whole.add(null);
    else
      for (const whole of possible.whole) if (whole !== null) possible.torn.push({ before: whole, text: change.text });
    this.#possible.set(id, possible);
  }

  done(change: JournalChange): void {
    const { id } = change;
    if (change.kind === 'discard') this.#certain.delete(id);
    else this.#certain.set(id, (change.kind === 'append' ? (this.#certain.get(id) ?? '') : '') + change.text);
    this.#possible.delete(id);
  }

  check(found: ReadonlyMap<string, string>, evicted: ReadonlySet<string>): void {
    for (const id of new Set([...found.keys(), ...this.#certain.keys(), ...this.#possible.keys()])) {
      const possible = this.#possible.get(id) ?? { whole: new Set([this.#certain.get(id) ?? null]), torn: [] };
      const content = found.get(id) ?? null;
      const isTorn = possible.torn.some(({ before, text }) => content !== null && isPart(content, before, text));
      if (!isTorn && !(content === null && evicted.has(id))) expect([...possible.whole], id).toContain(content);
    }
  }
}

/** Part of what was added, or as much of nothing: a length whose data did not reach the disk. */
function isPart(content: string, before: string, text: string): boolean {
  const added = content.slice(before.length);
  return content.startsWith(before) && (text.startsWith(added) || /^\0+$/.test(added)) && added.length <= text.length;
}

test('on the unkindest disk every entry is as it was written, or was being written', async () => {
  await fc.assert(
    fc.asyncProperty(scenario, fc.infiniteStream(fc.nat()), async (given, whims) => {
      const disk = new SimulatedDisk(
        {},
        {
          writeLimits: given.writeLimits,
          failures: new Map(given.failures),
          crashDone: given.crashDone,
          ...(given.crashAt !== null && { crashAt: given.crashAt }),
        },
      );
      const journal = new JournalFolder(FOLDER, LIMITS, disk);
      const expected = new Expected();
      const open = new Set<string>();
      for (const change of given.changes) {
        // As the window does: it adds to nothing that it has not written, and begins anew after a failure.
        if (change.kind === 'append' && !open.has(change.id)) continue;
        expected.begun(change);
        try {
          await make(journal, change, open);
          expected.done(change);
        } catch (error) {
          open.delete(change.id);
          if (error instanceof Crash || (error as Error).cause instanceof Crash) break;
        }
      }
      const crashed = given.crashAt !== null && disk.steps > given.crashAt;
      const left = crashed ? disk.afterCrash((options) => whims.next().value % options) : disk.live();
      const restarted = new SimulatedDisk(Object.fromEntries(left));
      const after = new JournalFolder(FOLDER, LIMITS, restarted);
      await after.tidy();
      const found = new Map((await after.read()).map(({ id, bytes }) => [id, new TextDecoder().decode(bytes)]));
      // Those that are not open may go, but only for others.
      const evicted = new Set(['a', 'b', 'c', 'd', 'e'].filter((id) => !open.has(id)));
      expected.check(found, evicted);
      expect([...restarted.live().keys()].filter((path) => !path.endsWith('.journal'))).toEqual([]);
    }),
    { numRuns: runs(1000) },
  );
});

test.each(['before', 'after'])(
  'a process that is killed %s any call leaves each entry whole, or with a part of what was being added',
  async (when) => {
    const program = join(import.meta.dirname, 'testing/kill-journal.ts');
    const root = await mkdtemp(join(tmpdir(), 'patchbay-journal-killed-'));
    const counts: number[] = [];
    // A sample of the calls in a usual run: each is a process of its own.
    for (let call = 0, ended = false; !ended; call += FULL ? 1 : 23) {
      const folder = join(root, String(call));
      const done = await new Promise<string>((told) =>
        execFile(process.execPath, [program, folder, when, String(call)], (_, stdout) => told(stdout)),
      );
      const count = done.split('\n').length - 1;
      const expected = new Expected();
      const changes = changesOf();
      for (const change of changes.slice(0, count)) {
        expected.begun(change);
        expected.done(change);
      }
      const next = changes[count];
      if (next) expected.begun(next);
      const journal = new JournalFolder(folder);
      await journal.tidy();
      const found = new Map((await journal.read()).map(({ id, bytes }) => [id, new TextDecoder().decode(bytes)]));
      expected.check(found, new Set());
      const names = await readdir(folder).catch(() => []);
      expect(names.filter((name) => !name.endsWith('.journal'))).toEqual([]);
      counts.push(count);
      ended = count === changes.length;
    }
    // Kills fell into the first change and, with every call tried, into each of the others.
    expect(counts[0]).toBe(0);
    if (FULL) expect(new Set(counts).size).toBe(changesOf().length + 1);
    await rm(root, { recursive: true });
  },
  FULL ? 600_000 : 120_000,
);
