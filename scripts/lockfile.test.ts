/** npm drops the optional packages of other platforms from the lockfile when it installs beside a node_modules; `npm ci` then refuses it. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

interface LockedPackage {
  readonly version?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

test('the lockfile holds the optional packages of every platform', () => {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    packages: Record<string, LockedPackage>;
  };
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies }]) =>
    Object.keys(optionalDependencies ?? {}).filter((name) => !isLocked(packages, path, name)),
  );
  expect(missing, 'mend it: npm install --package-lock-only --ignore-scripts').toEqual([]);
});

/** Whether Node would find `name` from the package at `path`: in its own node_modules, or in one further up. */
function isLocked(packages: Readonly<Record<string, LockedPackage>>, path: string, name: string): boolean {
  const parts = path.split('/node_modules/');
  return (
    parts.some((_, depth) => `${parts.slice(0, depth + 1).join('/node_modules/')}/node_modules/${name}` in packages) ||
    `node_modules/${name}` in packages
  );
}
