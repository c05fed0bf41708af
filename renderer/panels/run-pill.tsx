/** What the device is doing: mode, the last run's time and how much of it was computed anew; run, cancel and the mode. */
import { Menu } from '@base-ui/react/menu';
import { ChevronDown, Play, Square } from 'lucide-react';
import { memo } from 'react';
import { useApp, useRun } from '../app-context.ts';
import { formatMilliseconds, formatSi } from '../previews/format.ts';
import { isBusy, type RunMode, type RunStatus } from '../stores/run.ts';

const MODES: readonly { readonly mode: RunMode; readonly title: string; readonly help: string }[] = [
  { mode: 'live', title: 'Live', help: 'Runs after every edit, if it takes under a second' },
  { mode: 'on-demand', title: 'On demand', help: 'Runs when you ask for it' },
  { mode: 'paused', title: 'Paused', help: 'Computes shapes only' },
];

export function RunPill() {
  const { commands } = useApp();
  const status = useRun((state) => state.status);
  const current = useRun((state) => state.current);
  const shown = useRun((state) => state.shown);
  const busy = isBusy(status);
  return (
    <section
      className="run-pill"
      aria-label="Run"
      aria-busy={busy || (status.kind === 'done' && !shown)}
      data-status={status.kind}
      data-current={current}
    >
      {/* Before the text, which stays where it is while the button comes and goes. */}
      {busy ? (
        <button type="button" className="run-action" onClick={() => commands.run('run.cancel')}>
          <Square size={10} aria-hidden="true" /> Cancel
        </button>
      ) : (
        (status.kind === 'stale' || status.kind === 'failed') && (
          <button type="button" className="run-action primary" onClick={() => commands.run('run.run')}>
            <Play size={10} aria-hidden="true" /> {runLabel(status)}
          </button>
        )
      )}
      <ModeButton status={status} />
      {status.kind === 'running' && (
        <div className="run-progress" style={{ transform: `scaleX(${status.progress})` }} aria-hidden="true" />
      )}
    </section>
  );
}

/** Not rendered where nothing but `current` changes, as with every edit. */
const ModeButton = memo(function ModeButton({ status }: { readonly status: RunStatus }) {
  const mode = useRun((state) => state.mode);
  const hasDevice = useRun((state) => state.device !== null);
  const still = useRun((state) => state.still);
  const title = MODES.find((entry) => entry.mode === mode)!.title;
  return (
    <Menu.Root>
      <Menu.Trigger className="run-mode" title={status.kind === 'failed' ? status.message : undefined}>
        <i className="run-dot" aria-hidden="true" />
        <span>
          {title} · {hasDevice ? describe(status) : 'looking for a device'}
          {still && ', stands still'}
        </span>
        <ChevronDown size={12} aria-hidden="true" />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner sideOffset={6} align="end" className="layer-menu">
          <ModeMenu mode={mode} />
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
});

function ModeMenu({ mode }: { readonly mode: RunMode }) {
  const { run } = useApp();
  return (
    <Menu.Popup className="menu" aria-label="When to run">
      <Menu.RadioGroup value={mode} onValueChange={(value: RunMode) => run.getState().setMode(value)}>
        {MODES.map(({ mode, title, help }) => (
          <Menu.RadioItem key={mode} value={mode} className="menu-item with-help" closeOnClick>
            <Menu.RadioItemIndicator className="menu-check" keepMounted />
            <span>
              {title}
              <small>{help}</small>
            </span>
          </Menu.RadioItem>
        ))}
      </Menu.RadioGroup>
    </Menu.Popup>
  );
}

/** `38 ms · 12 of 96 steps re-run`; texts of one kind keep their width. */
export function describe(status: RunStatus): string {
  switch (status.kind) {
    case 'idle':
      return 'nothing to run';
    case 'compiling':
      return 'compiling';
    case 'uploading':
      return `uploading ${formatSi(status.bytes, 'B')} of ${formatSi(status.total, 'B')}`;
    case 'running':
      return `running, ${String(Math.floor(status.progress * 100)).padStart(2, '\u2007')} %`;
    case 'done':
      return `${formatMilliseconds(status.milliseconds)} · ${stepsText(status)}`;
    case 'stale':
      return 'values are out of date';
    case 'failed':
      return 'run failed';
    default:
      return status satisfies never;
  }
}

function stepsText({ stepsRun, stepsTotal }: { readonly stepsRun: number; readonly stepsTotal: number }): string {
  if (stepsRun === stepsTotal) return `${stepsTotal} ${stepsTotal === 1 ? 'step' : 'steps'}`;
  return `${stepsRun} of ${stepsTotal} steps re-run`;
}

/** `Run, about 7 s`. */
export function runLabel(status: RunStatus): string {
  if (status.kind === 'failed') return 'Run again';
  if (status.kind !== 'stale' || status.predictedSeconds === null) return 'Run';
  const seconds = status.predictedSeconds;
  return `Run, about ${seconds < 1 ? formatMilliseconds(seconds * 1000) : duration(seconds)}`;
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}
