/** The view store: where one looks, and how. Session state only: looking never dirties the document. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ShownReport } from '../import/report.ts';
import type { SavingWeights } from '../weights/saving.ts';
import type { ProposedWeights } from '../weights/proposal.ts';
import type { InstancePath, PortPath } from '../../graph/instance.ts';
import type { PatchbayDocument } from '../../graph/schema.ts';
import type { Differing } from '../export/differing.ts';
import type { FileRef } from '../platform/platform.ts';

export type Theme = 'system' | 'dark' | 'light';
export type PanelName = 'library' | 'modules' | 'inspector' | 'problems' | 'profile';

/** What the field over the window looks for. */
export type Finder = 'commands' | 'nodes';

export interface PanelState {
  readonly open: boolean;
  /** Width of a side panel, height of the lists of modules and of problems, in CSS pixels. */
  readonly size: number;
}

/** What is looked at of one value: a head, a patch, or the leading indices in general. */
export interface LookAt {
  readonly head?: number;
  /** Row-major number of the patch. */
  readonly patch?: number;
  /** Position of a query in its sequence, be it of a patch or of a word. */
  readonly query?: number;
  /** Indices of the leading axes, as in `PreviewSpec.index`. */
  readonly index?: readonly number[];
}

/** A node whose preview is shown apart from the canvas: the module instance that it stands in, and which port it shows. */
export interface PreviewRef {
  readonly around: InstancePath;
  readonly nodeId: string;
}

/** Where what is added comes to lie, in CSS pixels of the window. */
export interface AddPlace {
  readonly x: number;
  readonly y: number;
  /** No pointer chose the place: it is given up for one below where there is room. */
  readonly free?: boolean;
}

/** A token that is pointed at: where its sequence comes from, which of the batch, and its position. */
export interface TokenBrush {
  readonly path: PortPath;
  readonly item: number;
  readonly position: number;
}

/** Another document, or this one at another moment. */
export interface OtherDocument {
  readonly document: PatchbayDocument;
  /** As it is named to the person: `the saved file`, `vit-2.patchbay`. */
  readonly name: string;
}

export interface ComparedWith extends OtherDocument {
  /** The file it is from, beside which paths in it start; null where no file holds it. */
  readonly file: FileRef | null;
}

/** The part of the view that outlives the session. */
export interface RememberedView {
  readonly theme: Theme;
  readonly panels: Readonly<Record<PanelName, PanelState>>;
  /** The step of the tour that comes next; null where it was never begun. */
  readonly tourStep: number | null;
}

/** The tour: the step that comes next, also after it was left. */
export interface TourState {
  readonly step: number;
  readonly running: boolean;
}

/** The pan and zoom of a level. */
export interface LevelViewport {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

/** The part of the view that belongs to one document, and is as it was when one comes back to it. */
export interface DocumentView {
  /** Path of the module instance on the canvas; within a stack it names the layer (`blocks.7.attention`). */
  readonly openPath: InstancePath;
  /** Ids of the selected nodes of the open module. */
  readonly selection: ReadonlySet<string>;
  /** The layer shown of each stack, by the stack's path; absent: 0. */
  readonly layerOf: Readonly<Record<InstancePath, number>>;
  readonly lookAt: Readonly<Record<PortPath, LookAt>>;
  /** Collapsed nodes, as `module/id`: how one looks, and no edit. */
  readonly folded: ReadonlySet<string>;
  /** Where each level was left. The canvas writes into it when a level goes, and nothing renders by it. */
  readonly viewports: Map<InstancePath, LevelViewport>;
  /** Id of the view node of the open module that is shown large. */
  readonly enlarged: string | null;
  /** Previews that stay on screen whatever is selected or opened, in the order in which they were pinned. */
  readonly pins: readonly PreviewRef[];
  /** What the document is compared with; the panel that tells it is open as long as there is something. */
  readonly compared: ComparedWith | null;
  /** What the last verification of an export found. */
  readonly differing: Differing | null;
  /** Cards are tinted by the time that they take. */
  readonly heat: boolean;
}

export interface ViewState extends RememberedView, DocumentView {
  readonly tour: TourState;
  /** What fills the window; `opening` until the document comes for which the shell has opened it. */
  readonly screen: 'opening' | 'gallery' | 'editor';
  /** Id of the node under the pointer, or whose problem is pointed at in the list. */
  readonly hovered: string | null;
  /** The token under the pointer in some view; other views of its sequence look from it. */
  readonly brush: TokenBrush | null;
  /** The preview of a value that is shown large. */
  readonly largePreview: PreviewRef | null;
  /** Id of the node of the open module whose numbers are read one by one. */
  readonly reading: string | null;
  /** The list of keys is open. */
  readonly keyList: boolean;
  /** Whether the dialog about the application is open. */
  readonly about: boolean;
  /** The list of the steps is open. */
  readonly history: boolean;
  /** The open module is shown as a list, too. */
  readonly outline: boolean;
  /** The name of a dimension under the pointer: wherever it flows, it is marked. */
  readonly symbol: string | null;
  /** The field over the window, if it is open. */
  readonly finder: Finder | null;
  /** The export dialog is open. */
  readonly exporting: boolean;
  /** The file that modules are to be taken from, while one chooses which. */
  readonly importing: OtherDocument | null;
  /** What came of the import that opened the document, while one reads it. */
  readonly imported: ShownReport | null;
  /** Weights that were chosen, while one looks what of them is the graph's. */
  readonly proposed: ProposedWeights | null;
  /** The weights are about to be saved: as what, and in how many files, is chosen. */
  readonly savingWeights: SavingWeights | null;
  /** The palette over the canvas (Shift+A). */
  readonly addMenu: AddPlace | null;

  readonly setScreen: (screen: ViewState['screen']) => void;
  /** Opens a module instance and selects nodes in it. */
  readonly open: (path: InstancePath, selection?: Iterable<string>) => void;
  readonly select: (nodeIds: Iterable<string>) => void;
  readonly setHovered: (nodeId: string | null) => void;
  readonly setLayer: (stack: InstancePath, layer: number) => void;
  readonly setLookAt: (port: PortPath, lookAt: LookAt) => void;
  readonly enlarge: (nodeId: string | null) => void;
  readonly setReading: (nodeId: string | null) => void;
  readonly setPins: (pins: readonly PreviewRef[]) => void;
  readonly setLargePreview: (largePreview: PreviewRef | null) => void;
  readonly setBrush: (brush: TokenBrush | null) => void;
  readonly setTheme: (theme: Theme) => void;
  readonly setPanel: (panel: PanelName, change: Partial<PanelState>) => void;
  readonly setCompared: (compared: ComparedWith | null) => void;
  readonly setDiffering: (differing: Differing | null) => void;
  readonly setHeat: (heat: boolean) => void;
  readonly setKeyList: (keyList: boolean) => void;
  readonly setAbout: (about: boolean) => void;
  readonly setHistory: (history: boolean) => void;
  readonly setOutline: (outline: boolean) => void;
  readonly setSymbol: (symbol: string | null) => void;
  readonly setTour: (change: Partial<TourState>) => void;
  readonly setFinder: (finder: Finder | null) => void;
  readonly setExporting: (exporting: boolean) => void;
  readonly setImporting: (importing: OtherDocument | null) => void;
  readonly setImported: (imported: ShownReport | null) => void;
  readonly setProposed: (proposed: ProposedWeights | null) => void;
  readonly setSavingWeights: (savingWeights: SavingWeights | null) => void;
  readonly setAddMenu: (at: AddPlace | null) => void;
  readonly setFolded: (folded: ReadonlySet<string>) => void;
  /** Another document is shown: from its start, or as it was left. */
  readonly reset: (view?: DocumentView) => void;
}

export type ViewStore = StoreApi<ViewState>;

export const DEFAULT_VIEW: RememberedView = {
  theme: 'system',
  panels: {
    library: { open: true, size: 228 },
    modules: { open: true, size: 200 },
    inspector: { open: true, size: 292 },
    problems: { open: false, size: 180 },
    profile: { open: false, size: 300 },
  },
  tourStep: null,
};

/** A document that was not looked at yet. */
function unseen(): DocumentView {
  return {
    openPath: '',
    selection: new Set(),
    layerOf: {},
    lookAt: {},
    folded: new Set(),
    viewports: new Map(),
    enlarged: null,
    pins: [],
    compared: null,
    differing: null,
    heat: false,
  };
}

/** What of the view is the document's. */
export function documentViewOf(state: DocumentView): DocumentView {
  const { openPath, selection, layerOf, lookAt, folded, viewports, enlarged, pins, compared, differing, heat } = state;
  return { openPath, selection, layerOf, lookAt, folded, viewports, enlarged, pins, compared, differing, heat };
}

/** What is open or pointed at while one is at it. */
const AT_REST = {
  hovered: null,
  brush: null,
  reading: null,
  largePreview: null,
  history: false,
  outline: false,
  keyList: false,
  about: false,
  symbol: null,
  finder: null,
  exporting: false,
  importing: null,
  imported: null,
  proposed: null,
  savingWeights: null,
  addMenu: null,
} as const;

export function createViewStore(remembered: RememberedView = DEFAULT_VIEW): ViewStore {
  return createStore<ViewState>()((set) => ({
    ...unseen(),
    ...AT_REST,
    ...remembered,
    tour: { step: remembered.tourStep ?? 0, running: false },
    screen: 'gallery',
    setScreen: (screen) => set({ screen }),
    open: (openPath, selection = []) =>
      set({ openPath, selection: new Set(selection), hovered: null, enlarged: null, reading: null }),
    select: (nodeIds) => set(({ selection }) => ({ selection: sameOr(selection, new Set(nodeIds)) })),
    setHovered: (hovered) => set({ hovered }),
    setLayer: (stack, layer) => set(({ layerOf }) => ({ layerOf: { ...layerOf, [stack]: layer } })),
    setLookAt: (port, lookAt) => set((state) => ({ lookAt: { ...state.lookAt, [port]: lookAt } })),
    enlarge: (enlarged) => set({ enlarged }),
    setReading: (reading) => set({ reading }),
    setPins: (pins) => set({ pins }),
    setLargePreview: (largePreview) => set({ largePreview }),
    setBrush: (brush) => set({ brush }),
    setTheme: (theme) => set({ theme }),
    setPanel: (panel, change) =>
      set(({ panels }) => ({ panels: { ...panels, [panel]: { ...panels[panel], ...change } } })),
    setCompared: (compared) => set({ compared }),
    setDiffering: (differing) => set({ differing }),
    setHeat: (heat) => set({ heat }),
    setKeyList: (keyList) => set({ keyList }),
    setAbout: (about) => set({ about }),
    setHistory: (history) => set({ history }),
    setOutline: (outline) => set({ outline }),
    setSymbol: (symbol) => set({ symbol }),
    setTour: (change) => set(({ tour }) => ({ tour: { ...tour, ...change }, tourStep: change.step ?? tour.step })),
    setFinder: (finder) => set({ finder }),
    setExporting: (exporting) => set({ exporting }),
    setImporting: (importing) => set({ importing }),
    setImported: (imported) => set({ imported }),
    setProposed: (proposed) => set({ proposed }),
    setSavingWeights: (savingWeights) => set({ savingWeights }),
    setAddMenu: (addMenu) => set({ addMenu }),
    setFolded: (folded) => set({ folded }),
    reset: (view = unseen()) => set({ ...view, ...AT_REST }),
  }));
}

function sameOr(before: ReadonlySet<string>, after: ReadonlySet<string>): ReadonlySet<string> {
  return before.size === after.size && before.values().every((id) => after.has(id)) ? before : after;
}
