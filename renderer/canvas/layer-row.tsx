/** The layers of a stack as a row to scrub: the one chosen is the one whose values are shown. */
import { useRef, type KeyboardEvent, type PointerEvent } from 'react';
import { useApp, useView } from '../app-context.ts';
import { useCard } from './card-context.ts';
import type { NodeView } from './node-view.ts';
import { useLayers, useNodePath } from './use-facts.ts';
import { shownLayer } from './values.ts';

/** More layers than this would be thinner than a pointer: then the row is a scale. */
const MOST_CELLS = 24;

export function LayerRow({ view }: { readonly view: NodeView }) {
  const app = useApp();
  const { tabIndex } = useCard();
  const path = useNodePath(view) ?? '';
  const layers = useLayers(view) ?? 0;
  const chosen = useView((state) => shownLayer(path, layers, state.layerOf));
  const row = useRef<HTMLDivElement>(null);
  const choose = (layer: number) => {
    const next = Math.max(0, Math.min(layers - 1, layer));
    if (next !== chosen) app.view.getState().setLayer(path, next);
  };
  const chooseAt = (event: PointerEvent) => {
    const { left, width } = row.current!.getBoundingClientRect();
    choose(Math.floor(((event.clientX - left) / width) * layers));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const next = {
      ArrowLeft: chosen - 1,
      ArrowDown: chosen - 1,
      ArrowRight: chosen + 1,
      ArrowUp: chosen + 1,
      Home: 0,
      End: layers - 1,
    }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    choose(next);
  };
  if (layers === 0 || view.geometry.layers === null) return null;
  return (
    <div
      ref={row}
      className="layers nodrag nopan"
      style={{ top: view.geometry.layers }}
      role="slider"
      tabIndex={tabIndex}
      aria-label={`Layer of ${view.name}`}
      aria-valuemin={0}
      aria-valuemax={layers - 1}
      aria-valuenow={chosen}
      aria-valuetext={`layer ${chosen} of ${layers}`}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        chooseAt(event);
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) chooseAt(event);
      }}
    >
      {layers <= MOST_CELLS ? (
        Array.from({ length: layers }, (_, layer) => (
          <i key={layer} data-chosen={layer === chosen || undefined} title={`layer ${layer}`} />
        ))
      ) : (
        <span className="scale">
          <i data-chosen style={{ left: `${(chosen / (layers - 1)) * 100}%` }} />
        </span>
      )}
    </div>
  );
}
