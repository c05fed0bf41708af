/** Saves the graph's weights as a checkpoint: under which names, in which type, in how many files; and how large that is. */
import { Dialog } from '@base-ui/react/dialog';
import { useId, useMemo, useState } from 'react';
import { SaveError, type SavePlan, type SaveRequest } from '../../export/weights/save-plan.ts';
import { useApp, useDerived, useDocument, useView } from '../app-context.ts';
import { writeWeights } from '../commands/weights-commands.ts';
import { useReporting } from '../panels/use-reporting.ts';
import { formatSi } from '../previews/format.ts';
import { planOf } from './save-work.ts';
import { nameChoices, SPLIT_CHOICES, typeChoices, type Choice, type SavingWeights } from './saving.ts';
import './save.css';

export function SaveWeightsDialog() {
  const app = useApp();
  const saving = useView((state) => state.savingWeights);
  const close = () => app.view.getState().setSavingWeights(null);
  return (
    <Dialog.Root open={saving !== null} onOpenChange={(open) => !open && close()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="dialog-backdrop" />
        <Dialog.Popup className="dialog save-weights">
          {saving && <Saving saving={saving} onClose={close} />}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

type Planned = SavePlan | { readonly fault: string };

function Saving({ saving, onClose }: { readonly saving: SavingWeights; readonly onClose: () => void }) {
  const app = useApp();
  const act = useReporting();
  const document = useDocument((state) => state.document);
  const tree = useDerived((state) => state.tree);
  const problems = useDerived((state) => state.problems);
  const names = nameChoices(document, saving);
  const types = typeChoices(saving);
  const [name, setName] = useState(names[0]!);
  const [type, setType] = useState(types[0]!);
  const [split, setSplit] = useState(SPLIT_CHOICES[0]!);
  const request = useMemo((): SaveRequest => {
    return { names: name.value, dtype: type.value, fileBytes: split.value };
  }, [name, type, split]);
  const planned = useMemo((): Planned => {
    try {
      return planOf({ document, tree, problems, checkpoint: saving.checkpoint }, request);
    } catch (error) {
      if (error instanceof SaveError) return { fault: error.message };
      throw error;
    }
  }, [document, tree, problems, saving, request]);
  const fault = 'fault' in planned ? planned.fault : null;
  const submit = () => {
    if ('fault' in planned) return;
    act(writeWeights(app, saving, request, planned));
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Dialog.Title className="dialog-title">Save the weights</Dialog.Title>
      <Dialog.Description className="dialog-message">
        {saving.checkpoint
          ? `As a checkpoint for other programs: those of ${saving.checkpoint.name}, which stays as it is.`
          : `As a checkpoint for other programs: those that seed ${document.seed} draws.`}
      </Dialog.Description>
      <div className="save-choices">
        {names.length > 1 && <Select label="Names" choices={names} chosen={name} onChoose={setName} />}
        <Select label="Numbers" choices={types} chosen={type} onChoose={setType} />
        <Select label="Files" choices={SPLIT_CHOICES} chosen={split} onChoose={setSplit} />
      </div>
      <p role="status" className={fault === null ? 'save-size mono' : 'save-size field-problem'}>
        {'fault' in planned ? `It cannot be saved: ${planned.fault}` : sizeOf(planned)}
      </p>
      <div className="dialog-buttons">
        <button type="button" className="button" onClick={onClose}>
          Cancel
        </button>
        <button type="submit" className="button primary" aria-disabled={fault !== null || undefined}>
          Save…
        </button>
      </div>
    </form>
  );
}

function sizeOf({ weights, files, byteLength, copied }: SavePlan): string {
  const many = files === 1 ? '1 file' : `${files.toLocaleString()} files and an index`;
  const same = copied ? ', the same file byte for byte' : '';
  return `${weights.toLocaleString()} weights, ${formatSi(byteLength, 'B')}, ${many}${same}`;
}

interface SelectProps<T> {
  readonly label: string;
  readonly choices: readonly Choice<T>[];
  readonly chosen: Choice<T>;
  readonly onChoose: (choice: Choice<T>) => void;
}

function Select<T>({ label, choices, chosen, onChoose }: SelectProps<T>) {
  const id = useId();
  return (
    <>
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        className="field"
        value={chosen.id}
        onChange={(event) => onChoose(choices.find((choice) => choice.id === event.target.value)!)}
      >
        {choices.map((choice) => (
          <option key={choice.id} value={choice.id}>
            {choice.label}
          </option>
        ))}
      </select>
    </>
  );
}
