/** Which modules of another file are to come, what comes with them, and how what clashes will be called. */
import { Dialog } from '@base-ui/react/dialog';
import { useMemo, useState } from 'react';
import { importableModules, importModules, type ModuleImport } from '../../graph/edits.ts';
import { useApp, useDocument, useView } from '../app-context.ts';
import type { OtherDocument } from '../stores/view.ts';

export function ImportDialog() {
  const app = useApp();
  const source = useView((state) => state.importing);
  const close = () => app.view.getState().setImporting(null);
  return (
    <Dialog.Root open={source !== null} onOpenChange={(open) => !open && close()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="dialog-backdrop" />
        <Dialog.Popup className="dialog import-modules">
          {source && <Choice key={source.name} source={source} onClose={close} />}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Choice({ source, onClose }: { readonly source: OtherDocument; readonly onClose: () => void }) {
  const app = useApp();
  const document = useDocument((state) => state.document);
  const offered = useMemo(() => importableModules(source.document), [source]);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(() => new Set(offered));
  const planned = useMemo(() => {
    const names = offered.filter((name) => chosen.has(name));
    return names.length === 0 ? null : importModules(document, source.document, names);
  }, [document, source, offered, chosen]);
  const choose = (name: string, isChosen: boolean) => {
    const next = new Set(chosen);
    if (isChosen) next.add(name);
    else next.delete(name);
    setChosen(next);
  };
  const submit = () => {
    if (!planned) return;
    const { dispatch } = app.document.getState();
    if (planned.edit.diff.length > 0) dispatch(planned.edit);
    app.notices.getState().tell(resultOf(planned, source.name));
    onClose();
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Dialog.Title className="dialog-title">Import modules</Dialog.Title>
      <Dialog.Description className="dialog-message">
        From {source.name}, with the modules and pictures that they need. What is in this document stays as it is.
      </Dialog.Description>
      <ul className="import-list" aria-label="Modules of the file">
        {offered.map((name) => (
          <li key={name}>
            <label>
              <input
                type="checkbox"
                checked={chosen.has(name)}
                onChange={(event) => choose(name, event.target.checked)}
              />
              <span>{name}</span>
              <em>{fateOf(name, planned)}</em>
            </label>
          </li>
        ))}
      </ul>
      <div className="dialog-buttons">
        <button
          type="button"
          className="button quiet import-all"
          onClick={() => setChosen(new Set(chosen.size === offered.length ? [] : offered))}
        >
          {chosen.size === offered.length ? 'None' : 'All'}
        </button>
        <button type="button" className="button" onClick={onClose}>
          Cancel
        </button>
        <button
          type="submit"
          className="button primary"
          aria-disabled={planned === null || undefined}
          title={planned === null ? 'Choose a module' : undefined}
        >
          Import
        </button>
      </div>
    </form>
  );
}

/** What becomes of a module of the file: it comes, perhaps under another name, or is here already; empty for one left out. */
export function fateOf(name: string, planned: ModuleImport | null): string {
  if (!planned) return '';
  const renamed = planned.renamed.find(({ from }) => from === name);
  if (renamed) return `another ${name} is here: comes as ${renamed.to}`;
  if (planned.present.includes(name)) return 'is here already';
  return planned.needed.includes(name) ? 'comes too: it is needed' : '';
}

/** What was done, as it is told. */
export function resultOf({ added, renamed }: ModuleImport, file: string): string {
  if (added.length === 0) return `Nothing new came from ${file}: all of it is here`;
  const names = added.map((name) => {
    const was = renamed.find(({ to }) => to === name);
    return was ? `${was.from} as ${name}` : name;
  });
  return `Imported ${names.join(', ')} from ${file}`;
}
