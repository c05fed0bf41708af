/** Whom the main process trusts, and with what. Pure, so that the rules can be tested one by one. */
import type { WebFrameMain } from 'electron';

export const APP_SCHEME = 'patchbay';
export const APP_URL = `${APP_SCHEME}://app/`;

/** Whether a page at this URL is the application; anything else may neither be shown nor call the main process. */
export function isAppUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  // By its parts: the origin of a scheme that the URL standard does not know is the string "null".
  const { protocol, host, username, password } = new URL(url);
  return protocol === `${APP_SCHEME}:` && host === 'app' && username === '' && password === '';
}

/** The frame that sends a call, as far as trust in it goes. */
export type Sender = Pick<WebFrameMain, 'url' | 'parent'>;

/** The application's page itself: a frame that has gone has no URL to check, and none inside the page is ours. */
export function isTrustedSender(sender: Sender | null): boolean {
  return sender !== null && sender.parent === null && isAppUrl(sender.url);
}

/** Writing text and pictures to the clipboard on a user's gesture; reading it takes a paste event. */
const PERMISSIONS: ReadonlySet<string> = new Set(['clipboard-sanitized-write']);

export function isPermitted(permission: string, requestingUrl: string): boolean {
  return PERMISSIONS.has(permission) && isAppUrl(requestingUrl);
}

/** Where the application's own links lead (scripts/links.test.ts). A URL can carry away what a page knows: no other host is asked. */
export const LINK_HOSTS: ReadonlySet<string> = new Set([
  'arxiv.org',
  'docs.pytorch.org',
  'huggingface.co',
  'jmlr.org',
  'matplotlib.org',
]);

/** What may be handed to the system's browser: `https:` alone, for other schemes start programs, and hosts that are known. */
export function isWebLink(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, port, username, password } = new URL(url);
  return protocol === 'https:' && LINK_HOSTS.has(hostname) && port === '' && username === '' && password === '';
}

/** Schemes of what a page makes itself, and of the developer tools. */
const LOCAL_SCHEMES: ReadonlySet<string> = new Set(['blob:', 'data:', 'devtools:']);

/** What a page may fetch at all: nothing over the network. The content security policy says so too, but not of everything. */
export function isLocalRequest(url: string): boolean {
  return isAppUrl(url) || (URL.canParse(url) && LOCAL_SCHEMES.has(new URL(url).protocol));
}

/** What may be downloaded, to where the person says: what the application has made. */
export function isOwnDownload(url: string): boolean {
  return url.startsWith('blob:') && isAppUrl(url.slice('blob:'.length));
}
