/** The files that train.py is made of. */
import { textFile, type ExportedFile } from '../../target.ts';
import type { ModelFile } from '../model-file.ts';
import { CHECKPOINTS_FILE } from './checkpoints-file.ts';
import { writeContrastiveFile } from './contrastive-file.ts';
import { writeDatasetFile } from './dataset-file.ts';
import { OPTIMIZATION_FILE } from './optimization-file.ts';
import type { TrainingPlan } from './plan.ts';
import { RANKS_FILE } from './ranks-file.ts';
import { writeTrainFile } from './train-file.ts';

export function trainingFiles({ plan }: ModelFile, training: TrainingPlan): readonly ExportedFile[] {
  const { contrast, inputs } = training;
  return [
    textFile('train.py', writeTrainFile(plan.main.name, training)),
    textFile('dataset.py', writeDatasetFile(inputs)),
    textFile('optimization.py', OPTIMIZATION_FILE),
    ...(contrast ? [textFile('contrastive.py', writeContrastiveFile(contrast.file))] : []),
    textFile('checkpoints.py', CHECKPOINTS_FILE),
    textFile('ranks.py', RANKS_FILE),
  ];
}
