/** Flags that several commands share. */
import type { Flag } from './command.ts';

export const PRESET: Flag = { name: 'preset', value: 'NAME', help: 'take the values of this preset' };
export const SET: Flag = {
  name: 'set',
  value: 'NAME=VALUE',
  repeat: true,
  help: 'set a hyperparameter or size of the main module, after the preset',
};
export const SEED: Flag = { name: 'seed', value: 'N', help: 'draw weights from this seed (torch.manual_seed)' };
export const INPUT: Flag = {
  name: 'input',
  value: 'NAME=FILE',
  repeat: true,
  help:
    'bind a source node: .safetensors (FILE or FILE:KEY), .npy; a picture or a folder of them for an image input (again ' +
    'for more); text, a folder with captions or a tokenizer.json for a token input',
};

export const WEIGHTS: Flag = {
  name: 'weights',
  value: 'FILE[:PREFIX/]',
  help:
    'take weights from this .safetensors file, or the files of this .safetensors.index.json, under their names with the ' +
    'prefix before them',
};
export const RENAME: Flag = {
  name: 'rename',
  value: 'FROM=TO',
  repeat: true,
  help:
    'what names in the file are called in the graph: the first rule that fits counts; * stands for what is between two ' +
    'dots, ** for anything; nothing after the = leaves the tensor out',
};
export const TAP: Flag = {
  name: 'tap',
  value: 'PATH',
  repeat: true,
  help: 'compute this port too (blocks.0.attention.attention_weights), or the only output of this instance',
};

export const DEVICE: Flag = {
  name: 'device',
  value: 'gpu|cpu|reference',
  help: 'compute on WebGPU (the default), with ONNX Runtime on the CPU, or there in float64',
};

export const STORAGE: Flag = {
  name: 'storage',
  value: 'f32|f16',
  help:
    'what floats are in the memory of the GPU: f16 takes half of it for weights and, where the adapter computes with f16, for ' +
    'what is computed on the way; everything is computed in f32, which is the default',
};

/** What decides which graph is meant; every command that reads a graph has them. */
export const GRAPH_FLAGS: readonly Flag[] = [PRESET, SET, SEED];

/** What decides what is computed. */
export const MODEL_FLAGS: readonly Flag[] = [...GRAPH_FLAGS, WEIGHTS, RENAME, INPUT, TAP];
