/** The live region of what screen readers alone are told. */
import { useEffect } from 'react';
import { useApp, useNotices } from '../app-context.ts';
import { keepAnnouncing } from './announcer.ts';

export function Announcer() {
  const app = useApp();
  const spoken = useNotices((state) => state.spoken);
  useEffect(() => keepAnnouncing(app), [app]);
  return (
    // Always there: a region that comes with its text is not announced. A sentence of its own is one even if it repeats.
    <div className="visually-hidden" role="status" aria-label="Announcements" data-announcer>
      {spoken && <p key={spoken.id}>{spoken.text}</p>}
    </div>
  );
}
