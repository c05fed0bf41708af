/** Measures the matmul families on an engine's adapter, once per adapter and driver, and takes up the result. */
import { compile } from './compile.ts';
import type { FloatStorage } from './ir/storage.ts';
import type { ValueId } from './ir/types.ts';
import { createBuilder } from './ops/create-builder.ts';
import type { Plan, Tuning } from './plan.ts';
import type { Engine } from './runtime/engine.ts';
import { measureTiles, type Candidate } from './runtime/tune.ts';
import { SHAPE_CLASSES, tileCandidates, tuningKey, type ShapeClass } from './wgsl/matmul/choose.ts';
import { MATMUL_TILES } from './wgsl/matmul/tiles.ts';

/** The smallest product that is measured of each class. */
const SIZES: Readonly<Record<ShapeClass, { rows: number; depth: number; columns: number }>> = {
  thin: { rows: 1, depth: 768, columns: 768 },
  deep: { rows: 64, depth: 1024, columns: 64 },
  small: { rows: 64, depth: 128, columns: 192 },
  large: { rows: 196, depth: 128, columns: 192 },
};

export interface TuneEngineOptions {
  /** What floats are in memory where plans are to be fast; f32 unless given. */
  readonly storage?: FloatStorage;
  readonly signal?: AbortSignal;
}

/**
 * Sets and returns `engine.tuning`. What is known of the same adapter is kept as it is; classes that are measured are taken up
 * one by one, so that those that follow are all that is left to do where it was ended in between.
 * Takes seconds on a software adapter; runs of other plans go in between.
 * @throws the signal's reason if it is aborted; {DeviceFault} if the device is lost, or makes way for another.
 */
export async function tuneEngine(engine: Engine, { storage = 'f32', signal }: TuneEngineOptions = {}): Promise<Tuning> {
  const operands = engine.info.shaderF16 ? storage : 'f32';
  for (const shape of SHAPE_CLASSES) {
    const key = tuningKey(shape, storage);
    const { matmul, clocks, traits } = engine.tuning;
    // Of what was measured by older versions the clock is not known, and one that was too coarse may have misled them.
    if (matmul[key] !== undefined && clocks?.[key] !== undefined) continue;
    const candidates = tileCandidates(shape, traits, operands).map((tile): MatmulCandidate => {
      return { shape, tile, family: MATMUL_TILES[tile]!.family };
    });
    const planFor = (candidate: MatmulCandidate, scale: number) => productPlan(engine, candidate, scale, storage);
    const { tile, clock } = await measureTiles(engine, { candidates, planFor, signal });
    engine.tuning = {
      ...engine.tuning,
      matmul: { ...engine.tuning.matmul, [key]: tile },
      clocks: { ...engine.tuning.clocks, [key]: clock },
    };
  }
  return engine.tuning;
}

interface MatmulCandidate extends Candidate {
  readonly shape: ShapeClass;
}

function productPlan(
  { info, tuning }: Engine,
  { shape, tile }: MatmulCandidate,
  scale: number,
  storage: FloatStorage,
): Plan {
  const { rows, depth, columns } = SIZES[shape];
  const { limits, shaderF16 = false } = info;
  const builder = createBuilder();
  builder.origin = `measuring ${tile}`;
  const leaf = (op: 'input' | 'weight', name: string, shape: readonly number[]): ValueId => {
    const named = op === 'input' ? { name } : { path: name };
    return builder.emit(op, [], { ...named, key: `measured ${name} ${shape.join(' ')}`, dtype: 'f32', shape });
  };
  // More columns would give a GPU enough to do, and that is what is not there in a deep product.
  const [steps, width] = shape === 'deep' ? [depth * scale, columns] : [depth, columns * scale];
  // As in a model: what is computed is stored as weights are, where shaders can.
  const x = leaf(shaderF16 ? 'weight' : 'input', 'x', [rows, steps]);
  const weight = leaf('weight', 'weight', [width, steps]);
  builder.output('y', builder.emit('linear', [x, weight]), 'output');
  const matmul = Object.fromEntries(SHAPE_CLASSES.map((name) => [tuningKey(name, storage), tile]));
  return compile(builder.build(), { limits, shaderF16, tuning: { ...tuning, matmul }, keep: 'outputs', storage });
}
