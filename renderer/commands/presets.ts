/** Asks for the name of a new preset. */
import type { App } from '../app-context.ts';

/** @returns null if cancelled, or if the name is empty or taken, which is told. */
export async function askPresetName(app: App): Promise<string | null> {
  const taken = new Set(app.document.getState().document.presets.map((preset) => preset.name));
  let number = 1;
  while (taken.has(`preset ${number}`)) number++;
  const { ask, tell } = app.notices.getState();
  const { button, text } = await ask({
    title: 'New preset',
    message: 'It starts with the values that are active now. Edits of hyperparameters and sizes will write to it.',
    input: { label: 'Name', initial: `preset ${number}` },
    buttons: [
      { id: 'cancel', label: 'Cancel' },
      { id: 'add', label: 'Add preset', kind: 'primary' },
    ],
  });
  const name = text.trim();
  if (button !== 'add' || name === '') return null;
  if (taken.has(name)) {
    tell(`There is a preset ${name} already`, 'error');
    return null;
  }
  return name;
}
