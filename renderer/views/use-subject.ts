/** What a view node has to show, kept by identity while nothing of it changes. */
import { useMemo } from 'react';
import { useFact } from '../canvas/use-facts.ts';
import { createSubjectReader, type ViewNode } from './subject.ts';
import type { ViewSubject } from './view.ts';

export function useSubject({ id, name, shows }: ViewNode): ViewSubject | null {
  const read = useMemo(() => createSubjectReader({ id, name, shows }), [id, name, shows]);
  return useFact(read);
}
