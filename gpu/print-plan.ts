/** A plan as text: what runs in which order, over which memory; for `patchbay plan` and for messages. */
import type { Access, DispatchStep, Place, Plan, PlanShader, Step, Stored } from './plan.ts';

/**
 * One line per leaf, step and output, totals, and what is fused into each step, with the reasons why not more is. Values are named by the first digits of their keys.
 * @param withShaders Also print the WGSL.
 */
export function printPlan(plan: Plan, { withShaders = false } = {}): string {
  const { memory, shaders, steps, leaves, outputs, arena } = plan;
  const short = shortKeys(plan);
  return [
    `plan: ${steps.length} steps, ${shaders.length} shaders, ${(plan.flops / 1e9).toFixed(3)} GFLOP`,
    `memory: arena ${bytes(memory.arenaBytes)} in ${arena.length} buffers (alive at once ${bytes(memory.livePeakBytes)}), weights ${bytes(memory.weightBytes)}, kept ${bytes(memory.keptBytes)}`,
    '',
    'leaves',
    ...leaves.map(
      ({ kind, name, key, type, storage, texels }) =>
        `  ${short(key)} = ${kind} ${name}: ${type.dtype}[${type.shape.join(', ')}]${texels ? AS_TEXELS : asStored(storage)}`,
    ),
    '',
    'arena',
    ...arena.map((size, index) => `  a${index}: ${bytes(size)}`),
    '',
    'steps',
    ...steps.map((step, index) => `  ${String(index).padStart(3)}  ${printStep(step, shaders, short)}`),
    '',
    'fusion',
    ...steps.flatMap((step, index) => (step.kind === 'dispatch' ? printFusion(step, index, short) : [])),
    '',
    'outputs',
    ...outputs.map(({ name, kind, type, place }) => {
      return `  ${kind} ${name}: ${type.dtype}[${type.shape.join(', ')}] at ${printPlace(place, short)}`;
    }),
    ...(withShaders ? shaders.map((shader, index) => `\nshader ${index} (${shader.label})\n${shader.wgsl}`) : []),
    '',
  ].join('\n');
}

/** What is fused into a kernel, by instances, and why each value that it writes is not left out. */
function printFusion(
  { operations, stored, apart, label }: DispatchStep,
  index: number,
  short: (key: string) => string,
): string[] {
  const byOrigin: { origin: string; ops: string[] }[] = [];
  for (const { op, origin } of operations) {
    const last = byOrigin.at(-1);
    if (last?.origin === origin) last.ops.push(op);
    else byOrigin.push({ origin, ops: [op] });
  }
  const fused = byOrigin.map(({ origin, ops }) => `${ops.join('+')} of ${origin}`).join(', ');
  return [
    `  ${String(index).padStart(3)}  ${fused || label}`,
    ...(apart === undefined ? [] : [`       not one with the matmul before it: ${apart}`]),
    ...stored.map(({ place, why }) => `       stores ${printPlace(place, short)}: ${why.join('; ')}`),
  ];
}

function printStep(step: Step, shaders: readonly PlanShader[], short: (key: string) => string): string {
  const origins = step.origins.join(', ');
  switch (step.kind) {
    case 'dispatch': {
      const places = (isWanted: (access: Access) => boolean): string => {
        return step.bindings
          .filter(({ access }) => isWanted(access))
          .map(({ place }) => printPlace(place, short))
          .join(', ');
      };
      const groups = step.workgroups.filter((count) => count > 1).join('×') || '1';
      const invocations = shaders[step.shader]!.workgroupSize.join('×');
      return `${places((access) => access === 'write')} = ${step.label}(${places((access) => access !== 'write')})  shader ${step.shader}, ${groups} groups of ${invocations}, ${(step.flops / 1e6).toFixed(1)} MFLOP  # ${origins}`;
    }
    case 'copy':
      return `${printPlace(step.to, short)} = copy ${printPlace(step.from, short)}  # ${origins}`;
    case 'clear':
      return `${printPlace(step.place, short)} = 0  # ${origins}`;
    default:
      return step satisfies never;
  }
}

const AS_TEXELS = ' as a texture';

function printPlace(place: Place, short: (key: string) => string): string {
  const at = place.kind === 'arena' ? `a${place.buffer}+${place.offset}:${place.byteLength}` : short(place.key);
  return `${at}${place.kind === 'pool' && place.texels ? AS_TEXELS : asStored(place.storage)}`;
}

/** What the elements are in memory, where it is not what the dtype says. */
function asStored(storage: Stored['storage']): string {
  return storage === undefined ? '' : ` as ${storage}`;
}

/** The fewest first digits that tell all keys of the plan apart, at least six. */
function shortKeys(plan: Plan): (key: string) => string {
  const keys = new Set([...plan.leaves, ...plan.outputs].map(({ key }) => key));
  for (const { reads, writes } of plan.steps) for (const key of [...reads, ...writes]) keys.add(key);
  let length = 6;
  while (new Set([...keys].map((key) => key.slice(0, length))).size < keys.size) length++;
  return (key) => key.slice(0, length);
}

function bytes(count: number): string {
  if (count < 1024) return `${count} B`;
  return count < 2 ** 20 ? `${(count / 1024).toFixed(1)} KiB` : `${(count / 2 ** 20).toFixed(1)} MiB`;
}
