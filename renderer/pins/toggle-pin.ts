/** Pins a preview, or lets it go; and keeps pins where they were through edits. */
import type { App } from '../app-context.ts';
import { followEdits, type DerivedStore } from '../stores/derived.ts';
import type { DocumentStore } from '../stores/document.ts';
import type { PreviewRef, ViewStore } from '../stores/view.ts';
import { followRef } from './preview-ref.ts';

export function isPinned(pins: readonly PreviewRef[], ref: PreviewRef): boolean {
  return pins.some((pin) => same(pin, ref));
}

export function togglePin(app: Pick<App, 'view'>, ref: PreviewRef): void {
  const { pins, setPins } = app.view.getState();
  setPins(isPinned(pins, ref) ? pins.filter((pin) => !same(pin, ref)) : [...pins, ref]);
}

function same(a: PreviewRef, b: PreviewRef): boolean {
  return a.around === b.around && a.nodeId === b.nodeId;
}

/** Pins and the large preview follow the tree, through renames of what they stand in. */
export function keepPins(documents: DocumentStore, derived: DerivedStore, view: ViewStore): void {
  followEdits(documents, derived, (before, tree) => {
    const { pins, largePreview, setPins, setLargePreview } = view.getState();
    const next = pins.map((pin) => followRef(before, tree, pin));
    if (next.some((pin, index) => pin !== pins[index])) setPins(next);
    const large = largePreview && followRef(before, tree, largePreview);
    if (large !== largePreview) setLargePreview(large);
  });
}
