import { mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serve, type Serving } from './serve.ts';

let serving: Serving;

beforeAll(async () => {
  const root = await mkdtemp(join(tmpdir(), 'patchbay-serve-'));
  await writeFile(join(root, 'secret.txt'), 'secret');
  const folder = join(root, 'renderer');
  await mkdir(join(folder, 'assets'), { recursive: true });
  await writeFile(join(folder, 'index.html'), '<!doctype html>');
  await writeFile(join(folder, 'assets/a b.wasm'), '1234');
  await writeFile(join(folder, '.env'), 'secret');
  await symlink('../../secret.txt', join(folder, 'assets/out.txt'));
  serving = await serve({ folder, port: 0 });
});

afterAll(() => serving.close());

/** As written, unlike `fetch`, which folds `..` away. */
function get(path: string, options: { method?: string; host?: string } = {}) {
  const { promise, resolve, reject } = Promise.withResolvers<{
    status: number;
    headers: Record<string, unknown>;
    body: string;
  }>();
  const { port, host } = new URL(serving.url);
  request(
    { host: '127.0.0.1', port, path, method: options.method ?? 'GET', headers: { host: options.host ?? host } },
    (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body }));
    },
  )
    .on('error', reject)
    .end();
  return promise;
}

test('index.html at the root, isolated and under a strict policy', async () => {
  const { status, headers, body } = await get('/?query');
  expect([status, body]).toEqual([200, '<!doctype html>']);
  expect(headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-embedder-policy': 'require-corp',
    'x-content-type-options': 'nosniff',
  });
  const policy = String(headers['content-security-policy']);
  expect(policy).toContain("default-src 'none'");
  expect(policy.replace("'wasm-unsafe-eval'", '')).not.toContain('unsafe');
});

test('names with spaces, and HEAD without a body', async () => {
  expect(await get('/assets/a%20b.wasm')).toMatchObject({ status: 200, body: '1234' });
  const head = await get('/assets/a%20b.wasm', { method: 'HEAD' });
  expect(head).toMatchObject({ status: 200, body: '' });
  expect(head.headers).toMatchObject({ 'content-type': 'application/wasm', 'content-length': '4' });
});

test.each([
  '/../secret.txt',
  '/%2e%2e/secret.txt',
  '/assets/..%2f..%2fsecret.txt',
  '/..\\secret.txt',
  '/assets/out.txt',
  '/.env',
  '/assets',
  '/assets/',
  '//etc/passwd',
  '/%00',
  '/%',
  '/missing.js',
  '*',
])('%s is not there', async (path) => {
  expect(await get(path)).toMatchObject({ status: 404, body: '' });
});

test('other methods and other names for this address are refused', async () => {
  expect(await get('/', { method: 'POST' })).toMatchObject({ status: 405 });
  expect(await get('/', { host: 'evil.example' })).toMatchObject({ status: 421, body: '' });
});

test('a port that is taken: another one, or an error if it must be that one', async () => {
  const port = Number(new URL(serving.url).port);
  await expect(serve({ folder: '.', port, strict: true })).rejects.toThrow('EADDRINUSE');
  const other = await serve({ folder: '.', port });
  expect(other.url).not.toBe(serving.url);
  await other.close();
});
