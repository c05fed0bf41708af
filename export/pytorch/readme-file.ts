/** README.md: what is in the package and how to use it. */
import type { ExportSource } from '../target.ts';
import type { Forward } from './forward.ts';
import { hasOutputs } from './example.ts';
import type { GenerationLoop } from './loop.ts';
import type { ModelFile } from './model-file.ts';
import type { InputReaders } from './readers.ts';
import { shapeText } from './shapes.ts';
import type { TrainingPlan } from './training/plan.ts';
import { TOKENIZER_CLASSES } from './texts-file.ts';

export function writeReadmeFile(
  source: ExportSource,
  { plan, forward }: ModelFile,
  readers: InputReaders,
  loop: GenerationLoop | undefined,
  training: TrainingPlan | undefined,
): string {
  const { name, document, weights } = source;
  const { main } = plan;
  const config = main.form.kind === 'main' ? main.form.config : '';
  const drawn = weights.recipes.values().every(({ from }) => from.kind === 'drawn');
  const origin = drawn
    ? `drawn from seed ${document.seed}, as \`torch.manual_seed\` draws them`
    : 'from its checkpoint';
  const withOutputs = hasOutputs(source, forward);
  const rows = [
    ...(loop
      ? [`| \`generate.py\` | writes text with the model: \`generate\`, and what chooses the next token |`]
      : []),
    ...(training ? trainingRows(training) : []),
    withOutputs
      ? '| `test_model.py` | compares the outputs with those that Patchbay computed |'
      : '| `test_model.py` | shows that the weights come and go as they are |',
    withOutputs
      ? '| `example.safetensors` | the inputs of the graph, `input/…`, and its outputs in float64, `output/…` |'
      : '| `example.safetensors` | the inputs of the graph, `input/…`; its outputs take too long to compute for an example |',
    ...readers.files.map(({ path }) => `| \`${path}\` | ${FILES[path] ?? 'what a tokenizer knows'} |`),
  ];
  const libraries = [
    ...(readers.pictures.size > 0 ? ['Pillow reads pictures'] : []),
    ...(readers.tokenizers.includes(TOKENIZER_CLASSES.file) ? ['tokenizers reads text'] : []),
  ];
  const others =
    libraries.length > 0 ? `and where it is given such, ${libraries.join(' and ')}` : 'and needs nothing else';
  const [picture] = readers.pictures.keys();
  const [text] = readers.texts.keys();
  const examples = [
    ...(picture === undefined ? [] : [`python run.py --input ${shell(picture)}=FILE.png`]),
    ...(text === undefined ? [] : [`python run.py --input ${shell(text)}=FILE.txt`]),
    ...(training ? trainingExamples(training) : []),
    ...(loop ? ['python generate.py --tokens 20 --temperature 0.8 --top-k 20'] : []),
  ];
  const first = forward.inputs[0]?.port ?? 'NAME';
  return `\
# ${code(main.name)}

${words(main.definition.help ?? '')}

Exported by Patchbay from the graph ${code(name)}. It runs on PyTorch 1.13 and newer, ${others}.

| file | what it holds |
|---|---|
| \`model.py\` | the model: a class for each module of the graph, a function for each that learns nothing |
| \`weights.safetensors\` | its weights, ${origin}; their names are the keys of \`state_dict()\` |
| \`run.py\` | computes the outputs of inputs from files |
${rows.map((row) => `${row}\n`).join('')}| \`tensor_files.py\` | reads and writes \`.safetensors\` |

\`\`\`sh
python run.py                                   # on the example
python run.py --input ${shell(first)}=FILE.safetensors:KEY --out outputs.safetensors
${examples.map((line) => `${line}\n`).join('')}python test_model.py                            # or pytest
\`\`\`

\`\`\`python
from model import ${[main.name, config].toSorted().join(', ')}
from tensor_files import load_tensors

model = ${main.name}(${config}())
model.load_state_dict(load_tensors("weights.safetensors"))
outputs = model.eval()(${forward.inputs.map((input) => input.name).join(', ')})
\`\`\`

${table('input', forward.inputs)}

${table('output', forward.results)}

A checkpoint that is trained with this code opens in Patchbay under the same names: \`patchbay run GRAPH --weights FILE\`.
`;
}

function trainingExamples({ inputs }: TrainingPlan): readonly string[] {
  const call = `train.py ${inputs.columns.size > 0 ? '--data FOLDER ' : ''}--out runs/first`;
  return [`python ${call}`, `torchrun --nproc_per_node 4 ${call}`];
}

function trainingRows({ contrast }: TrainingPlan): readonly string[] {
  return [
    '| `train.py` | trains the model, on one device or with `torchrun` on many |',
    '| `dataset.py` | the samples of train.py, and their order |',
    '| `optimization.py` | learning rate, weight decay and mixed precision of train.py |',
    ...(contrast ? ['| `contrastive.py` | losses that compare the samples of all processes |'] : []),
    '| `checkpoints.py` | the checkpoints and the log of train.py |',
    '| `ranks.py` | the processes that train together |',
  ];
}

const FILES: Readonly<Record<string, string>> = {
  'pictures.py': 'pictures as the model takes them; Pillow decodes them',
  'texts.py': 'text as token ids',
};

function table(title: string, ports: readonly Pick<Forward['inputs'][number], 'port' | 'type'>[]): string {
  const rows = ports.map(({ port, type }) => {
    const elements = { f32: 'float32', i32: 'int64', bool: 'bool' }[type?.dtype ?? 'f32'];
    return `| ${code(port)} | ${type ? code(shapeText(type)) : ''} | ${elements} |`;
  });
  return [`| ${title} | shape | elements |`, '|---|---|---|', ...rows].join('\n');
}

/** A document's text as a line of words: it cannot open a tag, a link or a block. */
function words(text: string): string {
  const line = text.replace(/\s+/gu, ' ').trim();
  return line.replaceAll(/[\\`*_{}[\]<>#|!~]/g, String.raw`\$&`);
}

/** As code, whatever stands in it. */
function code(text: string): string {
  return `\`${text.replaceAll(/[`|\s]+/gu, ' ')}\``;
}

/** As an argument of a command; names of nodes are identifiers or numbers. */
function shell(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9_]/g, '');
}
