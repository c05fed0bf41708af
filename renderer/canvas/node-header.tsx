/** Colour, name and time of a node, and its type below; the name is typed over in place. */
import { TriangleAlert } from 'lucide-react';
import { Fragment, memo, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useApp, useDocument, useView } from '../app-context.ts';
import type { RunState } from '../stores/run.ts';
import { enterNode } from '../commands/navigate.ts';
import type { InstancePath } from '../../graph/instance.ts';
import type { Mode } from '../../graph/schema.ts';
import { formatMilliseconds } from '../previews/format.ts';
import { ViewLooks } from '../views/view-looks.tsx';
import { useCanvas, useCanvasState } from './canvas-context.ts';
import { HeadSelect } from './head-select.tsx';
import { nameParts } from './geometry.ts';
import type { NodeView } from './node-view.ts';
import { useLayers, useNodePath } from './use-facts.ts';
import { shownLayer } from './values.ts';

const MODE_WORDS: Readonly<Record<Mode, string>> = { mute: 'muted', bypass: 'bypassed' };

interface NodeHeaderProps {
  readonly view: NodeView;
  /** What is odd but not wrong. */
  readonly warning: string | undefined;
}

/** Renders for itself: the card around it does with every shape. */
export const NodeHeader = memo(function NodeHeader({ view, warning }: NodeHeaderProps) {
  const { store } = useCanvas();
  const renaming = useCanvasState((state) => state.renaming === view.id);
  const path = useNodePath(view);
  const layers = useLayers(view);
  const readOnly = useDocument((state) => state.readOnly);
  return (
    <>
      <header className="node-header">
        <i className="kind" aria-hidden="true" />
        {renaming ? (
          <NameField view={view} />
        ) : (
          // Renaming by keyboard is F2 on the node.
          // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
          <b
            title={view.name}
            onDoubleClick={(event) => {
              if (readOnly) return;
              event.stopPropagation();
              store.setState({ renaming: view.id });
            }}
          >
            {nameParts(view.name).map((part, index) => (
              // Parts repeat and never move.
              // oxlint-disable-next-line react/no-array-index-key
              <Fragment key={index}>
                {index > 0 && <wbr />}
                {part}
              </Fragment>
            ))}
          </b>
        )}
        {view.kind === 'stack' && <span className="shape">×{layers ?? String(view.repeat)}</span>}
        {view.mode !== null && <span className="mode">{MODE_WORDS[view.mode]}</span>}
        {warning !== undefined && (
          <span className="warning" role="img" aria-label={`Warning: ${warning}`} title={warning}>
            <TriangleAlert size={12} aria-hidden="true" />
          </span>
        )}
        <NodeTime path={path} />
      </header>
      <TypeLine view={view} path={path} layers={layers} />
    </>
  );
});

/** What it took in the last run: written as it comes, because a run would render every card for it. */
function NodeTime({ path }: { readonly path: InstancePath | null }) {
  const { run } = useApp();
  const text = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    const write = ({ timings }: Pick<RunState, 'timings'>): void => {
      const time = path === null ? undefined : timings.get(path);
      text.current!.textContent = time === undefined ? '' : formatMilliseconds(time);
    };
    write(run.getState());
    return run.subscribe((state, before) => {
      if (state.timings !== before.timings) write(state);
    });
  }, [run, path]);
  return <small ref={text} />;
}

interface TypeLineProps {
  readonly view: NodeView;
  readonly path: InstancePath | null;
  readonly layers: number | null;
}

function TypeLine({ view, path, layers }: TypeLineProps) {
  const app = useApp();
  const layer = useView((state) => shownLayer(path ?? '', layers ?? 0, state.layerOf));
  const inside = view.kind === 'module' || view.kind === 'stack';
  return (
    <div className="node-type">
      {inside ? (
        <button
          type="button"
          className="open-module nodrag"
          tabIndex={-1}
          title={`Open ${view.title} (Enter)`}
          onClick={() => enterNode(app, view.name)}
        >
          {view.title}
        </button>
      ) : (
        <span>{view.title}</span>
      )}
      {layers !== null && <span> · layer {layer}</span>}
      {view.shows === null ? <HeadSelect view={view} /> : <ViewLooks node={view} />}
    </div>
  );
}

/** Escape leaves the name as it was; Enter and leaving the field take what was typed, if it can be a name. */
function NameField({ view }: { readonly view: NodeView }) {
  const { store, actions } = useCanvas();
  const [name, setName] = useState(view.name);
  const field = useRef<HTMLInputElement>(null);
  // Giving the focus back is leaving the field too.
  const done = useRef(false);
  const problem = name === view.name ? null : actions.nameProblem(view.id, name);
  useEffect(() => field.current?.select(), []);
  const finish = (take: boolean): void => {
    if (done.current) return;
    done.current = true;
    if (take && problem === null && name !== view.name) actions.rename(view.id, name);
    store.setState({ renaming: null });
  };
  const giveFocusBack = (): void => field.current?.closest<HTMLElement>('.node')?.focus({ preventScroll: true });
  return (
    <>
      <input
        ref={field}
        className="name-field nodrag nopan"
        value={name}
        aria-label={`New name of ${view.name}`}
        aria-invalid={problem !== null}
        title={problem ?? undefined}
        spellCheck={false}
        onChange={(event) => setName(event.target.value)}
        onBlur={() => finish(true)}
        onKeyDown={(event) => {
          event.stopPropagation();
          if (event.key !== 'Escape' && (event.key !== 'Enter' || problem !== null)) return;
          finish(event.key === 'Enter');
          giveFocusBack();
        }}
      />
      {problem !== null && (
        <span className="name-problem" role="alert">
          {problem}
        </span>
      )}
    </>
  );
}
