/** Measures the matmul families on an engine's adapter, once per adapter and driver, and takes up the result. */
import { compile } from './compile.ts';
import { createBuilder } from './ops/create-builder.ts';
import type { Plan, Tuning } from './plan.ts';
import type { Engine } from './runtime/engine.ts';
import { measureTiles, type Candidate } from './runtime/tune.ts';
import { SHAPE_CLASSES, tileCandidates, type ShapeClass } from './wgsl/matmul/choose.ts';
import { MATMUL_TILES } from './wgsl/matmul/tiles.ts';

/** The smallest product that is measured of each class. */
const SIZES: Readonly<Record<ShapeClass, { rows: number; depth: number; columns: number }>> = {
  thin: { rows: 1, depth: 768, columns: 768 },
  small: { rows: 64, depth: 128, columns: 192 },
  large: { rows: 196, depth: 128, columns: 192 },
};

/**
 * Sets and returns `engine.tuning`. A tuning of the same adapter that covers every class is kept as it is.
 * @throws the signal's reason if it is aborted.
 */
export async function tuneEngine(engine: Engine, signal?: AbortSignal): Promise<Tuning> {
  const { adapter, matmul, traits } = engine.tuning;
  const known = adapter === engine.fingerprint && SHAPE_CLASSES.every((shapeClass) => matmul[shapeClass] !== undefined);
  if (known) return engine.tuning;
  const candidates = SHAPE_CLASSES.flatMap((shapeClass) => {
    return tileCandidates(shapeClass, traits).map((tile): Candidate => {
      return { shapeClass, tile, family: MATMUL_TILES[tile]!.family };
    });
  });
  const planFor = (candidate: Candidate, scale: number) => productPlan(engine, candidate, scale);
  engine.tuning = await measureTiles(engine, { candidates, planFor, signal });
  return engine.tuning;
}

function productPlan({ info, tuning }: Engine, { shapeClass, tile }: Candidate, scale: number): Plan {
  const { rows, depth, columns } = SIZES[shapeClass as ShapeClass];
  const builder = createBuilder();
  builder.origin = `measuring ${tile}`;
  const shapes = { x: [rows, depth], weight: [columns * scale, depth] };
  const [x, weight] = Object.entries(shapes).map(([name, shape]) => {
    return builder.emit('weight', [], { path: name, key: `measured ${name} ${shape.join(' ')}`, dtype: 'f32', shape });
  });
  builder.output('y', builder.emit('linear', [x!, weight!]), 'output');
  const matmul = Object.fromEntries(SHAPE_CLASSES.map((name) => [name, tile]));
  return compile(builder.build(), { limits: info.limits, tuning: { ...tuning, matmul }, keep: 'outputs' });
}
