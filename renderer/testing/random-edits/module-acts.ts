/** What hands do with modules: group, ungroup, make unique, rename, duplicate, import, delete. */
import { duplicateModule, importModules, removeModule, renameModule } from '../../../graph/edits.ts';
import type { PatchbayDocument } from '../../../graph/schema.ts';
import { attemptEdit } from '../../commands/attempt-edit.ts';
import { isInstance } from '../../../graph/schema.ts';
import type { Act, Hand } from './hand.ts';

const NAMES = ['Block', 'Tower', 'VisionMLP', 'not a name', 'constructor'];

function ofInstance(id: string, weight: number): Act {
  return {
    name: id,
    weight,
    act: ({ app, module, some }) => {
      const instance = some(module().nodes.filter(isInstance));
      app.view.getState().select(instance ? [instance.id] : []);
      app.commands.run(id);
    },
  };
}

function selectNeighbours({ app, module, below }: Hand): void {
  const { nodes } = module();
  const first = below(nodes.length);
  app.view.getState().select(nodes.slice(first, first + 1 + below(4)).map(({ id }) => id));
}

/** @param others Documents that modules are taken from. */
export function moduleActs(others: readonly PatchbayDocument[]): readonly Act[] {
  return [
    {
      name: 'edit.group',
      weight: 8,
      act: (hand) => {
        selectNeighbours(hand);
        hand.app.commands.run('edit.group');
      },
    },
    ofInstance('edit.ungroup', 7),
    ofInstance('edit.make-unique', 4),
    { name: 'edit.delete-unused-modules', weight: 2, act: ({ app }) => app.commands.run('edit.delete-unused-modules') },
    {
      name: 'rename a module',
      weight: 4,
      act: ({ app, document, some }) => {
        const module = some(document().modules)!;
        attemptEdit(app, (now) => renameModule(now, module.name, some(NAMES)!));
      },
    },
    {
      name: 'duplicate a module',
      weight: 2,
      act: ({ app, document, some }) => {
        const module = some(document().modules)!;
        attemptEdit(app, (now) => duplicateModule(now, module.name));
      },
    },
    {
      name: 'delete a module',
      weight: 3,
      act: ({ app, document, some }) => {
        const module = some(document().modules)!;
        attemptEdit(app, (now) => removeModule(now, module.name));
      },
    },
    {
      name: 'import modules',
      weight: 1,
      act: ({ app, some }) => void attemptEdit(app, (now) => importModules(now, some(others)!).edit),
    },
  ];
}
