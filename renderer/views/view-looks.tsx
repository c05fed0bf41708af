/** Which item of the batch and which head a view looks at, in the line under its node's name. */
import type { InstancePath } from '../../graph/instance.ts';
import { useApp } from '../app-context.ts';
import { useCard } from '../canvas/card-context.ts';
import { attentionAxes, WEIGHTS } from './attention.ts';
import { lookKey, type ViewNode } from './subject.ts';
import { useSubject } from './use-subject.ts';
import { itemOf, type ViewSubject } from './view.ts';

export function ViewLooks({ node, around }: { readonly node: ViewNode; readonly around?: InstancePath }) {
  const app = useApp();
  const subject = useSubject(node, around);
  if (!subject) return null;
  const { item, items, head, heads } = choicesOf(subject);
  const look = (change: ViewSubject['look']) => {
    app.view.getState().setLookAt(lookKey(subject.path), { ...subject.look, ...change });
  };
  return (
    <span className="looks">
      {items > 1 && (
        <Choice
          name={`Item of the batch of ${node.name}`}
          word="item"
          count={items}
          value={item}
          onChange={(next) => look({ index: [next] })}
        />
      )}
      {heads > 1 && (
        <Choice
          name={`Head of ${node.name}`}
          word="head"
          count={heads}
          value={head}
          onChange={(next) => look({ head: next })}
        />
      )}
    </span>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly word: string;
  readonly count: number;
  readonly value: number;
  readonly onChange: (value: number) => void;
}

function Choice({ name, word, count, value, onChange }: ChoiceProps) {
  const { tabIndex } = useCard();
  return (
    <select
      className="nodrag nopan"
      tabIndex={tabIndex}
      aria-label={name}
      value={value}
      onChange={(event) => onChange(Number(event.target.value))}
    >
      {Array.from({ length: count }, (_, number) => (
        <option key={number} value={number}>
          {word} {number}
        </option>
      ))}
    </select>
  );
}

/** What there is to choose from, by what is wired. */
function choicesOf({ kind, inputs, look }: ViewSubject): {
  readonly item: number;
  readonly items: number;
  readonly head: number;
  readonly heads: number;
} {
  const weights = inputs[WEIGHTS];
  if (weights) return attentionAxes(weights.type.dims, look);
  // A view of a matrix takes its first axis as the batch only where there is a matrix left.
  const least = kind === 'token-strip' ? 2 : 3;
  const dims = Object.values(inputs).find((input) => input !== undefined)?.type.dims ?? [];
  const items = kind === 'histogram' || kind === 'text' || dims.length < least ? 1 : dims[0]!.size;
  return { item: itemOf(look, items), items, head: 0, heads: 1 };
}
