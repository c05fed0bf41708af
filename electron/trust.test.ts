import { expect, test } from 'vitest';
import {
  isAppUrl,
  isLocalRequest,
  isOwnDownload,
  isPermitted,
  isTrustedSender,
  isWebLink,
  type Sender,
} from './trust.ts';

test.each([
  ['patchbay://app/', true],
  ['patchbay://app/assets/index.js?x#y', true],
  ['PATCHBAY://app/', true],
  ['patchbay://app.evil/', false],
  ['patchbay://evil@app/', false],
  ['patchbay://app:secret@app/', false],
  ['patchbay://app:80/', false],
  ['blob:patchbay://app/1', false],
  ['javascript:location="patchbay://app/"', false],
  ['patchbay://evil/app/', false],
  ['patchbay:app', false],
  ['patchbay-app://app/', false],
  ['https://app/', false],
  ['file:///app/index.html', false],
  ['data:text/html,patchbay://app/', false],
  ['about:blank', false],
  ['', false],
])('%s is the application: %s', (url, expected) => {
  expect(isAppUrl(url)).toBe(expected);
});

test('calls come from the top frame of the application alone', () => {
  const frame = (url: string, parent: Sender | null = null) => ({ url, parent }) as Sender;
  expect(isTrustedSender(frame('patchbay://app/'))).toBe(true);
  expect(isTrustedSender(frame('https://example.com/'))).toBe(false);
  expect(isTrustedSender(frame('patchbay://app/', frame('patchbay://app/')))).toBe(false);
  expect(isTrustedSender(null)).toBe(false);
});

test('of permissions there is one, and only for the application', () => {
  expect(isPermitted('clipboard-sanitized-write', 'patchbay://app/')).toBe(true);
  expect(isPermitted('clipboard-sanitized-write', 'https://example.com/')).toBe(false);
  for (const other of ['clipboard-read', 'media', 'geolocation', 'notifications', 'openExternal', 'fileSystem']) {
    expect(isPermitted(other, 'patchbay://app/')).toBe(false);
  }
});

test('links to hosts that the application names leave for the browser, nothing else does', () => {
  expect(isWebLink('https://docs.pytorch.org/docs/stable/')).toBe(true);
  for (const other of [
    'http://docs.pytorch.org/',
    'https://example.com/?what=a-page-knows',
    'https://docs.pytorch.org.evil.example/',
    'https://evil.example\\@docs.pytorch.org/',
    'https://docs.pytorch.org@evil.example/',
    'https://someone:secret@docs.pytorch.org/',
    'https://docs.pytorch.org:8443/',
    'file:///etc/passwd',
    'smb://host/',
    'javascript:alert(1)',
    'ms-msdt:/id',
    '',
  ]) {
    expect(isWebLink(other), other).toBe(false);
  }
});

test('pages fetch from the application and from themselves, and download what they made', () => {
  for (const url of ['patchbay://app/assets/a.js', 'blob:patchbay://app/1', 'data:image/png;base64,']) {
    expect(isLocalRequest(url), url).toBe(true);
  }
  for (const url of [
    'https://example.com/',
    'http://127.0.0.1/',
    'ws://127.0.0.1/',
    'file:///etc/passwd',
    'patchbay://other/',
    'ftp://host/',
    '',
  ]) {
    expect(isLocalRequest(url), url).toBe(false);
  }
  expect(isOwnDownload('blob:patchbay://app/0f5e')).toBe(true);
  for (const url of [
    'patchbay://app/index.html',
    'blob:https://example.com/1',
    'data:text/html,x',
    'https://x.example/a',
  ]) {
    expect(isOwnDownload(url), url).toBe(false);
  }
});
