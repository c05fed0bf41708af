/** The tables of SECURITY.md: what they name exists. And the two items of which no other test is the place. */
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

interface Row {
  readonly number: number;
  readonly places: readonly string[];
  readonly testFile: string;
  readonly testName: string;
}

const rows: readonly Row[] = readFileSync('electron/SECURITY.md', 'utf8')
  .split('\n')
  .flatMap((line) => {
    const cells = /^\| (\d+) \| .+ \| (.+) \| `([^`]+)`: (.+) \|$/.exec(line);
    if (!cells) return [];
    const [, number = '', places = '', testFile = '', testName = ''] = cells;
    return [
      {
        number: Number(number),
        places: [...places.matchAll(/`([^`]+)`/g)].map(([, path]) => path!),
        testFile,
        testName,
      },
    ];
  });

test('every item has its row, and none is counted twice', () => {
  expect(rows.length).toBeGreaterThan(20);
  expect(rows.map(({ number }) => number)).toEqual(rows.map((_, index) => index + 1));
});

test.each(rows)('item $number is done where the table says, and attacked by the test that it names', (row) => {
  expect(row.places.length).toBeGreaterThan(0);
  for (const path of row.places) expect(existsSync(path), path).toBe(true);
  const source = readFileSync(row.testFile, 'utf8');
  const names = [...source.matchAll(/\btest(?:\.each\([\s\S]*?\))?\(\s*(['"`])((?:(?!\1)[\s\S])*)\1/g)].map(
    ([, , name]) => name!,
  );
  expect(
    names.some((name) => name.includes(row.testName)),
    `${row.testFile} has no test "${row.testName}"`,
  ).toBe(true);
});

test('every fuse that can be blown is', () => {
  const [, block = ''] = /^electronFuses:\n((?: {2}.*\n)+)/m.exec(readFileSync('electron-builder.yml', 'utf8')) ?? [];
  const fuses = Object.fromEntries(block.split('\n').map((line) => line.trim().split(': ')));
  expect(fuses).toMatchObject({
    runAsNode: 'false',
    enableCookieEncryption: 'true',
    enableNodeOptionsEnvironmentVariable: 'false',
    enableNodeCliInspectArguments: 'false',
    enableEmbeddedAsarIntegrityValidation: 'true',
    onlyLoadAppFromAsar: 'true',
    loadBrowserProcessSpecificV8Snapshot: 'false',
    grantFileProtocolExtraPrivileges: 'false',
  });
});

test('Electron is of the newest line that was released when this was last looked at', () => {
  const { devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    devDependencies: Record<string, string>;
  };
  const major = Number(/\d+/.exec(devDependencies['electron'] ?? '')?.[0]);
  // A line gets security fixes for half a year after its release.
  expect(major).toBeGreaterThanOrEqual(45);
});
