/** The pictures of an image input: which they are and what they show, one fewer, or others. */
import { X } from 'lucide-react';
import { setCaption } from '../../graph/edits.ts';
import type { ParameterValue } from '../../graph/schema.ts';
import { useApp, useDocument } from '../app-context.ts';
import { splitImages } from '../canvas/images.ts';
import { pickImages } from '../canvas/pick-images.ts';
import { useEdit } from './use-edit.ts';

interface ImagesFieldProps {
  readonly nodeId: string;
  readonly name: string;
  readonly source: ParameterValue;
  readonly problem: string | undefined;
  readonly disabled: boolean;
  readonly onCommit: (value: string) => void;
}

export function ImagesField({ nodeId, name, source, problem, disabled, onCommit }: ImagesFieldProps) {
  const app = useApp();
  const assets = useDocument((state) => state.document.assets);
  const edit = useEdit();
  const ids = splitImages(String(source));
  return (
    <div className="field-row">
      <span>{name}</span>
      <div className="images-field">
        {ids.map((id, index) => {
          const asset = assets.find((candidate) => candidate.id === id);
          const label = asset?.name ?? id;
          return (
            // A picture may stand in the list twice; its place is its identity.
            // oxlint-disable-next-line react/no-array-index-key
            <div key={index} className="captioned-image">
              <span className="image-chip">
                <span title={label}>{label}</span>
                <button
                  type="button"
                  aria-label={`Take ${label} away`}
                  disabled={disabled}
                  onClick={() => onCommit(ids.filter((_, other) => other !== index).join(','))}
                >
                  <X size={12} aria-hidden="true" />
                </button>
              </span>
              {asset && (
                <input
                  type="text"
                  className="field"
                  aria-label={`Caption of ${label}`}
                  placeholder="Caption"
                  value={asset.caption ?? ''}
                  readOnly={disabled}
                  spellCheck={false}
                  data-settled
                  onChange={(event) => edit((document) => setCaption(document, id, event.target.value))}
                />
              )}
            </div>
          );
        })}
        <button type="button" className="button" disabled={disabled} onClick={() => pickImages(app, nodeId)}>
          {ids.length === 0 ? 'Pick pictures…' : 'Pick others…'}
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
