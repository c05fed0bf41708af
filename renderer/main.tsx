/** Starts the renderer. */
import './styles/tokens.css';
import './styles/fonts.css';
import './styles/base.css';
import './styles/layout.css';
import './styles/panels.css';
import './styles/problems.css';
import './styles/popups.css';
import './styles/gallery.css';
import './styles/components.ts';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App.tsx';
import { createApp } from './create-app.ts';
import { createPlatform } from './platform/create-platform.ts';
import { createOwnWindow } from './platform/own-window.ts';
import { lateThreads } from './session/late-threads.ts';
import { startThreads } from './session/threads.ts';
import { recallDevice } from './stores/remembered-device.ts';
import { recallTuning } from './stores/remembered-tuning.ts';
import './styles/narrow.css';
import './styles/contrast.css';

const container = document.getElementById('root');
if (!container) throw new Error('index.html has no element #root');

const app = createApp({
  platform: createPlatform(),
  threads: lateThreads(() =>
    startThreads(() => ({ device: recallDevice(localStorage), tuning: recallTuning(localStorage) })),
  ),
  storage: localStorage,
  window: createOwnWindow(sessionStorage),
  prefersLight: matchMedia('(prefers-color-scheme: light)'),
  root: document.documentElement,
});
// A tab that is hidden may be ended without another word.
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'hidden') void app.journal.flush();
});
createRoot(container).render(
  <StrictMode>
    <App app={app} />
  </StrictMode>,
);
