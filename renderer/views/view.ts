/**
 * What a view is: from what is wired to a view node and how it is looked at, to a picture, the value at a place of it, a
 * sentence, and a table. Each kind is one record in one file; cards, the large view and exports all read it.
 */
import type { InstancePath, PortPath, Source } from '../../graph/instance.ts';
import type { PortType } from '../../graph/signature.ts';
import type { Preview, PreviewSpec } from '../../gpu/runtime/types.ts';
import type { ViewKind, Params } from '../../nodes/definition.ts';
import type { TokensSpec } from '../../nodes/text/token-rows.ts';
import type { Tokenizer } from '../../nodes/text/tokenizer.ts';
import type { TokenizerSpec } from '../../nodes/text/tokenizers.ts';
import type { Legend, Picture } from '../previews/painter.ts';
import type { Palette } from '../previews/palette.ts';
import type { WantedPicture } from '../previews/use-picture.ts';
import type { TensorData } from '../session/session-api.ts';
import type { LookAt } from '../stores/view.ts';

/** What one place along an axis stands for. */
export interface ItemName {
  /** A caption, or the name of a picture's file. */
  readonly text: string;
  readonly picture: WantedPicture | null;
}

/** One wired input, and what the graph tells of its value. */
export interface ViewInput {
  readonly path: PortPath;
  readonly source: Source;
  readonly type: PortType;
  /** Names of the places along the last two axes; null where the graph does not tell. */
  readonly rows: readonly ItemName[] | null;
  readonly columns: readonly ItemName[] | null;
  /** The text that it comes from. */
  readonly tokens: TokensSpec | null;
  /** The pictures that it comes from, one per place of the batch. */
  readonly pictures: readonly ItemName[] | null;
}

/** Plain data: what there is to see, and how it is looked at. */
export interface ViewSubject {
  readonly kind: ViewKind;
  /** Of the view node's instance. */
  readonly path: InstancePath;
  readonly name: string;
  readonly params: Params;
  readonly inputs: Readonly<Record<string, ViewInput | undefined>>;
  readonly look: LookAt;
  /** Position of the token that is pointed at in another view of the same sequence. */
  readonly brush: number | null;
}

/** What a view asks of one input. */
export interface Wish {
  /** Statistics, histogram and codes; those that nobody looks at are asked for at size 1. */
  readonly spec: PreviewSpec;
  /** The part whose exact numbers are read: indices of the leading axes; null for none. */
  readonly index: readonly number[] | null;
}

export interface Answer {
  readonly preview: Preview;
  readonly values: TensorData | null;
}

export type Answers = Readonly<Record<string, Answer | undefined>>;

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Room of a view, and a context to measure text with. Units are CSS pixels, for a card, a window and a file alike. */
export interface Frame extends Size {
  readonly context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;
}

/** Where a view is painted. */
export interface Surface extends Frame {
  readonly palette: Palette;
  /** Null while it is decoded, or where it is missing. */
  readonly pictureOf: (wanted: WantedPicture) => Picture | null;
}

/** One cell, token, point or bar: what the pointer or the cursor is on. */
export interface Pointed {
  readonly row: number;
  readonly column: number;
}

/** A table of what is shown, for .csv and .npy. */
export interface DataTable {
  readonly shape: readonly number[];
  readonly values: Float32Array | Int32Array;
  /** As many as the last axis is long, where they have names. */
  readonly columns: readonly string[] | null;
  /** As many as the axis before it is long. */
  readonly rows: readonly string[] | null;
}

/** A view that can be shown: what its record made of the answers. */
export interface Shown {
  readonly paint: (surface: Surface, pointed: Pointed | null) => void;
  /** What lies at a place; null for nothing. */
  readonly pointAt: (place: { readonly x: number; readonly y: number }, frame: Frame) => Pointed | null;
  /** Places that the cursor can go to: how many columns each row has. */
  readonly extent: readonly number[];
  /** `[2, 0] street.png × a red circle: 0.8134`. */
  readonly describe: (pointed: Pointed) => string;
  /** Looks at it in another way because this was clicked; absent where a click does nothing. */
  readonly choose?: (pointed: Pointed) => LookAt;
  /** The token of the sequence under the pointer, which other views of the same sequence look from. */
  readonly tokenAt?: (pointed: Pointed) => number | null;
  readonly legend: (pointed: Pointed | null) => Legend | null;
  /** One line below. */
  readonly note: (pointed: Pointed | null) => string;
  /** For those who hear it. */
  readonly sentence: string;
  readonly table: () => DataTable;
  readonly pictures: readonly WantedPicture[];
}

/** The tokenizer of a text; null where its file is missing. */
export type TokenizerOf = (spec: TokenizerSpec) => Tokenizer | null;

export interface ViewRecord {
  /** What it needs of which inputs. */
  readonly wishes: (subject: ViewSubject) => Readonly<Record<string, Wish>>;
  /** Every wish is answered. */
  readonly show: (subject: ViewSubject, answers: Answers, tokenizerOf: TokenizerOf) => Shown;
}

/** Nothing but the statistics. */
export const STATISTICS: PreviewSpec = { index: [], maxSide: 1, view: 'matrix' };

/** Which place of a batch of this size is looked at. */
export function itemOf({ index }: LookAt, batch: number): number {
  return Math.max(0, Math.min(Math.trunc(index?.[0] ?? 0), batch - 1));
}
