/** On a token input: its text, to be written there, and how many tokens it makes. */
import type { SourceRecipe } from '../../nodes/sources.ts';
import { setParam } from '../../graph/edits.ts';
import { useApp } from '../app-context.ts';
import { useReadOnlyReason } from '../panels/read-only.tsx';
import { useEdit } from '../inspector/use-edit.ts';
import { useCard } from './card-context.ts';
import { LinesField } from './lines-field.tsx';
import type { NodeView } from './node-view.ts';
import { openModule, useFact, useNodePath, useNodeProblems, useShownInstance } from './use-facts.ts';

const TEXT = 'text';

export function TextCard({ view }: { readonly view: NodeView }) {
  const app = useApp();
  const edit = useEdit();
  const readOnly = useReadOnlyReason();
  const params = useShownInstance(view)?.params;
  const [text, captions, tokenizer] = [TEXT, 'captions', 'tokenizer'].map((name) =>
    String(params?.[name]?.value ?? ''),
  );
  const problem = useNodeProblems(view.id).find(({ place }) => place.param === TEXT)?.message;
  const path = useNodePath(view);
  const count = useFact(({ sources }) => countOf(path === null ? undefined : sources.recipes.get(path)));
  const lines = useFact(({ sources }) => linesOf(path === null ? undefined : sources.recipes.get(path)));
  const { pictureId } = useCard();
  const captioned = captions !== '';
  const box = view.geometry.preview;
  if (!box) return null;
  const { x, y, width, height } = box;
  const write = (value: string): void => {
    const module = openModule(app.derived.getState(), app.view.getState());
    edit((document) => setParam(document, module, view.id, TEXT, value));
  };
  return (
    <>
      <div className="preview text-card" style={{ left: x, top: y, width, height }}>
        <LinesField
          label={
            captioned ? `Captions of ${captions}, read by ${view.name}` : `Text of ${view.name}, one line per sequence`
          }
          className="nodrag nopan nowheel"
          value={captioned ? lines : text!}
          placeholder={captioned ? `Captions of ${captions}` : 'One line per sequence'}
          readOnly={readOnly !== undefined || captioned}
          reason={captioned ? `The captions of ${captions} are read: they are edited there` : readOnly}
          problem={problem}
          onCommit={write}
        />
      </div>
      <div className="caption" id={pictureId}>
        <div className="note">{count}</div>
        <div className="note">
          tokenizer: {tokenizer}
          {captioned && `, captions of ${captions}`}
        </div>
      </div>
    </>
  );
}

/** The captions that are read, one a line; as text, so that what is the same stays the same. */
function linesOf(recipe: SourceRecipe | undefined): string {
  return recipe?.from.kind === 'tokens' ? recipe.from.lines.join('\n') : '';
}

/** `16 image + 6 text tokens, padded to 26`. */
function countOf(recipe: SourceRecipe | undefined): string {
  if (recipe?.from.kind !== 'tokens') return recipe?.from.kind === 'bound' ? 'bound from outside' : '';
  const { rows, imageTokens } = recipe.from;
  const lengths = rows.map(({ length }) => length - imageTokens);
  const [least, most] = [Math.min(...lengths), Math.max(...lengths)];
  const text = least === most ? `${most}` : `${least}–${most}`;
  const image = imageTokens > 0 ? `${imageTokens} image + ` : '';
  const padded = recipe.shape[1]! > least + imageTokens ? `, padded to ${recipe.shape[1]}` : '';
  return `${image}${text} text ${most === 1 && image === '' ? 'token' : 'tokens'}${padded}`;
}
