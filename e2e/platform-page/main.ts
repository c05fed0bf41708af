/** A page that is nothing but the shell's platform, for tests to call; what the shell tells it is kept in a list. */
import { createPlatform } from '../../renderer/platform/create-platform.ts';
import type { OpenedFile, Platform } from '../../renderer/platform/platform.ts';

declare global {
  interface Window {
    readonly platform: Platform;
    /** What came from the shell, in order. */
    readonly heard: { readonly kind: string; readonly value: unknown }[];
    /** What `onCloseRequested` answers. */
    mayClose: boolean;
    dropped: Promise<readonly OpenedFile[]> | null;
  }
}

const platform = createPlatform();
const heard: { kind: string; value: unknown }[] = [];
Object.assign(window, { platform, heard, mayClose: false, dropped: null });

platform.onCommand((value) => heard.push({ kind: 'command', value }));
platform.onNotice((value) => heard.push({ kind: 'notice', value }));
platform.onOpenFile(({ file, name, bytes }) =>
  heard.push({ kind: 'file', value: { file, name, text: new TextDecoder().decode(bytes) } }),
);
platform.onCloseRequested(() => {
  heard.push({ kind: 'close', value: null });
  return Promise.resolve(window.mayClose);
});

window.addEventListener('dragover', (event) => event.preventDefault());
window.addEventListener('drop', (event) => {
  event.preventDefault();
  window.dropped = platform.openDropped(event.dataTransfer!);
});
