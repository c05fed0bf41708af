/** The small rules of the shell: closing, deaths of the GPU process, bounds, the command line. */
import { expect, test } from 'vitest';
import { documentsIn } from './arguments.ts';
import { decideClose, INITIAL_GUARD } from './close-guard.ts';
import { countDeath, NO_DEATHS, type GpuDeaths } from './recovery.ts';
import { boundsToOpen } from './window-state.ts';

test('a window closes at once unless edits would be lost', () => {
  const dirty = { ...INITIAL_GUARD, dirty: true };
  expect(decideClose(INITIAL_GUARD)).toBe('close');
  expect(decideClose(dirty)).toBe('ask-renderer');
  expect(decideClose({ ...dirty, responsive: false })).toBe('ask-natively');
  expect(decideClose({ ...dirty, allowed: true })).toBe('close');
  expect(decideClose({ ...dirty, alive: false })).toBe('close');
});

test('the third death within ten minutes offers a relaunch, once', () => {
  const minute = 60_000;
  const offers = (times: readonly number[]) => {
    let deaths: GpuDeaths = NO_DEATHS;
    return times.map((time) => {
      const report = countDeath(deaths, 'crashed', time * minute)!;
      deaths = report.deaths;
      return `${report.count}${report.offerRelaunch ? ' offer' : ''}`;
    });
  };
  expect(offers([0, 1, 2, 3])).toEqual(['1', '2', '3 offer', '4']);
  expect(offers([0, 9, 18, 27])).toEqual(['1', '2', '2', '2']);
  expect(offers([0, 1, 2, 13, 14, 15])).toEqual(['1', '2', '3 offer', '1', '2', '3 offer']);
  expect(countDeath(NO_DEATHS, 'clean-exit', 0)).toBeNull();
});

test('a window opens where it was, unless no screen shows that place', () => {
  const screen = { x: 0, y: 25, width: 1920, height: 1055 };
  const second = { x: 1920, y: 0, width: 1280, height: 1024 };
  const saved = { x: 2000, y: 100, width: 1000, height: 700 };
  expect(boundsToOpen(saved, [screen, second])).toEqual(saved);
  expect(boundsToOpen(saved, [screen])).toEqual({ width: 1440, height: 900 });
  expect(boundsToOpen(null, [screen])).toEqual({ width: 1440, height: 900 });
  expect(boundsToOpen(null, [{ ...screen, width: 1280, height: 720 }])).toEqual({ width: 1280, height: 720 });
  // The title bar above the screen, or a sliver of the window on it: nothing to take hold of.
  expect(boundsToOpen({ ...saved, x: 0, y: -50 }, [screen])).not.toHaveProperty('x');
  expect(boundsToOpen({ ...saved, x: 1900 }, [screen])).not.toHaveProperty('x');
});

test('of a command line the documents are opened, seen from where it was given', () => {
  const argv = ['/usr/bin/electron', '.', '--no-sandbox', '--x=a.patchbay', 'a.patchbay', '/b/C.PATCHBAY', 'd.json'];
  expect(documentsIn(argv, '/home')).toEqual(['/home/a.patchbay', '/b/C.PATCHBAY']);
  expect(documentsIn(['app.patchbay'], '/home')).toEqual([]);
});
