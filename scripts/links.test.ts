/** The links of the application and the hosts that the desktop hands to the system's browser: neither has what the other lacks. */
import { expect, test } from 'vitest';
import { isWebLink, LINK_HOSTS } from '../electron/trust.ts';
import { NODES } from '../nodes/registry.ts';

test('every reference of a node opens, and no host is allowed that no reference leads to', () => {
  const urls = [...NODES.values()].flatMap(({ reference }) => (reference ? [reference.url] : []));
  expect(urls.filter((url) => !isWebLink(url))).toEqual([]);
  expect([...LINK_HOSTS].sort()).toEqual([...new Set(urls.map((url) => new URL(url).hostname))].sort());
});
