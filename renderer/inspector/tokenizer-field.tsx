/** The tokenizer.json of a token input: which it is, or another. */
import type { ParameterValue } from '../../graph/schema.ts';
import { useApp, useDocument } from '../app-context.ts';
import { pickTokenizer } from '../commands/pick-tokenizer.ts';

interface TokenizerFieldProps {
  readonly nodeId: string;
  readonly name: string;
  readonly source: ParameterValue;
  readonly problem: string | undefined;
  readonly disabled: boolean;
}

export function TokenizerField({ nodeId, name, source, problem, disabled }: TokenizerFieldProps) {
  const app = useApp();
  const file = useDocument((state) => state.document.assets.find(({ id }) => id === source)?.name);
  return (
    <div className="field-row">
      <span>{name}</span>
      <div className="images-field">
        {file !== undefined && (
          <span className="image-chip">
            <span title={file}>{file}</span>
          </span>
        )}
        <button type="button" className="button" disabled={disabled} onClick={() => pickTokenizer(app, nodeId)}>
          {file === undefined ? 'Pick a tokenizer.json…' : 'Pick another…'}
        </button>
      </div>
      {problem !== undefined && (
        <p className="field-problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}
