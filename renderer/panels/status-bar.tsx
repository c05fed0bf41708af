/** The status bar: device, parameters, work, memory, problems; saved state and seed. */
import { useEffect, useMemo, useState, type KeyboardEvent } from 'react';
import { setSeed } from '../../graph/edits.ts';
import { useApp, useDerived, useDocument, useRun, useView } from '../app-context.ts';
import { formatSi, formatWhole } from '../previews/format.ts';
import { isDirty } from '../stores/document.ts';
import { problemList } from '../stores/problem-list.ts';
import { Afterwards } from './afterwards.tsx';
import { DeviceMenu } from './device-menu.tsx';
import { useReadOnlyReason } from './read-only.tsx';

export function StatusBar() {
  return (
    <footer className="status-bar" aria-label="Status">
      <Afterwards>
        <Facts />
      </Afterwards>
    </footer>
  );
}

function Facts() {
  const cost = useDerived((state) => state.cost);
  return (
    <>
      <DeviceMenu />
      <Fact
        name="parameters"
        value={formatSi(cost.parameters)}
        exact={`${formatWhole(cost.parameters)} parameters`}
        room={5}
      />
      <Fact name="work" value={formatSi(cost.flops, 'FLOP')} exact={`${formatWhole(cost.flops)} FLOP a run`} room={9} />
      <Memory />
      <ProblemCount />
      <div className="status-right">
        <SavedState />
        <Seed />
      </div>
    </>
  );
}

interface FactProps {
  readonly name: string;
  readonly value: string;
  readonly exact: string;
  /** Room for the value, in digits: what follows stays where it is. */
  readonly room: number;
}

function Fact({ name, value, exact, room }: FactProps) {
  return (
    <span title={exact}>
      {name} <b style={{ minWidth: `${room}ch` }}>{value}</b>
    </span>
  );
}

function Memory() {
  const memory = useRun((state) => state.memory);
  if (!memory) return null;
  const used = memory.arenaBytes + memory.pool.bytes;
  const exact = `arena ${formatSi(memory.arenaBytes, 'B')}, weights ${formatSi(memory.weightBytes, 'B')}, kept values ${formatSi(memory.pool.bytes, 'B')} of ${formatSi(memory.pool.budget, 'B')}`;
  return <Fact name="memory" value={formatSi(used, 'B')} exact={exact} room={6.5} />;
}

function ProblemCount() {
  const { view } = useApp();
  const problems = useDerived((state) => state.problems);
  const inference = useDerived((state) => state.inference);
  // As the list has them: a fault inside a module that is repeated is one.
  const count = useMemo(() => problemList({ problems, inference }).length, [problems, inference]);
  const open = useView((state) => state.panels.problems.open);
  return (
    <button
      type="button"
      className="status-button"
      data-bad={count > 0 || undefined}
      aria-expanded={open}
      onClick={() => view.getState().setPanel('problems', { open: !open })}
    >
      {count === 0 ? 'no problems' : `${count} ${count === 1 ? 'problem' : 'problems'}`}
    </button>
  );
}

const CLOCK_MILLISECONDS = 10_000;

function SavedState() {
  const dirty = useDocument(isDirty);
  const file = useDocument((state) => state.file);
  const savedAt = useDocument((state) => state.savedAt);
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), CLOCK_MILLISECONDS);
    return () => clearInterval(timer);
  }, []);
  if (dirty) return <span>unsaved edits</span>;
  if (savedAt !== null) return <span title={new Date(savedAt).toLocaleString()}>saved {ago(now - savedAt)}</span>;
  return <span>{file ? 'saved' : 'untitled'}</span>;
}

/** `12 s ago`, in the locale's words. */
export function ago(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 10) return 'just now';
  const format = new Intl.RelativeTimeFormat(undefined, { style: 'narrow' });
  if (seconds < 60) return format.format(-seconds, 'second');
  if (seconds < 3600) return format.format(-Math.floor(seconds / 60), 'minute');
  return format.format(-Math.floor(seconds / 3600), 'hour');
}

/** The generator takes the low 32 bits of the seed; larger ones would draw the same weights under another name. */
const LARGEST_SEED = 2 ** 32 - 1;

function Seed() {
  const { document: documents } = useApp();
  const seed = useDocument((state) => state.document.seed);
  const readOnly = useReadOnlyReason();
  const [text, setText] = useState<string | null>(null);
  const commit = () => {
    const wanted = Number(text);
    if (
      text !== null &&
      text.trim() !== '' &&
      Number.isInteger(wanted) &&
      wanted >= 0 &&
      wanted <= LARGEST_SEED &&
      wanted !== seed
    ) {
      const { document, dispatch } = documents.getState();
      dispatch(setSeed(document, wanted));
    }
    setText(null);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'Escape') setText(null);
    if (event.key === 'Enter') commit();
  };
  return (
    <label className="seed" title={readOnly ?? 'Weights are drawn as PyTorch draws them after torch.manual_seed'}>
      seed
      <input
        className="number"
        inputMode="numeric"
        size={Math.max(2, (text ?? String(seed)).length)}
        readOnly={readOnly !== undefined}
        value={text ?? String(seed)}
        onChange={(event) => setText(event.target.value)}
        onBlur={commit}
        onKeyDown={onKeyDown}
      />
    </label>
  );
}
