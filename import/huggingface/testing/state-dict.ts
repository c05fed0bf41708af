/** For tests: names and shapes of the weights of published checkpoints, listed from their state_dicts and not from our graphs. */

export type Shapes = ReadonlyMap<string, readonly number[]>;
type Listed = readonly (readonly [string, readonly number[]])[];

/** Sizes of one encoder. */
export interface EncoderFacts {
  readonly hidden_size: number;
  readonly intermediate_size: number;
  readonly num_hidden_layers: number;
}

export interface VisionFacts extends EncoderFacts {
  readonly image_size: number;
  readonly patch_size: number;
  readonly num_channels: number;
}

export interface TextFacts extends EncoderFacts {
  readonly vocab_size: number;
  readonly max_position_embeddings: number;
}

/** @param head of the classifier, or of the pooler. */
export function vitShapes(facts: VisionFacts, head: { readonly labels: number } | { readonly pooler: number }): Shapes {
  const { hidden_size: width, intermediate_size: wide } = facts;
  const layer: Listed = [
    ...['query', 'key', 'value'].flatMap((name) => linear(`attention.attention.${name}`, width, width)),
    ...linear('attention.output.dense', width, width),
    ...linear('intermediate.dense', width, wide),
    ...linear('output.dense', wide, width),
    ...norm('layernorm_before', width),
    ...norm('layernorm_after', width),
  ];
  const model: Listed = [
    ['embeddings.cls_token', [1, 1, width]],
    ['embeddings.position_embeddings', [1, patchesOf(facts) + 1, width]],
    ...patches('embeddings.patch_embeddings.projection', facts, true),
    ...layers('encoder.layer', facts, layer),
    ...norm('layernorm', width),
  ];
  if ('pooler' in head) return new Map([...model, ...linear('pooler.dense', width, head.pooler)]);
  return new Map([...within('vit', model), ...linear('classifier', width, head.labels)]);
}

export function clipShapes(text: TextFacts, vision: VisionFacts, projection: number): Shapes {
  return new Map<string, readonly number[]>([
    ['logit_scale', []],
    ...clipTextShapes(text, projection),
    ...clipVisionShapes(vision, projection),
  ]);
}

/** @param projection null: the class has none. */
export function clipTextShapes(text: TextFacts, projection: number | null): Shapes {
  return new Map<string, readonly number[]>([
    ...within('text_model', textTower(text)),
    ...(projection === null ? [] : [['text_projection.weight', [projection, text.hidden_size]] as const]),
  ]);
}

/** @param projection null: the class has none. */
export function clipVisionShapes(vision: VisionFacts, projection: number | null): Shapes {
  const width = vision.hidden_size;
  return new Map<string, readonly number[]>([
    ['vision_model.embeddings.class_embedding', [width]],
    ...patches('vision_model.embeddings.patch_embedding', vision, false),
    ['vision_model.embeddings.position_embedding.weight', [patchesOf(vision) + 1, width]],
    ...norm('vision_model.pre_layrnorm', width),
    ...within('vision_model', encoder(vision)),
    ...norm('vision_model.post_layernorm', width),
    ...(projection === null ? [] : [['visual_projection.weight', [projection, width]] as const]),
  ]);
}

export function siglipShapes(text: TextFacts, vision: VisionFacts): Shapes {
  return new Map<string, readonly number[]>([
    ['logit_scale', [1]],
    ['logit_bias', [1]],
    ...siglipTextShapes(text, vision.hidden_size),
    ...siglipVisionShapes(vision, true),
  ]);
}

export function siglipTextShapes(text: TextFacts, projection: number): Shapes {
  return new Map<string, readonly number[]>([
    ...within('text_model', textTower(text)),
    ...linear('text_model.head', text.hidden_size, projection),
  ]);
}

/** @param pooled whether it has its head. */
export function siglipVisionShapes(vision: VisionFacts, pooled: boolean): Shapes {
  const { hidden_size: width, intermediate_size: wide } = vision;
  const head: Listed = [
    ['probe', [1, 1, width]],
    ['attention.in_proj_weight', [3 * width, width]],
    ['attention.in_proj_bias', [3 * width]],
    ...linear('attention.out_proj', width, width),
    ...norm('layernorm', width),
    ...linear('mlp.fc1', width, wide),
    ...linear('mlp.fc2', wide, width),
  ];
  return new Map<string, readonly number[]>([
    ...patches('vision_model.embeddings.patch_embedding', vision, true),
    ['vision_model.embeddings.position_embedding.weight', [patchesOf(vision), width]],
    ...within('vision_model', encoder(vision)),
    ...norm('vision_model.post_layernorm', width),
    ...(pooled ? within('vision_model.head', head) : []),
  ]);
}

function textTower(facts: TextFacts): Listed {
  return [
    ['embeddings.token_embedding.weight', [facts.vocab_size, facts.hidden_size]],
    ['embeddings.position_embedding.weight', [facts.max_position_embeddings, facts.hidden_size]],
    ...encoder(facts),
    ...norm('final_layer_norm', facts.hidden_size),
  ];
}

function encoder(facts: EncoderFacts): Listed {
  const { hidden_size: width, intermediate_size: wide } = facts;
  return layers('encoder.layers', facts, [
    ...['k_proj', 'v_proj', 'q_proj', 'out_proj'].flatMap((name) => linear(`self_attn.${name}`, width, width)),
    ...norm('layer_norm1', width),
    ...linear('mlp.fc1', width, wide),
    ...linear('mlp.fc2', wide, width),
    ...norm('layer_norm2', width),
  ]);
}

function layers(name: string, { num_hidden_layers: count }: EncoderFacts, layer: Listed): Listed {
  return Array.from({ length: count }, (_, index) => within(`${name}.${index}`, layer)).flat();
}

function within(prefix: string, listed: Listed): Listed {
  return listed.map(([name, shape]) => [`${prefix}.${name}`, shape]);
}

function linear(name: string, from: number, to: number): Listed {
  return [
    [`${name}.weight`, [to, from]],
    [`${name}.bias`, [to]],
  ];
}

function norm(name: string, width: number): Listed {
  return [
    [`${name}.weight`, [width]],
    [`${name}.bias`, [width]],
  ];
}

function patches(
  name: string,
  { num_channels: channels, patch_size: patch, hidden_size: width }: VisionFacts,
  bias: boolean,
): Listed {
  const weight = [`${name}.weight`, [width, channels, patch, patch]] as const;
  return bias ? [weight, [`${name}.bias`, [width]]] : [weight];
}

function patchesOf({ image_size: image, patch_size: patch }: VisionFacts): number {
  return Math.floor(image / patch) ** 2;
}
