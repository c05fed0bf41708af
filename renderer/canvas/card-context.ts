/** What the parts of a card share: whether Tab stops at its controls, and under which ids its name finds what it shows. */
import { createContext, useContext } from 'react';

export interface Card {
  /** 0 where Tab stops, for the card that has the focus or had it last; −1 on all others. */
  readonly tabIndex: 0 | -1;
  /** Of the element that says its value in a word or two: `mean −0.0133`. */
  readonly valueId?: string;
  /** Of the picture, whose text tells what it shows. */
  readonly pictureId?: string;
}

/** The same controls stand in dialogs, where Tab stops at all of them. */
const NO_CARD: Card = { tabIndex: 0 };

export const CardContext = createContext<Card>(NO_CARD);

export function useCard(): Card {
  return useContext(CardContext);
}
