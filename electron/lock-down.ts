/** What pages may do: nothing that is not named here. Applies to every page that the process ever shows. */
import { shell, type App, type CommandLine, type Session, type WebContents, type WebPreferences } from 'electron';
import { isAppUrl, isLocalRequest, isOwnDownload, isPermitted, isWebLink } from './trust.ts';

/** The page gets the preload's bridge and no more of Electron or Node than any web page. */
export const LOCKED_PREFERENCES = {
  contextIsolation: true,
  sandbox: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  experimentalFeatures: false,
  plugins: false,
  webviewTag: false,
  navigateOnDragDrop: false,
  safeDialogs: true,
  // Its dictionaries come from the network.
  spellcheck: false,
} as const satisfies WebPreferences;

/** Denies pages permissions but for the few above, the network, and downloads of what is not the application's. */
export function lockSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, answer, { requestingUrl }) =>
    answer(isPermitted(permission, requestingUrl)),
  );
  session.setPermissionCheckHandler((_contents, permission, requestingOrigin) =>
    isPermitted(permission, requestingOrigin),
  );
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, answer) => answer({}));
  session.webRequest.onBeforeRequest(({ url }, answer) => answer({ cancel: !isLocalRequest(url) }));
  session.on('will-download', (event, item) => {
    if (!isOwnDownload(item.getURL())) event.preventDefault();
  });
}

/** No page leaves the application, opens a window or embeds a guest. A link to the web opens in the system's browser. */
export function denyNavigation(app: App): void {
  app.on('web-contents-created', (_event, contents: WebContents) => {
    contents.on('will-frame-navigate', (details) => {
      if (!isAppUrl(details.url)) details.preventDefault();
    });
    contents.on('will-redirect', (details) => details.preventDefault());
    contents.on('will-attach-webview', (event) => event.preventDefault());
    // Connections between pages are not requests: without this, one could tell a stranger something.
    contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
    contents.setWindowOpenHandler(({ url }) => {
      if (isWebLink(url)) void shell.openExternal(url);
      return { action: 'deny' };
    });
  });
}

/** Switches that WebGPU needs, and that keep it when a GPU process has died. Before the app is ready. */
export function configureGpu(commandLine: CommandLine, platform: NodeJS.Platform): void {
  // Chromium bars a page from WebGPU after its second GPU crash; here the page is ours and the device is asked for again.
  commandLine.appendSwitch('disable-domain-blocking-for-3d-apis');
  commandLine.appendSwitch('disable-gpu-process-crash-limit');
  if (platform !== 'linux') return;
  // On Linux WebGPU is still behind flags, needs Vulkan, and Vulkan's surfaces need X11 (or XWayland).
  commandLine.appendSwitch('enable-unsafe-webgpu');
  const features = new Set(commandLine.getSwitchValue('enable-features').split(',').filter(Boolean));
  commandLine.appendSwitch('enable-features', [...features.add('Vulkan')].join(','));
  if (!commandLine.hasSwitch('ozone-platform')) commandLine.appendSwitch('ozone-platform', 'x11');
}
