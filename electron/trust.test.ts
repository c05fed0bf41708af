import { expect, test } from 'vitest';
import { isAppUrl, isPermitted, isTrustedSender, isWebLink, type Sender } from './trust.ts';

test.each([
  ['patchbay://app/', true],
  ['patchbay://app/assets/index.js?x#y', true],
  ['PATCHBAY://app/', true],
  ['patchbay://app.evil/', false],
  ['patchbay://evil@app/', true],
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

test('links to the web leave for the browser, nothing else does', () => {
  expect(isWebLink('https://docs.pytorch.org/docs/stable/')).toBe(true);
  for (const other of ['http://example.com/', 'file:///etc/passwd', 'smb://host/', 'javascript:alert(1)', '']) {
    expect(isWebLink(other)).toBe(false);
  }
});
