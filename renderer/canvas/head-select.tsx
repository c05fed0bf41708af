/** Which head and patch of attention is looked at, in the line under a node's name. */
import { useApp } from '../app-context.ts';
import { planPreview } from '../previews/plan.ts';
import type { NodeView } from './node-view.ts';
import { useLookAt, usePortType } from './use-facts.ts';
import { shownPort } from './values.ts';

export function HeadSelect({ view }: { readonly view: NodeView }) {
  const app = useApp();
  const port = shownPort(view);
  const type = usePortType(view, port);
  const { key, lookAt } = useLookAt(view, port ?? NO_PORT);
  if (!type || type.flow !== 'attention') return null;
  const { scene } = planPreview('attention', type, lookAt);
  if (scene.kind !== 'attention') return null;
  const { side, patch, head, heads } = scene;
  return (
    <span className="looks">
      {heads > 1 && (
        <select
          className="nodrag nopan"
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
      <span>
        ({Math.floor(patch / side)}, {patch % side})
      </span>
    </span>
  );
}

const NO_PORT = { side: 'output', name: '' } as const;
