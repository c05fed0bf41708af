/** What a view node has to show, kept by identity while nothing of it changes. */
import { useMemo } from 'react';
import type { InstancePath } from '../../graph/instance.ts';
import { useFact } from '../canvas/use-facts.ts';
import { createSubjectReader, type ViewNode } from './subject.ts';
import type { ViewSubject } from './view.ts';

/** @param around The module instance that the view stands in; absent: the one that is open. */
export function useSubject({ id, name, shows }: ViewNode, around?: InstancePath): ViewSubject | null {
  const read = useMemo(() => createSubjectReader({ id, name, shows }), [id, name, shows]);
  return useFact((derived, view) => read(derived, around === undefined ? view : { ...view, openPath: around }));
}
