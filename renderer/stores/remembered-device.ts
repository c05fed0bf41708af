/** What computes, and how: what the person chose, and what was measured of this machine; in localStorage between sessions. */
import { z } from 'zod';
import type { FloatStorage } from '../../gpu/ir/storage.ts';
import { recall } from './recall.ts';

/** `automatic`: a GPU; where the adapter is a software one, or there is none, whichever is faster. */
export const DEVICE_CHOICES = ['automatic', 'gpu', 'cpu', 'reference'] as const;

export type DeviceChoice = (typeof DEVICE_CHOICES)[number];

/** What was measured, once per adapter and driver. */
export interface DeviceVerdict {
  readonly adapter: string;
  readonly faster: 'gpu' | 'cpu';
}

export interface RememberedDevice {
  readonly choice: DeviceChoice;
  /** What floats are in the memory of a GPU. */
  readonly storage: FloatStorage;
  /** Null until it was measured. */
  readonly verdict: DeviceVerdict | null;
}

const KEY = 'patchbay:device';

const remembered = () =>
  z.object({
    choice: z.enum(DEVICE_CHOICES),
    // Earlier versions had no choice.
    storage: z.enum(['f32', 'f16']).default('f32'),
    verdict: z.object({ adapter: z.string().min(1), faster: z.enum(['gpu', 'cpu']) }).nullable(),
  });

const NOTHING: RememberedDevice = { choice: 'automatic', storage: 'f32', verdict: null };

export function recallDevice(storage: Pick<Storage, 'getItem'>): RememberedDevice {
  return recall(storage, KEY, remembered) ?? NOTHING;
}

/** Takes the place of what was remembered before, part by part. */
export function rememberDevice(storage: Pick<Storage, 'getItem' | 'setItem'>, change: Partial<RememberedDevice>): void {
  try {
    storage.setItem(KEY, JSON.stringify({ ...recallDevice(storage), ...change }));
  } catch {
    // Storage is full or denied: it is chosen, or measured, again next time.
  }
}
