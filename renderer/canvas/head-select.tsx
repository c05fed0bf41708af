/** Which head and patch of attention is looked at, in the line under a node's name. */
import { useApp } from '../app-context.ts';
import { planPreview, type Scene } from '../previews/plan.ts';
import { useCard } from './card-context.ts';
import type { NodeView } from './node-view.ts';
import { useFact, useLookAt } from './use-facts.ts';
import { portType, shownPort } from './values.ts';

export function HeadSelect({ view }: { readonly view: NodeView }) {
  const app = useApp();
  const { tabIndex } = useCard();
  const port = shownPort(view);
  // Of attention alone: the shapes of other values change nothing here.
  const type = useFact(({ tree, inference }, { openPath, layerOf }) => {
    const type = port ? portType(tree, inference, openPath, view, port, layerOf) : undefined;
    return type?.flow === 'attention' ? type : undefined;
  });
  const { key, lookAt } = useLookAt(view, port ?? NO_PORT);
  if (!type) return null;
  const { scene } = planPreview('attention', type, lookAt);
  const shown = headsOf(scene);
  if (!shown) return null;
  const { chosen: head, count: heads } = shown;
  return (
    <span className="looks">
      {heads > 1 && (
        <select
          className="nodrag nopan"
          tabIndex={tabIndex}
          aria-label={`Head of ${view.name}`}
          value={head}
          onChange={(event) => {
            const state = app.view.getState();
            state.setLookAt(key, { ...state.lookAt[key], head: Number(event.target.value) });
          }}
        >
          {Array.from({ length: heads }, (_, number) => (
            <option key={number} value={number}>
              head {number}
            </option>
          ))}
        </select>
      )}
      {scene.kind === 'attention' && (
        <span>
          ({Math.floor(scene.patch / scene.side)}, {scene.patch % scene.side})
        </span>
      )}
    </span>
  );
}

function headsOf(scene: Scene): { readonly chosen: number; readonly count: number } | null {
  if (scene.kind === 'attention') return { chosen: scene.head, count: scene.heads };
  return scene.kind === 'heatmap' ? (scene.heads ?? null) : null;
}

const NO_PORT = { side: 'output', name: '' } as const;
