/** Whom the main process trusts, and with what. Pure, so that the rules can be tested one by one. */
import type { WebFrameMain } from 'electron';

export const APP_SCHEME = 'patchbay';
export const APP_URL = `${APP_SCHEME}://app/`;

/** Whether a page at this URL is the application; anything else may neither be shown nor call the main process. */
export function isAppUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  // By its parts: the origin of a scheme that the URL standard does not know is the string "null".
  const { protocol, host } = new URL(url);
  return protocol === `${APP_SCHEME}:` && host === 'app';
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

/** What may be handed to the system's browser: `https:` alone, for other schemes start programs. */
export function isWebLink(url: string): boolean {
  return URL.canParse(url) && new URL(url).protocol === 'https:';
}
