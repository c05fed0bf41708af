/** On a generate node: the text as it is written, and the buttons that run, stop and step it. */
import { Play, Square, StepForward } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useStore } from 'zustand';
import { useApp, useRun } from '../app-context.ts';
import type { Generation } from '../stores/generations.ts';
import { useCard } from './card-context.ts';
import type { NodeView } from './node-view.ts';
import { useNodePath, useShownInstance } from './use-facts.ts';

export function GenerationCard({ view }: { readonly view: NodeView }) {
  const { generations } = useApp();
  const { tabIndex, pictureId } = useCard();
  const path = useNodePath(view);
  const generation = useStore(generations.store, ({ byPath }) => (path === null ? undefined : byPath.get(path)));
  const ready = useRun(({ device }) => device !== null);
  const box = view.geometry.preview;
  if (!box) return null;
  const { x, y, width, height } = box;
  const running = generation?.status === 'running';
  const reason =
    path === null
      ? 'The node is not called here'
      : !ready
        ? 'The device is not ready yet'
        : running
          ? 'It writes: stop it first'
          : undefined;
  return (
    <>
      <div
        className="preview generation"
        data-stale={generation?.status === 'stale' || undefined}
        style={{ left: x, top: y, width, height }}
      >
        <Written generation={generation} name={view.name} />
        <div className="generation-buttons nodrag nopan">
          {running ? (
            <button type="button" className="button" tabIndex={tabIndex} onClick={() => generations.stop(path!)}>
              <Square size={11} aria-hidden="true" />
              Stop
            </button>
          ) : (
            <button
              type="button"
              className="button"
              tabIndex={tabIndex}
              title={reason}
              disabled={reason !== undefined}
              onClick={() => path !== null && generations.run(path)}
            >
              <Play size={11} aria-hidden="true" />
              {generation?.status === 'stopped' ? 'Go on' : 'Run'}
            </button>
          )}
          <button
            type="button"
            className="button"
            tabIndex={tabIndex}
            title={reason}
            disabled={reason !== undefined}
            onClick={() => path !== null && generations.step(path)}
          >
            <StepForward size={11} aria-hidden="true" />
            Step
          </button>
        </div>
      </div>
      <div className="caption" id={pictureId}>
        <div className="note">{generation && progressOf(generation)}</div>
        <SamplingNote view={view} />
      </div>
    </>
  );
}

/** The sequences, what was written standing out from the prompt; it follows the end. */
function Written({ generation, name }: { readonly generation: Generation | undefined; readonly name: string }) {
  const { tabIndex } = useCard();
  const scroll = useRef<HTMLDivElement>(null);
  const texts = generation?.texts;
  useEffect(() => {
    // One sequence is read at its end; of several, each stays in its place.
    if (texts?.length === 1) scroll.current?.scrollTo({ top: scroll.current.scrollHeight });
  }, [texts]);
  if (generation?.message != null) {
    return (
      <p className="generation-text generation-problem nowheel" role="alert">
        {generation.message}
      </p>
    );
  }
  if (!generation || generation.texts.length === 0) {
    return <p className="generation-text generation-hint">Run writes token after token; Step writes one.</p>;
  }
  return (
    // What scrolls takes the focus: it is read with the arrow keys.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div
      ref={scroll}
      className="generation-text nowheel"
      role="log"
      tabIndex={tabIndex}
      aria-label={`Written by ${name}`}
    >
      {generation.texts.map((text, index) => (
        // Sequences stand in the order of the batch.
        // oxlint-disable-next-line react/no-array-index-key
        <p key={index}>
          <span>{generation.prompts[index]}</span>
          <b>{text}</b>
        </p>
      ))}
    </div>
  );
}

function SamplingNote({ view }: { readonly view: NodeView }) {
  const params = useShownInstance(view)?.params;
  if (!params) return null;
  const value = (name: string): number => Number(params[name]?.value);
  const parts =
    value('temperature') === 0
      ? ['greedy']
      : [
          `temperature ${value('temperature')}`,
          ...(value('top_k') > 0 ? [`top-k ${value('top_k')}`] : []),
          ...(value('top_p') < 1 ? [`top-p ${value('top_p')}`] : []),
          `seed ${value('seed')}`,
        ];
  return <div className="note">{parts.join(', ')}</div>;
}

/** `7 of 20 tokens, 310 ms each`. */
function progressOf({ status, ids, total, milliseconds }: Generation): string {
  const written = ids[0]?.length ?? 0;
  const count = `${written} of ${total} tokens`;
  if (status === 'stale') return `${count}, of an older graph`;
  if (status === 'left') return `${count}, then its tab was left`;
  if (status === 'done' && written < total) return `${written} tokens, then the end`;
  if (milliseconds === null) return status === 'running' ? 'Computing the first token…' : '';
  return `${count}, ${milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`} each`;
}
