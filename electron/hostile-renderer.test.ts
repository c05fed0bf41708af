/**
 * The main process against a renderer that was taken over: every call of the contract, thousands of requests, on the
 * real handlers over a real disk. Errors are values, and nothing outside of what the person chose is looked into.
 */
import { createHash } from 'node:crypto';
import type { EventEmitter } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve, sep } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { FULL } from '../scripts/effort.ts';
import { shardsToHash } from '../graph/formats/safetensors-index.ts';
import type { CallName } from './api.ts';
import { CALL_CHANNELS } from './channels.ts';
import { Desktop } from './desktop.ts';
import { registerHandlers } from './ipc.ts';
import type { FakeWindow } from './testing/fake-electron.ts';
import { hostileCall, withIds, type HostileCall } from './testing/hostile-requests.ts';

type Invoke = (event: object, payload: unknown) => Promise<unknown>;

const world = vi.hoisted(() => ({
  handlers: new Map<string, unknown>(),
  windows: new Set<FakeWindow>(),
  open: [] as string[],
  save: '',
  button: 0,
  /** Every path that the process gave to the file system. */
  touched: new Set<string>(),
}));

vi.mock('electron', async () => (await import('./testing/fake-electron.ts')).createFakeElectron(world));

vi.mock('node:fs/promises', async (importOriginal) => {
  const real = await importOriginal<Record<string, unknown>>();
  // Of the others the second argument is no path: contents, or options.
  const TWO_PATHS = new Set(['rename', 'link', 'symlink', 'copyFile', 'cp']);
  const watched = Object.entries(real).map(([name, value]) => {
    if (typeof value !== 'function') return [name, value] as const;
    const call = value as (...words: unknown[]) => unknown;
    return [
      name,
      (...words: unknown[]) => {
        for (const word of words.slice(0, TWO_PATHS.has(name) ? 2 : 1))
          if (typeof word === 'string' && word.includes('/')) world.touched.add(word);
        return call(...words);
      },
    ] as const;
  });
  return Object.fromEntries(watched);
});

// No interpreter: what a page hands over is planned and refused, not run (pytorch.test.ts runs it).
vi.mock('../export/verify/pytorch/find-python.ts', () => ({ findPython: () => Promise.resolve('/nowhere/python') }));

const CANARY = 'CANARY: nobody chose this file';
const root = mkdtempSync(join(tmpdir(), 'patchbay-hostile-'));
const chosen = join(root, 'chosen');
const privates = join(root, 'private');
const userData = join(root, 'user-data');
const temporary = join(root, 'tmp');
/** What they name beside the weights. */
const INDEXES = {
  'good.safetensors.index.json': 'weights.safetensors',
  'link.safetensors.index.json': 'link.safetensors',
  'climbing.safetensors.index.json': '../private/key.safetensors',
  'key.safetensors.index.json': 'folder/key.pem',
};
const hashOf = (text: string | Uint8Array) => createHash('sha256').update(text).digest('hex');

/** Of an index, as if its second part held the secret. */
const hashOfParts = (name: string) => {
  const hashes = new Map([[name, hashOf(CANARY)]]).set('weights.safetensors', hashOf(new Uint8Array(1000)));
  return hashOf(shardsToHash(hashes));
};

let desktop: Desktop;
let calls: fc.Arbitrary<{ readonly calls: readonly HostileCall[]; readonly person: readonly Answer[] }>;

interface Answer {
  readonly open: readonly string[];
  readonly save: string;
  readonly button: number;
}

beforeAll(async () => {
  for (const folder of [chosen, privates, temporary]) mkdirSync(folder);
  vi.stubEnv('TMPDIR', temporary);
  const vit = readFileSync('templates/vit.patchbay');
  writeFileSync(join(chosen, 'vit.patchbay'), vit);
  writeFileSync(join(chosen, 'cat.png'), 'a picture');
  writeFileSync(join(chosen, 'weights.safetensors'), new Uint8Array(1000));
  // Whose content a page knows may be claimed as a drop; of this one it knows the name.
  writeFileSync(join(privates, 'secret.patchbay'), `${CANARY}, and nobody knows what it says`);
  writeFileSync(join(privates, 'key.pem'), CANARY);
  // Indexes as an attacker would write them, and one that nobody chose.
  writeFileSync(join(privates, 'secret.json'), JSON.stringify({ weight_map: { [CANARY]: 'key.pem' } }));
  for (const [name, part] of Object.entries(INDEXES)) {
    writeFileSync(join(chosen, name), JSON.stringify({ weight_map: { a: 'weights.safetensors', b: part } }));
  }
  for (const name of ['link.png', 'link.safetensors']) symlinkSync(join(privates, 'key.pem'), join(chosen, name));
  symlinkSync(privates, join(chosen, 'folder'));
  symlinkSync(join(privates, 'key.pem'), join(chosen, 'link.patchbay'));
  desktop = await Desktop.create({
    preload: '',
    userData,
    openFiles: join(userData, 'open-files'),
    log: { path: join(userData, 'patchbay.log') },
  });
  registerHandlers(
    (contents) => desktop.handlersFor(contents),
    (work) => desktop.track(work),
  );
  const hostile = hostileCall({
    texts: [
      ...['key.pem', 'secret.patchbay', 'secret.json'].flatMap((name) => [
        join(privates, name),
        `../private/${name}`,
        `folder/${name}`,
      ]),
      join(chosen, 'vit.patchbay'),
      'link.png',
      'link.patchbay',
      'cat.png',
      'weights.safetensors',
      ...Object.keys(INDEXES).flatMap((name) => [name, join(chosen, name)]),
      'vit.patchbay',
      'none.png',
      '.',
      '..',
      '/etc/passwd',
      '/dev/zero',
      '/proc/self/mem',
      '\\\\host\\share',
      'CON',
      '~/x',
      '../../../../etc/shadow',
      ...[CANARY, 'a picture', vit, new Uint8Array(1000), ''].map(hashOf),
      ...Object.values(INDEXES).map(hashOfParts),
      '../'.repeat(100),
      'Mod+S',
      'file.save',
    ],
    contents: [
      new Uint8Array(),
      vit,
      new TextEncoder().encode('['.repeat(100_000)),
      new TextEncoder().encode('{"format":"patchbay","version":1e99}'),
      new TextEncoder().encode(vit.toString('utf8').replaceAll(/"repeat": \d+/g, '"repeat": 1e9')),
    ],
  });
  const answer = fc.record({
    open: fc
      .constantFrom(
        [],
        ...['vit.patchbay', 'cat.png', 'weights.safetensors', 'none', ...Object.keys(INDEXES)].map((name) => [name]),
        Object.keys(INDEXES),
        ['weights.safetensors', 'cat.png'],
      )
      .map((names) => names.map((name) => join(chosen, name))),
    save: fc.constantFrom(
      '',
      ...['new.patchbay', 'new', 'vit.patchbay', 'none/x', 'export.zip'].map((name) => join(chosen, name)),
    ),
    button: fc.nat(2),
  });
  calls = fc.record({
    calls: fc.array(hostile, { minLength: CALLS_A_RUN, maxLength: CALLS_A_RUN }),
    person: fc.array(answer, { minLength: CALLS_A_RUN, maxLength: CALLS_A_RUN }),
  });
});

afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true });
});

const CALLS_A_RUN = 25;
const RUNS = (FULL ? 10_000 : 500) / CALLS_A_RUN;
/** The event of a call that a page sends: that of the window that was opened last. */
const fromPage = (sender: object | undefined = [...world.windows].at(-1)?.webContents) => ({
  sender,
  senderFrame: { url: 'patchbay://app/', parent: null },
});

test(`${RUNS * CALLS_A_RUN} requests over all calls: errors as values, nothing of what was not chosen`, async () => {
  const told = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const before = snapshot(privates);
  const [ids, answeredBy, refusedBy] = [[] as string[], new Set<string>(), new Set<string>()];
  await fc.assert(
    fc.asyncProperty(calls, async ({ calls, person }) => {
      await desktop.showWindow();
      world.touched.clear();
      for (const [index, { name, request }] of calls.entries()) {
        const { open, save, button } = person[index]!;
        Object.assign(world, { open, save, button });
        const invoke = world.handlers.get(CALL_CHANNELS[name]) as Invoke;
        // Windows close: the page that asked, too.
        if (world.windows.size === 0) await desktop.showWindow();
        const answer = await invoke(fromPage(), withIds(request, ids));
        checkAnswer(answer, (answer as { ok: boolean }).ok ? answeredBy : refusedBy, name);
        collectIds(answer, ids);
      }
      expect([...world.touched].filter((path) => !mayTouch(path))).toEqual([]);
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
  expect(snapshot(privates)).toEqual(before);
  expect(refusedBy.size).toBeGreaterThan(0);
  // A test that only ever reaches the schemas would show little.
  if (FULL) expect(REACHED.filter((name) => !answeredBy.has(name))).toEqual([]);
  // What pages were still writing goes with them.
  for (const { webContents } of world.windows) (webContents as EventEmitter).emit('did-navigate');
  await desktop.pendingWork();
  expect(readdirSync(chosen).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  told.mockRestore();
}, 600_000);

/** Calls that read or write a file, and need nothing that chance seldom brings together. */
const REACHED: readonly CallName[] = [
  'openDialog',
  'saveDialog',
  'save',
  'readChanged',
  'journalWrite',
  'journalRead',
  'pickImages',
  'readAsset',
  'pickCheckpoint',
  'openCheckpoint',
  'exportPick',
  'exportPickParts',
];

test('what no call has ever asked for is refused by every call', async () => {
  await desktop.showWindow();
  for (const name of Object.keys(CALL_CHANNELS) as CallName[]) {
    const invoke = world.handlers.get(CALL_CHANNELS[name]) as Invoke;
    expect(await invoke(fromPage(), { unheard: 'of' }), name).toMatchObject({ ok: false });
  }
});

test('a request that is nested 100,000 times is refused by every call', async () => {
  let nested: unknown = {};
  for (let level = 0; level < 100_000; level++) nested = { commands: [nested] };
  for (const [name, channel] of Object.entries(CALL_CHANNELS)) {
    const answer = await (world.handlers.get(channel) as Invoke)(fromPage(), nested);
    expect(answer, name).toMatchObject({ ok: false, error: { message: expect.stringContaining('was refused') } });
  }
});

test('a frame, another origin or a page that has gone gets no answer from any call', async () => {
  const top = { url: 'patchbay://app/', parent: null };
  for (const senderFrame of [
    null,
    { url: 'https://example.com/', parent: null },
    { url: 'patchbay://app/', parent: top },
    { url: 'about:srcdoc', parent: top },
    { url: 'about:blank', parent: null },
    { url: 'file:///index.html', parent: null },
    { url: 'data:text/html,x', parent: null },
    { url: '', parent: null },
  ]) {
    for (const [name, channel] of Object.entries(CALL_CHANNELS)) {
      const answer = await (world.handlers.get(channel) as Invoke)({ ...fromPage(), senderFrame }, undefined);
      const message = `${name} was refused: the sender is not Patchbay.`;
      expect(answer).toEqual({ ok: false, error: { message } });
    }
  }
});

test('a page of no window gets no answer from any call', async () => {
  for (const [name, channel] of Object.entries(CALL_CHANNELS)) {
    const answer = await (world.handlers.get(channel) as Invoke)(fromPage({}), undefined);
    expect(answer).toEqual({ ok: false, error: { message: `${name} was refused: the sender is not Patchbay.` } });
  }
});

test('there is no channel but those of the contract', () => {
  expect([...world.handlers.keys()].sort()).toEqual(Object.values(CALL_CHANNELS).toSorted());
});

/** A value, or an error of one short sentence; in neither a byte of what was not chosen. */
function checkAnswer(answer: unknown, names: Set<string>, name: string): void {
  names.add(name);
  const { ok, error } = answer as { ok: boolean; error?: { message: unknown } };
  if (!ok) {
    expect(typeof error?.message).toBe('string');
    expect((error!.message as string).length).toBeLessThan(1100);
    expect(error!.message, name).not.toMatch(/\n\s+at /);
  }
  expect(
    textsIn(answer).some((text) => text.includes(CANARY)),
    name,
  ).toBe(false);
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (value instanceof Uint8Array) return [Buffer.from(value).toString('latin1')];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** Ids that a page learns, for its later requests; the one that was met last stands last. */
function collectIds(answer: unknown, ids: string[]): void {
  for (const text of textsIn(answer)) {
    if (!/^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(text)) continue;
    const known = ids.indexOf(text);
    if (known !== -1) ids.splice(known, 1);
    ids.push(text);
  }
}

/** What was chosen lies there; links in it are looked at, not followed. A folder's place alone may be asked for. */
function mayTouch(path: string): boolean {
  const whole = resolve(path);
  if (dropped(whole)) return true;
  return [chosen, userData, temporary].some((folder) => whole === folder || whole.startsWith(folder + sep));
}

/** A drop or a choice is claimed: the file is compared with what the claim says of its content, and told to nobody. */
function dropped(path: string): boolean {
  return /\.(?:patchbay|json)$/.test(path) && dirname(path) === privates;
}

function snapshot(folder: string): object {
  return Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}
