/** The tour's card beside what it is about. It takes no focus and covers nothing that is needed; what is done moves it on. */
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { useApp, useView } from '../app-context.ts';
import { showChord } from '../commands/keys.ts';
import { factsOf, TOUR_STEPS } from './steps.ts';

const WIDTH = 300;
const HEIGHT = 170;
const GAP = 14;
/** What is pointed at may be moved, scrolled and zoomed: it is looked for this often, in milliseconds. */
const LOOK_AGAIN = 150;

export function Tour() {
  const { running, step } = useView((state) => state.tour);
  const screen = useView((state) => state.screen);
  // What lies over the window is looked at first; the tour goes on when it is closed.
  const covered = useView((state) => state.finder !== null || state.exporting);
  if (!running || screen !== 'editor') return null;
  return step < TOUR_STEPS.length ? <Step key={step} index={step} covered={covered} /> : !covered && <End />;
}

function Step({ index, covered }: { readonly index: number; readonly covered: boolean }) {
  const app = useApp();
  const { title, text, anchor, place, done } = TOUR_STEPS[index]!;
  const astray = useView((state) => state.openPath !== place);
  const { setTour } = app.view.getState();
  usePlacingAgain();
  const box = useAnchor(anchor);
  const start = useMemo(() => factsOf(app), [app]);
  useEffect(() => {
    const look = (): void => {
      const { tour, setTour: move } = app.view.getState();
      // Moving on is itself a change of the view, and is told here once more.
      if (tour.step === index && done(factsOf(app), start)) move({ step: index + 1 });
    };
    const stops = [app.document.subscribe(look), app.view.subscribe(look)];
    look();
    return () => stops.forEach((stop) => stop());
  }, [app, done, start, index]);
  useEffect(() => {
    const node = /data-node="(\w+)"/.exec(anchor)?.[1];
    if (node === undefined || astray) return undefined;
    const reveal = (): void => app.canvas.current?.reveal([node]);
    reveal();
    addEventListener('resize', reveal);
    return () => removeEventListener('resize', reveal);
  }, [app, anchor, astray]);
  if (covered) return null;
  return (
    <>
      {box && (
        <div
          className="tour-ring"
          aria-hidden="true"
          style={{ left: box.left - 4, top: box.top - 4, width: box.width + 8, height: box.height + 8 }}
        />
      )}
      <section className="tour-card" aria-label="Tour" style={placeBeside(box)}>
        <p className="muted">
          Step {index + 1} of {TOUR_STEPS.length}
        </p>
        <div aria-live="polite">
          <h2>{title}</h2>
          <p>{astray ? `This step is ${placeText(place)}.` : withKeys(text, app.platform.mac)}</p>
        </div>
        <div className="tour-buttons">
          <button type="button" className="button" onClick={() => setTour({ running: false })}>
            Leave the tour
          </button>
          {index > 0 && (
            <button type="button" className="button" onClick={() => goTo(index - 1)}>
              Back
            </button>
          )}
          {astray && (
            <button type="button" className="button primary" onClick={() => goTo(index)}>
              Go there
            </button>
          )}
          <button type="button" className="button" onClick={() => goTo(index + 1)}>
            Skip
          </button>
        </div>
      </section>
    </>
  );

  /** Without doing: what the step needs open is opened. */
  function goTo(next: number): void {
    const { open, openPath } = app.view.getState();
    const place = TOUR_STEPS[next]?.place;
    if (place !== undefined && place !== openPath) open(place);
    setTour({ step: next });
  }
}

function placeText(place: string): string {
  return place === '' ? 'in the main module' : `inside ${place}`;
}

/** With the keys as this machine writes them. */
function withKeys(text: string, mac: boolean): string {
  return text.replaceAll(/Mod\+\w/g, (chord) => showChord(chord, mac));
}

function End() {
  const { view } = useApp();
  return (
    <section className="tour-card" aria-label="Tour" style={placeBeside(null)}>
      <div aria-live="polite">
        <h2>That is the tour</h2>
        <p>The gallery has whole models to open and take apart. F1 explains the node that is selected.</p>
      </div>
      <div className="tour-buttons">
        <button
          type="button"
          className="button primary"
          onClick={() => view.getState().setTour({ running: false, step: 0 })}
        >
          Done
        </button>
      </div>
    </section>
  );
}

/** A card that is placed in the window is placed again when that changes its size. */
function usePlacingAgain(): void {
  useSyncExternalStore(
    (listener) => {
      addEventListener('resize', listener);
      return () => removeEventListener('resize', listener);
    },
    () => `${innerWidth} × ${innerHeight}`,
  );
}

/** Where the element is on screen; null while it is not there. */
function useAnchor(selector: string): DOMRect | null {
  const [box, setBox] = useState<DOMRect | null>(null);
  useEffect(() => {
    const look = (): void => {
      const now = document.querySelector(selector)?.getBoundingClientRect() ?? null;
      setBox((before) => (same(before, now) ? before : now));
    };
    look();
    const timer = setInterval(look, LOOK_AGAIN);
    return () => clearInterval(timer);
  }, [selector]);
  return box;
}

function same(a: DOMRect | null, b: DOMRect | null): boolean {
  return a?.left === b?.left && a?.top === b?.top && a?.width === b?.width && a?.height === b?.height;
}

/** At its right, its left or below it, whichever has room; else, as for what is everywhere, at the bottom. */
function placeBeside(box: DOMRect | null): { readonly left: number; readonly top: number } {
  const bottom = { left: (innerWidth - WIDTH) / 2, top: innerHeight - HEIGHT - 60 };
  if (!box) return bottom;
  const top = Math.max(GAP, Math.min(box.top, innerHeight - HEIGHT - 60));
  if (box.height < 60 && box.bottom + GAP + HEIGHT < innerHeight)
    return { left: Math.max(GAP, Math.min(box.left, innerWidth - WIDTH - GAP)), top: box.bottom + GAP };
  if (box.width > innerWidth / 2) return bottom;
  if (box.right + GAP + WIDTH + GAP < innerWidth) return { left: box.right + GAP, top };
  if (box.left - GAP - WIDTH > 0) return { left: box.left - GAP - WIDTH, top };
  return bottom;
}
