/** Starts the tour where it was left, on a fresh copy of its template. */
import { TEMPLATES } from '../../templates/registry.ts';
import type { App } from '../app-context.ts';
import { openTemplate } from '../commands/documents.ts';
import { TOUR_STEPS, TOUR_TEMPLATE } from './steps.ts';

export async function startTour(app: App): Promise<void> {
  await openTemplate(
    app,
    TEMPLATES.find(({ name }) => name === TOUR_TEMPLATE)!,
  );
  const { tour, setTour, setPanel } = app.view.getState();
  const step = tour.step < TOUR_STEPS.length ? tour.step : 0;
  const { place } = TOUR_STEPS[step]!;
  if (place !== '') app.view.getState().open(place);
  setPanel('inspector', { open: true });
  setTour({ step, running: true });
}
