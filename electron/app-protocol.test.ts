import { readFileSync } from 'node:fs';
import { mkdtemp, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { serveApp } from './app-protocol.ts';
import { CONTENT_SECURITY_POLICY } from './security-headers.ts';

let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'patchbay-protocol-'));
  await writeFile(join(root, 'index.html'), '<!doctype html>');
  await writeFile(join(root, 'a b.wasm'), new Uint8Array([0, 1, 2]));
});

const get = (url: string, method = 'GET') => serveApp(new Request(url, { method }), root);

test('the page, with its type and the headers that isolate it', async () => {
  const response = await get('patchbay://app/');
  expect(response.status).toBe(200);
  expect(await response.text()).toBe('<!doctype html>');
  expect(response.headers.get('Content-Type')).toBe('text/html; charset=utf-8');
  expect(response.headers.get('Content-Security-Policy')).toBe(CONTENT_SECURITY_POLICY);
  expect(response.headers.get('Cross-Origin-Opener-Policy')).toBe('same-origin');
  expect(response.headers.get('Cross-Origin-Embedder-Policy')).toBe('require-corp');
});

test('bytes as they are, under an escaped name, with a query', async () => {
  const response = await get('patchbay://app/a%20b.wasm?v=1');
  expect(new Uint8Array(await response.arrayBuffer())).toEqual(new Uint8Array([0, 1, 2]));
  expect(response.headers.get('Content-Type')).toBe('application/wasm');
});

test('another host, another method, a file that is not there: no body, and the headers all the same', async () => {
  const answers = [
    await get('patchbay://other/index.html'),
    await get('patchbay://app/', 'POST'),
    await get('patchbay://app/missing.js'),
    await get('patchbay://app/%2e%2e%2fsecret'),
  ];
  expect(answers.map(({ status }) => status)).toEqual([404, 405, 404, 404]);
  for (const { headers } of answers) expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
});

test('nothing outside of the folder is served, however it is written or linked', async () => {
  const outside = await mkdtemp(join(tmpdir(), 'patchbay-outside-'));
  await writeFile(join(outside, 'secret.txt'), 'secret');
  await writeFile(join(root, '.hidden'), 'secret');
  await symlink(join(outside, 'secret.txt'), join(root, 'link.txt'));
  await symlink(outside, join(root, 'folder'));
  await symlink('index.html', join(root, 'own.html'));
  expect((await get('patchbay://app/own.html')).status).toBe(200);
  const secret = encodeURIComponent(join(outside, 'secret.txt'));
  for (const path of [
    '../secret.txt',
    '%2e%2e/secret.txt',
    '..%2fsecret.txt',
    '%2e%2e%2f%2e%2e%2fetc%2fpasswd',
    '%252e%252e%252fetc%252fpasswd',
    '..%5c..%5csecret.txt',
    '%5c%5chost%5cshare',
    'a/..%00/index.html',
    'index.html%00.png',
    '%c0%ae%c0%ae/secret.txt',
    '%',
    '%zz',
    '/etc/passwd',
    '//etc/passwd',
    secret,
    `file:%2f%2f${secret}`,
    'C:/Windows/win.ini',
    'index.html::$DATA',
    '.hidden',
    'link.txt',
    'folder/secret.txt',
    'folder',
    'index.html/',
    'index.html/x',
    '.',
    'a'.repeat(5000),
  ]) {
    const { status, body } = await get(`patchbay://app/${path}`);
    // `.` and what a URL itself makes of dots is the page.
    if (status !== 200) expect([status, body], path).toEqual([404, null]);
    else expect(new URL(`patchbay://app/${path}`).pathname, path).toBe('/');
  }
});

test('the policy allows no inline code and no eval, and the page’s own one asks for no more than it grants', () => {
  expect(CONTENT_SECURITY_POLICY.replace("'wasm-unsafe-eval'", '')).not.toMatch(/unsafe|https?:|\*/);
  const [, own = ''] = /content="([^"]*)"/.exec(readFileSync('renderer/index.html', 'utf8')) ?? [];
  const granted = new Map(CONTENT_SECURITY_POLICY.split('; ').map((directive) => split(directive)));
  for (const [name, sources] of own.split('; ').map((directive) => split(directive))) {
    for (const source of sources) expect(granted.get(name), name).toContain(source);
  }
});

function split(directive: string): readonly [string, readonly string[]] {
  const [name = '', ...sources] = directive.split(' ');
  return [name, sources];
}
