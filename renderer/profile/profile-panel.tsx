/** Where the time of a run goes: a flame view above a table, both linked with the canvas. Nothing of it lives while it is closed. */
import { Gauge, X } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { InstancePath } from '../../graph/instance.ts';
import { BOUNDS } from '../../gpu/profile.ts';
import { inLayers, profileTree, type Layers, type ProfileNode } from '../../nodes/profile-tree.ts';
import { useApp, useDerived, useProfile, useView } from '../app-context.ts';
import { goToInstance } from '../commands/navigate.ts';
import { CommandButton } from '../panels/command-button.tsx';
import { ResizeHandle } from '../panels/resize-handle.tsx';
import { formatMilliseconds } from '../previews/format.ts';
import { openable } from '../stores/navigation.ts';
import type { ProfileState } from '../stores/profile.ts';
import { Flame } from './flame.tsx';
import { ProfileTable } from './profile-table.tsx';
import { BOUND_HELP, BOUND_TITLES, ceilingsSentence, clockSentence } from './words.ts';

export function ProfilePanel() {
  const open = useView((state) => state.panels.profile.open);
  return open && <Panel />;
}

function Panel() {
  const { view } = useApp();
  const size = useView((state) => state.panels.profile.size);
  const state = useProfile((all) => all);
  const [layers, setLayers] = useState<Layers>('folded');
  // What says a sentence takes no more room than that.
  const measured = state.kind === 'measured';
  return (
    <section className="problems profile" aria-label="Profile" style={{ height: measured ? size : undefined }}>
      {measured && (
        <ResizeHandle
          label="Height of the profile"
          orientation="horizontal"
          direction={-1}
          size={size}
          minimum={120}
          maximum={800}
          onResize={(size) => view.getState().setPanel('profile', { size })}
        />
      )}
      <header>
        <h2>Profile</h2>
        <span className="muted profile-summary" role="status">
          {summary(state)}
        </span>
        {measured && (
          <label className="profile-layers">
            <input
              type="checkbox"
              className="switch"
              checked={layers === 'apart'}
              onChange={({ target }) => setLayers(target.checked ? 'apart' : 'folded')}
            />
            Each layer
          </label>
        )}
        <CommandButton id="run.profile">
          <Gauge size={14} aria-hidden="true" />
        </CommandButton>
        <button
          type="button"
          className="icon-button"
          aria-label="Close the profile"
          onClick={() => view.getState().setPanel('profile', { open: false })}
        >
          <X size={14} aria-hidden="true" />
        </button>
      </header>
      <Body state={state} layers={layers} />
    </section>
  );
}

function Body({ state, layers }: { readonly state: ProfileState; readonly layers: Layers }) {
  const { commands } = useApp();
  switch (state.kind) {
    case 'none':
      return (
        <div className="profile-empty">
          <p>
            Not measured yet. A profile runs the whole graph, kernel by kernel, and shows which modules and nodes take
            the time, and whether arithmetic or memory bounds them.
          </p>
          <button type="button" className="button primary" onClick={() => commands.run('run.profile')}>
            Run with profile
          </button>
        </div>
      );
    case 'measuring':
      return <p className="empty">Each kernel is being timed. An edit stops it.</p>;
    case 'failed':
      return <p className="empty">It could not be measured: {state.message}</p>;
    case 'measured':
      return <Measured state={state} layers={layers} />;
    default:
      return state satisfies never;
  }
}

interface MeasuredProps {
  readonly state: Extract<ProfileState, { kind: 'measured' }>;
  readonly layers: Layers;
}

function Measured({ state: { profile, tree, outdated }, layers }: MeasuredProps) {
  const app = useApp();
  const root = useMemo(() => profileTree(tree, profile, layers), [tree, profile, layers]);
  const selected = useSelectedPath();
  // What is selected on the canvas is where one is, until one walks on; folded, the first layer stands for all.
  const start = layers === 'folded' ? inLayers(tree, selected, () => 0) : selected;
  const [walked, setWalked] = useState({ from: start, to: start });
  const active = walked.from === start ? walked.to : start;
  const setActive = (to: InstancePath): void => setWalked({ from: start, to });

  /** On the canvas it is the layer that is shown there. */
  const pathOf = ({ path }: ProfileNode): InstancePath =>
    layers === 'folded' ? inLayers(tree, path, (stack) => app.view.getState().layerOf[stack] ?? 0) : path;
  const choose = (node: ProfileNode): void => {
    setActive(node.path);
    if (node.path === '') app.view.getState().open('');
    else goToInstance(app, pathOf(node));
  };
  const open = (node: ProfileNode): void => {
    setActive(node.path);
    const module = openable(app.derived.getState().tree, pathOf(node), app.view.getState().layerOf);
    if (module) app.view.getState().open(module.path);
  };
  const ceilings = ceilingsSentence(profile);
  return (
    <div className="profile-body" data-outdated={outdated || undefined}>
      {ceilings !== null && <Legend />}
      <Flame root={root} active={active} onWalk={({ path }) => setActive(path)} onChoose={choose} onOpen={open} />
      <p className="profile-how">
        {ceilings} {clockSentence(profile)}
      </p>
      <ProfileTable root={root} active={active} onChoose={choose} />
    </div>
  );
}

function Legend() {
  return (
    <ul className="profile-legend" aria-label="What bounds a kernel">
      <li aria-hidden="true">Bound by</li>
      {BOUNDS.map((bound) => (
        <li key={bound} data-bound={bound} title={BOUND_HELP[bound]}>
          <i className="bound-swatch" aria-hidden="true" />
          {BOUND_TITLES[bound]}
          <span className="visually-hidden">: {BOUND_HELP[bound]}</span>
        </li>
      ))}
    </ul>
  );
}

/** The one node that is selected on the canvas; otherwise the module that is open. */
function useSelectedPath(): InstancePath {
  const openPath = useView((state) => state.openPath);
  const selection = useView((state) => state.selection);
  const tree = useDerived((state) => state.tree);
  return useMemo(() => {
    const [id, another] = selection;
    const around = tree.byPath.get(openPath);
    if (id === undefined || another !== undefined || around?.kind !== 'module') return openPath;
    return around.children.find(({ place }) => place?.nodeId === id)?.path ?? openPath;
  }, [openPath, selection, tree]);
}

function summary(state: ProfileState): string {
  switch (state.kind) {
    case 'none':
    case 'failed':
      return '';
    case 'measuring':
      return 'measuring…';
    case 'measured': {
      const { profile, device, outdated } = state;
      return `${formatMilliseconds(profile.milliseconds)} on ${device}${outdated ? ' · of before the last edit' : ''}`;
    }
    default:
      return state satisfies never;
  }
}
