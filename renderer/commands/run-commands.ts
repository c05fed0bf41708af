/** Commands on the run. */
import type { App } from '../app-context.ts';
import { formatMilliseconds } from '../previews/format.ts';
import { isBusy, type RunMode } from '../stores/run.ts';
import type { Command } from './command.ts';
import { all, onEditor } from './conditions.ts';

export const RUN_COMMANDS: readonly Command[] = [
  {
    id: 'run.run',
    title: 'Run',
    group: 'run',
    keys: ['Mod+Enter'],
    inText: true,
    // A device that is not there yet is waited for.
    when: onEditor,
    run: (app) => {
      sayResult(app);
      app.session.run();
    },
  },
  {
    id: 'run.cancel',
    title: 'Cancel the run',
    group: 'run',
    keys: ['Mod+.'],
    inText: true,
    when: all(onEditor, (app) => isBusy(app.run.getState().status) || 'Nothing is running'),
    run: (app) => app.session.cancel(),
  },
  {
    id: 'run.profile',
    title: 'Run with profile',
    group: 'run',
    keys: ['Mod+Shift+Enter'],
    when: onEditor,
    run: (app) => {
      app.view.getState().setPanel('profile', { open: true });
      void app.profiling.start();
    },
  },
  modeCommand('live', 'Run live, after every edit'),
  modeCommand('on-demand', 'Run on demand'),
  modeCommand('paused', 'Pause runs'),
];

function modeCommand(mode: RunMode, title: string): Command {
  return {
    id: `run.mode-${mode}`,
    title,
    group: 'run',
    when: all(onEditor, (app) => app.run.getState().mode !== mode || 'This is the mode already'),
    run: (app) => app.run.getState().setMode(mode),
  };
}

/** A run that was asked for is told once, when it ends; those that follow every edit are not. */
function sayResult({ run, notices }: App): void {
  let started = false;
  const stop = run.subscribe(({ status }) => {
    started ||= isBusy(status);
    if (isBusy(status) || (!started && status.kind !== 'done')) return;
    stop();
    // A failure is told by a notice of its own.
    if (status.kind === 'done') notices.getState().say(`Computed in ${formatMilliseconds(status.milliseconds)}`);
  });
}
