/** What train.py has of the losses: which function each is, what a process computes of its own rows, and what is then made of it. */
import { call, name } from '../../../nodes/python.ts';
import { signature } from '../model-file.ts';
import { Names } from '../names.ts';
import { layOut, quote, WIDTH } from '../print.ts';
import type { Comparison, TrainingPlan } from './plan.ts';

export function contrastiveNames({ losses }: TrainingPlan): string {
  const kinds = losses.flatMap(({ how }) => (how.kind === 'contrastive' ? [`${how.loss}_loss`] : []));
  return [...new Set(kinds)].toSorted().join(', ');
}

/** Whether what is computed of a row depends on which loss it is for. */
export function takesLoss({ losses }: TrainingPlan): boolean {
  return losses.some(({ how }) => how.kind !== 'contrastive');
}

/** `LOSSES`, what each of them is computed with, and why some are not shared out. */
export function lossTables({ losses, contrast }: TrainingPlan): string {
  const functions: string[] = [];
  const tables: string[] = [];
  const contrastive = losses.flatMap(({ output, how }) => (how.kind === 'contrastive' ? [{ output, how }] : []));
  if (contrastive.length > 0) {
    const names = new Names([
      'clip_loss',
      'siglip_loss',
      'count',
      'main',
      'parse_column',
      'parse_arguments',
      'check_parts',
    ]);
    const entries: string[] = [];
    for (const { output, how } of contrastive) {
      const isPlain = how.args === undefined && how.unread.length === 0;
      const compute = isPlain ? `${how.loss}_loss` : names.claim(`compare_for_${output}`);
      if (!isPlain) functions.push(comparison(compute, contrast!.names, how).join('\n'));
      entries.push(...entry(quote(output), compute));
    }
    tables.push(
      `# What each loss makes of the model's \`${contrast!.method}\`: ${contrast!.names.join(', ')}.`,
      'CONTRASTIVE = {',
      ...entries,
      '}',
    );
  }
  if (takesLoss({ losses } as TrainingPlan)) tables.push(`LOSSES = ${list(losses.map(({ output }) => quote(output)))}`);
  const joint = losses.flatMap(({ output, how }) => (how.kind === 'joint' ? [{ output, reason: how.reason }] : []));
  if (joint.length > 0) {
    const entries = joint.flatMap(({ output, reason }) => entry(quote(output), quote(reason)));
    tables.push('# Losses of which no process can compute a part, and why.', 'JOINT = {', ...entries, '}');
  }
  const blocks = [...functions, tables.join('\n')].join('\n\n\n');
  // A function stands apart from the imports.
  return functions.length > 0 ? `\n${blocks}` : blocks;
}

/** A function of all features, for a loss that takes them otherwise. */
function comparison(
  compute: string,
  features: readonly string[],
  { loss, args = features.map(name), unread }: Comparison & { readonly loss: string },
): readonly string[] {
  const takes = features.map((feature) => `${feature}: Tensor`);
  const value = call(`${loss}_loss`, args);
  const head = signature(compute, takes, 'Tensor', '');
  if (unread.length === 0) return [...head, ...layOut('return ', value, '', '    ')];
  const sums = unread.map((feature) => `${feature}.sum()`).join(' + ');
  return [
    ...head,
    ...layOut('loss = ', value, '', '    '),
    '    # DistributedDataParallel waits for a gradient of everything, if only 0.',
    `    return loss + 0 * ${unread.length > 1 ? `(${sums})` : sums}`,
  ];
}

function entry(key: string, value: string): readonly string[] {
  const line = `    ${key}: ${value},`;
  return line.length <= WIDTH ? [line] : [`    ${key}: (`, `        ${value}`, '    ),'];
}

function list(items: readonly string[]): string {
  return `[${items.join(', ')}]`;
}

export function objective(plan: TrainingPlan): string {
  const loss = takesLoss(plan);
  return `\
class Objective(nn.Module):
    """What a process computes of its own rows, as DistributedDataParallel calls it."""

    def __init__(self, model: nn.Module${loss ? ', loss: str' : ''}) -> None:
        super().__init__()
        self.model = model
${loss ? '        self.loss = loss\n' : ''}
    def forward(self, inputs: dict[str, Tensor]) -> ${plan.contrast ? 'tuple[Tensor, ...]' : 'Tensor'}:
${objectiveBody(plan, loss).join('\n')}`;
}

function objectiveBody({ contrast, idleWeights }: TrainingPlan, loss: boolean): readonly string[] {
  if (!contrast) return ['        return self.model(**inputs)[self.loss]'];
  const features = `self.model.${contrast.method}(**inputs)`;
  const compared = idleWeights
    ? [
        `        features = ${features}`,
        '        # Views: among the outputs, a parameter itself would count as one without use.',
        '        return tuple(value.view_as(value) for value in features)',
      ]
    : [`        return ${features}`];
  if (!loss) return compared;
  return [
    '        if self.loss not in CONTRASTIVE:',
    '            return (self.model(**inputs)[self.loss],)',
    ...compared,
  ];
}

export function lossLine(plan: TrainingPlan): string {
  if (!plan.contrast) return '        loss = result.float()';
  if (!takesLoss(plan))
    return `\
        features = (value.float() for value in result)
        loss = CONTRASTIVE[self.options.loss](*features)`;
  return `\
        values = [value.float() for value in result]
        compare = CONTRASTIVE.get(self.options.loss)
        loss = compare(*values) if compare else values[0]`;
}
