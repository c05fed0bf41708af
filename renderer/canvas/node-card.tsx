/** A node on the canvas: header, ports, preview, and what is wrong with it hanging below. */
import { NodeResizeControl, type Node, type NodeProps } from '@xyflow/react';
import { memo, useContext, useId, useMemo } from 'react';
import { useDocument } from '../app-context.ts';
import { CompareMark, useDifference } from '../compare/compare-mark.tsx';
import { useNodeChange } from '../compare/use-node-change.ts';
import { describeMark } from '../compare/words.ts';
import { DiffersMark, useDiffers } from '../export/differs-mark.tsx';
import { useHeat } from '../overlay/use-heat.ts';
import { CardContext, type Card as CardParts } from './card-context.ts';
import { DetailContext, useCanvas, useCanvasState } from './canvas-context.ts';
import { blockLabelSize, chipCharacters, PART } from './geometry.ts';
import { LayerRow } from './layer-row.tsx';
import { NodeHeader } from './node-header.tsx';
import { NodePreview } from './node-preview.tsx';
import { nodeName } from './names.ts';
import type { NodeView, PortView } from './node-view.ts';
import { Port } from './port.tsx';
import { ProblemOverlay } from './problem-overlay.tsx';
import { ShapeChip } from './shape-chip.tsx';
import {
  useIdle,
  useLacking,
  useLayers,
  useNodePath,
  useNodeProblems,
  useOpenModule,
  usePortType,
} from './use-facts.ts';
import { shownPort } from './values.ts';

const SMALLEST = { width: 208, height: 120 };

export type CardNode = Node<{ readonly view: NodeView }, 'card'>;

export const NodeCard = memo(Card, (before, after) => {
  // Of all that React Flow tells, its place among them, which a drag changes with each step.
  return before.data.view === after.data.view && before.selected === after.selected;
});

function Card({ data: { view }, selected }: NodeProps<CardNode>) {
  const detail = useContext(DetailContext);
  const problems = useNodeProblems(view.id);
  const idle = useIdle(view);
  const errors = problems.filter(({ severity }) => severity === 'error');
  const shown = shownPort(view);
  const type = usePortType(view, shown);
  const warning = problems.find(({ severity }) => severity === 'warning')?.message;
  const lacking = useLacking(view, shown);
  const layers = useLayers(view);
  const name = useMemo(() => {
    const wrong = problems.flatMap(({ severity, message }) => (severity === 'error' ? [message] : []));
    return nodeName(view, { shown, type, errors: wrong, warning, layers, idle, lacking });
  }, [view, shown, type, problems, warning, layers, idle, lacking]);
  const current = useCanvasState((state) => state.current?.id === view.id);
  const id = useId();
  const card = useMemo(
    (): CardParts => ({ tabIndex: current ? 0 : -1, valueId: `${id}-value`, pictureId: `${id}-picture` }),
    [current, id],
  );
  const change = useNodeChange(useOpenModule(), view.id);
  const path = useNodePath(view);
  const heat = useHeat(path);
  const differs = useDiffers(path);
  const difference = useDifference(path);
  const { width, height } = view.geometry;
  const pictured = detail !== 'block' && !view.folded && view.preview !== null && shown !== null;
  return (
    // The card is a group of controls that takes the focus itself, so that keys can move, wire and open the node.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <article
      className="node"
      data-node={view.id}
      data-kind={view.kind}
      data-mode={view.mode ?? undefined}
      data-idle={idle || undefined}
      data-folded={view.folded || undefined}
      data-detail={detail}
      data-wrong={errors.length > 0 || undefined}
      data-change={change}
      data-differs={differs === null ? undefined : ''}
      data-heat={heat === null ? undefined : ''}
      data-blocked={(shown !== null && type === undefined) || lacking || undefined}
      // The canvas is one stop of Tab: the node that has the focus or had it last. From there Tab goes on to its controls.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={card.tabIndex}
      aria-roledescription="node"
      // The value is written beside the picture as it comes, without a render.
      aria-labelledby={`${id}-name ${card.valueId}`}
      aria-describedby={pictured ? card.pictureId : undefined}
      aria-current={selected || undefined}
      style={
        {
          width,
          height,
          '--kind': `var(--${view.accent})`,
          ...(heat !== null && { '--heat': heat.toFixed(3) }),
          '--block-label': `${blockLabelSize(view.name, width)}px`,
        } as React.CSSProperties
      }
    >
      <span id={`${id}-name`} hidden>
        {[name, differs, difference && describeMark(difference)].filter((words) => words != null).join('. ')}
      </span>
      <CardContext value={card}>
        <CompareMark change={change} difference={difference} />
        {differs !== null && <DiffersMark words={differs} />}
        {view.kind === 'stack' && <StackEdges />}
        <NodeHeader view={view} warning={warning} />
        {pictured && <NodePreview view={view} port={shown} />}
        {detail === 'full' && (
          <>
            {view.kind === 'stack' && !view.folded && <LayerRow view={view} />}
            {view.inputs.map((port, index) => (
              <PortRow key={port.name} view={view} port={port} centre={view.geometry.inputs[index]!} />
            ))}
            {view.outputs.map((port, index) => (
              <PortRow key={port.name} view={view} port={port} centre={view.geometry.outputs[index]!} />
            ))}
            {selected && !view.folded && view.preview !== null && <CornerHandle view={view} />}
            {errors.length > 0 && <ProblemOverlay problems={errors} />}
          </>
        )}
      </CardContext>
    </article>
  );
}

/** The lower right corner of a selected node: more room for the preview. */
function CornerHandle({ view }: { readonly view: NodeView }) {
  const { actions } = useCanvas();
  const readOnly = useDocument((state) => state.readOnly);
  if (readOnly) return null;
  return (
    <NodeResizeControl
      className="corner-handle"
      position="bottom-right"
      minWidth={SMALLEST.width}
      minHeight={SMALLEST.height}
      onResizeEnd={(_, { width, height }) => actions.resize(view.id, [Math.round(width), Math.round(height)])}
    />
  );
}

/** The layers behind, as two edges that show at the right and below. */
function StackEdges() {
  return (
    <>
      <i className="stack-edge far" aria-hidden="true" />
      <i className="stack-edge near" aria-hidden="true" />
    </>
  );
}

interface PortRowProps {
  readonly view: NodeView;
  readonly port: PortView;
  readonly centre: number;
}

function PortRow({ view, port, centre }: PortRowProps) {
  const type = usePortType(view, port);
  const height = port.side === 'input' ? PART.input : PART.output;
  // A single output needs no name; what a node without outputs takes is its value.
  const named = port.side === 'input' || view.outputs.length > 1;
  const shaped = port.side === 'output' || view.outputs.length === 0;
  return (
    <div className={`port-row ${port.side}`} style={{ top: centre - height / 2, height }}>
      {named && !view.folded && (
        <span className="port-name" title={port.help ? `${port.name}: ${port.help}` : port.name}>
          {port.name}
        </span>
      )}
      {shaped &&
        !view.folded &&
        (type ? (
          <ShapeChip dims={type.dims} characters={chipCharacters(view.geometry.width, named ? port.name : null)} />
        ) : (
          <span className="shape unknown" title="The shape is not known yet">
            –
          </span>
        ))}
      <Port view={view} port={port} type={type} />
    </div>
  );
}
