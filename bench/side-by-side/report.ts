/** Results as Markdown. */
import { isWrong, median, WRONG, type Cell, type Measured, type Results, type Table } from './results.ts';

const COLUMNS = [
  'engine',
  'median',
  'least … most',
  'runs',
  '× Patchbay',
  'GFLOP/s',
  'GB/s',
  'first result',
  'compile',
  'memory',
  'dispatches',
  'error',
] as const;

/** All that was kept, each host and adapter under a heading. */
export function reportOf(all: readonly Results[]): string {
  return [
    '# Patchbay beside other engines',
    '',
    'Written by `npm run bench`, from the JSON files in `results`. In a table all engines ran in turn, one run each in every',
    'round. A run goes from the inputs to the outputs on the host, with weights where the engine keeps them; ONNX Runtime and',
    "Patchbay's CPU device also take the inputs anew. “× Patchbay” is the ratio of the medians to Patchbay's on the GPU: 2 takes",
    'twice as long. “First result” is from the model and its weights to the first outputs, in a new process (in Chromium a new',
    'browser), with shader caches on disk off; “compile” is what of it a median run does not explain. “Memory” is by how much the',
    "engine's processes grew at most over that and one run, the model and the numbers that they were handed not counted: on a",
    'real GPU what the host holds alone; in brackets what Patchbay planned for the device. “Error” is the greatest relative',
    `error (L2) of an output; above ${WRONG} no ratio is given.`,
    '',
    ...withoutGpu(all),
    ...all.flatMap(sectionOf),
  ].join('\n');
}

/** What has not been measured is said. */
function withoutGpu(all: readonly Results[]): string[] {
  if (all.some(({ tables }) => tables.some(({ scale }) => scale === 'hardware'))) return [];
  return [
    'No real GPU could be had so far: every adapter here computes on the CPU. Nor could matmuls by matrices of subgroups',
    '(`PATCHBAY_SUBGROUP_MATRICES=1`) be timed: none of these adapters has any.',
    '',
  ];
}

function sectionOf({ host, hostVersion, adapter, driver, machine, commit, tables }: Results): string[] {
  return [
    `## ${host === 'node' ? 'Node' : 'Chromium'}, ${adapter}`,
    '',
    `${machine}; ${hostVersion}; adapter ${driver.split('|').filter(Boolean).join(', ')}; at ${commit}.`,
    '',
    ...versionsOf(tables),
    ...tables.flatMap(tableOf),
  ];
}

function versionsOf(tables: readonly Table[]): string[] {
  const measured = tables.flatMap(({ cells }) => cells.filter(isMeasured));
  const lines = new Set(measured.map(({ title, version, device }) => `- ${title}: ${version}, on ${device}`));
  return lines.size === 0 ? [] : [...lines, ''];
}

/** One workload. */
export function tableOf(table: Table): string[] {
  const { title, size, flops, reference, rounds, budget, date, load, command, cells } = table;
  const ours = cells.filter(isMeasured).find(({ engine }) => engine === 'patchbay');
  return [
    `### ${title}`,
    '',
    `${size}; ${(flops / 1e9).toPrecision(3)} GFLOP. ${date}, load ${load.map((value) => value.toFixed(1)).join(' to ')}; up to ${rounds} rounds, none begun after`,
    `${budget} s of an engine; errors against ${reference}. \`${command}\``,
    '',
    `| ${COLUMNS.join(' | ')} |`,
    `|${COLUMNS.map((_, column) => (column === 0 ? '---' : '--:')).join('|')}|`,
    ...cells.map((cell) => `| ${rowOf(cell, table, ours).join(' | ')} |`),
    '',
  ];
}

function rowOf(cell: Cell, { flops, bytes }: Table, ours: Measured | undefined): string[] {
  if (!isMeasured(cell)) {
    const reason = cell.reason.replaceAll('|', '\\|').replaceAll('\n', ' ');
    return [cell.title, `not measured: ${reason}`, ...COLUMNS.slice(2).map(() => '')];
  }
  const { title, times, first, facts, peakBytes, error } = cell;
  const typical = median(times);
  const comparable = ours !== undefined && !isWrong(cell) && !isWrong(ours);
  const planned = facts.deviceBytes === undefined ? '' : ` (${mebibytes(facts.deviceBytes)})`;
  return [
    title,
    `${digits(typical)} ms`,
    `${digits(Math.min(...times))} … ${digits(Math.max(...times))}`,
    String(times.length),
    comparable ? digits(typical / median(ours.times)) : '–',
    digits(flops / typical / 1e6),
    bytes === undefined ? '' : digits(bytes / typical / 1e6),
    `${digits(first)} ms`,
    `${digits(Math.max(first - typical, 0))} ms`,
    `${peakBytes === undefined ? '–' : mebibytes(peakBytes)}${planned}`,
    facts.dispatches === undefined ? '' : `${facts.dispatches}, ${facts.pipelines} pipelines`,
    errorOf(cell, error),
  ];
}

function errorOf(cell: Measured, error: number | undefined): string {
  if (error === undefined) return '–';
  return isWrong(cell) ? `**${error.toExponential(1)}: wrong**` : error.toExponential(1);
}

function isMeasured(cell: Cell): cell is Measured {
  return cell.kind === 'measured';
}

/** Three digits, and no more than whole numbers need. */
function digits(value: number): string {
  return value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}

function mebibytes(bytes: number): string {
  return `${digits(bytes / 2 ** 20)} MiB`;
}
