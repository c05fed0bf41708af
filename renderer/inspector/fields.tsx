/** Fields of the inspector: numbers and expressions that scrub, choices, switches, texts; errors stand below their field. */
import { useId, useRef, useState, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react';
import type { ParameterValue } from '../../graph/schema.ts';
import type { ResolvedParameter } from '../../graph/signature.ts';
import { expressionOfText } from '../../graph/text-value.ts';
import { LinesField } from '../canvas/lines-field.tsx';
import {
  evaluatedText,
  isExpression,
  stepped,
  textOf,
  valueOf,
  type NumberRule,
  type ParameterType,
} from './values.ts';

export interface FieldRule {
  readonly name: string;
  readonly type: ParameterType;
  readonly help?: string | undefined;
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
  readonly step?: number | undefined;
  readonly choices?: readonly string[] | undefined;
}

export interface FieldProps {
  readonly rule: FieldRule;
  /** As it is written in the document. */
  readonly source: ParameterValue;
  /** As it was evaluated in the instance that is shown. */
  readonly resolved: ResolvedParameter | undefined;
  readonly problem: string | undefined;
  readonly disabled: boolean;
  /** Beside the value: `64 per head`, or what a reset would do. */
  readonly note?: ReactNode;
  /** What can be done with the parameter, at the right of its field. */
  readonly menu?: ReactNode;
  readonly onCommit: (value: ParameterValue) => void;
}

const LINES_SHOWN = 4;

/** Label and field of one parameter, by its type. */
export function Field(props: FieldProps) {
  const { rule, source } = props;
  const id = useId();
  switch (rule.type) {
    case 'choice':
      // One that follows a hyperparameter is an expression, as it is of any other type.
      if (expressionOfText(source) !== undefined) return <TextRow {...props} id={id} />;
      return (
        <Row {...props} id={id}>
          <select
            id={id}
            className="field"
            value={String(source)}
            disabled={props.disabled}
            aria-invalid={props.problem !== undefined}
            onChange={(event) => props.onCommit(event.target.value)}
          >
            {(rule.choices ?? []).includes(String(source)) || <option value={String(source)}>{String(source)}</option>}
            {(rule.choices ?? []).map((choice) => (
              <option key={choice} value={choice}>
                {choice}
              </option>
            ))}
          </select>
        </Row>
      );
    case 'bool':
      if (typeof source === 'string') return <TextRow {...props} id={id} />;
      return (
        <Row {...props} id={id}>
          <input
            id={id}
            type="checkbox"
            role="switch"
            className="switch"
            checked={source === true}
            aria-checked={source === true}
            disabled={props.disabled}
            onChange={(event) => props.onCommit(event.target.checked)}
          />
        </Row>
      );
    case 'text':
      return (
        <Row {...props} id={id}>
          <LinesField
            id={id}
            value={String(source)}
            rows={LINES_SHOWN}
            readOnly={props.disabled}
            problem={props.problem}
            onCommit={props.onCommit}
          />
        </Row>
      );
    case 'int':
    case 'float':
    case 'string':
    case 'dims':
    case 'images':
    case 'asset':
      return <TextRow {...props} id={id} />;
    default:
      return rule.type satisfies never;
  }
}

interface RowProps extends FieldProps {
  readonly id: string;
  readonly children: ReactNode;
  readonly scrub?: ScrubHandlers | undefined;
}

function Row({ id, rule, problem, children, scrub, menu }: RowProps) {
  return (
    <div className="field-row" data-menu={menu !== undefined || undefined}>
      <label
        htmlFor={id}
        title={rule.help ? `${rule.name}: ${rule.help}` : rule.name}
        data-scrub={scrub !== undefined || undefined}
        {...scrub}
      >
        {rule.name}
      </label>
      {children}
      {menu}
      {problem !== undefined && (
        <p className="field-problem" id={`${id}-problem`} role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}

function TextRow(props: FieldProps & { readonly id: string }) {
  const { id, rule, source, resolved, problem, disabled, note, onCommit } = props;
  const [typed, setTyped] = useState<string | null>(null);
  const number = numberRule(rule);
  const steps = number !== null && !isExpression(source, rule.type) ? number : null;
  const scrub = useScrub(steps, Number(source), disabled, onCommit);
  const commit = (): void => {
    if (typed === null) return;
    setTyped(null);
    const value = valueOf(typed, rule.type);
    if (value !== source) onCommit(value);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    const direction = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (direction !== undefined && steps !== null) {
      event.preventDefault();
      setTyped(null);
      const from = typed === null ? source : valueOf(typed, rule.type);
      if (typeof from === 'number') onCommit(stepped(from, direction * (event.shiftKey ? 10 : 1), steps));
    } else if (event.key === 'Enter') {
      commit();
      // Selecting lays out the page: after the edit is shown, not before.
      const field = event.currentTarget;
      queueMicrotask(() => field.select());
    } else if (event.key === 'Escape' && typed !== null) {
      event.stopPropagation();
      setTyped(null);
    }
  };
  const evaluated = typed === null ? evaluatedText(source, resolved, rule.type) : null;
  return (
    <Row {...props} scrub={scrub}>
      <span className="value-field" data-wrong={problem !== undefined || undefined}>
        <input
          id={id}
          type="text"
          data-settled={typed === null || undefined}
          inputMode={steps === null ? 'text' : 'decimal'}
          value={typed ?? textOf(source, rule.type)}
          readOnly={disabled}
          spellCheck={false}
          autoComplete="off"
          aria-invalid={problem !== undefined}
          aria-describedby={problem === undefined ? undefined : `${id}-problem`}
          onChange={(event) => setTyped(event.target.value)}
          onBlur={commit}
          onKeyDown={onKeyDown}
        />
        {evaluated !== null ? <em title={evaluated}>{evaluated}</em> : note !== undefined && <em>{note}</em>}
      </span>
    </Row>
  );
}

function numberRule(rule: FieldRule): NumberRule | null {
  return rule.type === 'int' || rule.type === 'float' ? { ...rule, type: rule.type } : null;
}

interface ScrubHandlers {
  readonly onPointerDown: (event: PointerEvent<HTMLElement>) => void;
  readonly onPointerMove: (event: PointerEvent<HTMLElement>) => void;
  readonly onPointerUp: (event: PointerEvent<HTMLElement>) => void;
  readonly onClick: (event: { preventDefault: () => void }) => void;
}

/** Pixels of dragging per step. */
const PIXELS_PER_STEP = 6;

/** Dragging a label left and right changes its number, in tens with Shift; undefined where there is none to change. */
function useScrub(
  rule: NumberRule | null,
  value: number,
  disabled: boolean,
  onCommit: (value: number) => void,
): ScrubHandlers | undefined {
  const start = useRef<{ readonly x: number; readonly value: number; moved: boolean } | null>(null);
  if (rule === null || disabled || !Number.isFinite(value)) return undefined;
  return {
    onPointerDown: (event) => {
      if (event.button !== 0) return;
      start.current = { x: event.clientX, value, moved: false };
      event.currentTarget.setPointerCapture(event.pointerId);
    },
    onPointerMove: (event) => {
      if (!start.current || !event.currentTarget.hasPointerCapture(event.pointerId)) return;
      const steps = Math.trunc((event.clientX - start.current.x) / PIXELS_PER_STEP);
      if (steps === 0 && !start.current.moved) return;
      start.current.moved = true;
      const next = stepped(start.current.value, steps * (event.shiftKey ? 10 : 1), rule);
      if (next !== value) onCommit(next);
    },
    onPointerUp: (event) => event.currentTarget.releasePointerCapture(event.pointerId),
    onClick: (event) => {
      // A click on a label goes to its field; a drag does not.
      if (start.current?.moved) event.preventDefault();
      start.current = null;
    },
  };
}
