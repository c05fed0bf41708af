/** Verifies an export in the application: its own engine beside the device of the canvas, on several random inputs. */
import type { ExportSource } from '../../export/target.ts';
import type { RunningExport } from '../../export/verify/engine.ts';
import type { VerifyReport, VerifyRound } from '../../export/verify/report.ts';
import { verifyRound } from '../../export/verify/rounds.ts';
import type { PytorchHost } from '../platform/platform.ts';
import { computesOn } from '../session/computes-on.ts';
import { DEVICES, openDevice } from '../session/open-device.ts';
import type { DeviceChoice } from '../stores/remembered-device.ts';
import { openInOnnxRuntime, openInPytorch } from './engines.ts';

const SEEDS = 3;

interface AppEngine {
  readonly title: string;
  readonly open: (source: ExportSource, host: PytorchHost) => Promise<RunningExport>;
}

/** By the export target's name. */
const ENGINES: Readonly<Record<string, AppEngine>> = {
  onnx: { title: 'ONNX Runtime', open: openInOnnxRuntime },
  pytorch: { title: 'PyTorch', open: openInPytorch },
};

export interface VerifyProgress {
  /** What is being waited for before inputs are compared; null from then on. */
  readonly starting: string | null;
  readonly done: number;
  readonly total: number;
}

/**
 * @param target name of the export target, one that has an engine.
 * @param choice the device that the canvas computes on.
 * @throws what the engine throws; {LimitError} where the device has no room for the graph.
 */
export async function verifyExport(
  source: ExportSource,
  target: string,
  choice: DeviceChoice,
  host: PytorchHost,
  onProgress: (progress: VerifyProgress) => void,
): Promise<VerifyReport> {
  const engine = ENGINES[target];
  if (!engine) throw new RangeError(`nothing runs ${target} here`);
  onProgress({ starting: engine.title, done: 0, total: SEEDS });
  const { device } = await openDevice({ choice, tuning: null, verdict: null, onLost: () => undefined }, DEVICES);
  try {
    const exported = await engine.open(source, host);
    try {
      const rounds: VerifyRound[] = [];
      for (let seed = 0; seed < SEEDS; seed++) {
        onProgress({ starting: seed === 0 ? engine.title : null, done: seed, total: SEEDS });
        rounds.push(await verifyRound(source, exported, computesOn(device), new Set(), seed));
      }
      return { against: target, engine: engine.title, device: device.info.name, rounds };
    } finally {
      await exported.dispose();
    }
  } finally {
    await device.dispose();
  }
}
