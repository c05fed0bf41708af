/** Commands on files. */
import type { Command } from './command.ts';
import { all, always, onEditor } from './conditions.ts';
import { newDocument, openWithDialog, save, saveAs, showGallery } from './documents.ts';

export const FILE_COMMANDS: readonly Command[] = [
  {
    id: 'file.new',
    title: 'New document',
    group: 'file',
    // A browser keeps Ctrl+N for itself.
    keys: ['Mod+N', 'Mod+Alt+N'],
    inText: true,
    when: always,
    run: newDocument,
  },
  {
    id: 'file.open',
    title: 'Open…',
    group: 'file',
    keys: ['Mod+O'],
    inText: true,
    when: always,
    run: openWithDialog,
  },
  {
    id: 'file.gallery',
    title: 'Templates and recent files',
    group: 'file',
    when: onEditor,
    run: showGallery,
  },
  {
    id: 'file.save',
    title: 'Save',
    group: 'file',
    keys: ['Mod+S'],
    inText: true,
    when: all(
      onEditor,
      (app) => !app.document.getState().elsewhere || 'Its file is open elsewhere: save it as another',
    ),
    run: async (app) => void (await save(app)),
  },
  {
    id: 'file.save-as',
    title: 'Save as…',
    group: 'file',
    keys: ['Mod+Shift+S'],
    inText: true,
    when: onEditor,
    run: async (app) => void (await saveAs(app)),
  },
  {
    id: 'file.export',
    title: 'Export…',
    group: 'file',
    keys: ['Mod+E'],
    inText: true,
    when: onEditor,
    run: (app) => app.view.getState().setExporting(true),
  },
];
