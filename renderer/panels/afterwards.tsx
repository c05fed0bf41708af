/** What is not needed to begin with: it is rendered once what stands beside it is on screen, in pauses of what the person does. */
import { useDeferredValue, type ReactNode } from 'react';

export function Afterwards({ children }: { readonly children: ReactNode }) {
  return useDeferredValue(true, false) ? children : null;
}
