/** The top bar: menu, breadcrumbs, run state, preset, theme, export, folding of the panels. */
import { History, PanelLeft, PanelRight, Redo2, Undo2 } from 'lucide-react';
import { useDocument } from '../app-context.ts';
import { Afterwards } from './afterwards.tsx';
import { Breadcrumbs } from './breadcrumbs.tsx';
import { CommandButton } from './command-button.tsx';
import { MainMenu } from './main-menu.tsx';
import { PresetMenu } from './preset-menu.tsx';
import { RunPill } from './run-pill.tsx';
import { ThemeMenu } from './theme-menu.tsx';

export function TopBar() {
  const name = useDocument((state) => state.name);
  const readOnly = useDocument((state) => state.readOnly);
  const elsewhere = useDocument((state) => state.elsewhere);
  return (
    <header className="top-bar">
      <h1 className="visually-hidden">{name}</h1>
      <Afterwards>
        <MainMenu />
        <CommandButton id="view.library">
          <PanelLeft size={15} aria-hidden="true" />
        </CommandButton>
        <CommandButton id="edit.undo">
          <Undo2 size={15} aria-hidden="true" />
        </CommandButton>
        <CommandButton id="edit.redo">
          <Redo2 size={15} aria-hidden="true" />
        </CommandButton>
        <CommandButton id="edit.history">
          <History size={15} aria-hidden="true" />
        </CommandButton>
        <Breadcrumbs />
        {readOnly && (
          <span className="badge">read-only: {elsewhere ? 'open elsewhere' : 'written by a newer Patchbay'}</span>
        )}
        <div className="top-bar-right">
          <RunPill />
          <PresetMenu />
          <ThemeMenu />
          <CommandButton id="file.export" className="button primary">
            Export
          </CommandButton>
          <CommandButton id="view.inspector">
            <PanelRight size={15} aria-hidden="true" />
          </CommandButton>
        </div>
      </Afterwards>
    </header>
  );
}
