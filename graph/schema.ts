/**
 * The document as plain data. These schemas are the format: types are derived from them, files are checked
 * against them, and what they do not know is kept as it came (`looseObject`).
 */
import { z } from 'zod';
import { lazily } from './lazily.ts';

z.config({ jitless: true });

/** Raised by one whenever a file of the version before needs a step in graph/migrations. */
export const FORMAT_VERSION = 1;

/** An attribute name as PyTorch allows it: an identifier, or a number (`text_encoder.0`). */
export const NAME = /^(?!__proto__$)(?:[A-Za-z_][A-Za-z0-9_]*|[0-9]+)$/;

/** A name of a module, hyperparameter or size. */
export const IDENTIFIER = /^(?!__proto__$)[A-Za-z_][A-Za-z0-9_]*$/;

/** Made when the first file is read or written: it takes longer than all else that a start brings into being. */
export const schemas = lazily(makeSchemas);

function makeSchemas() {
  /**
   * A parameter's value. In a parameter that is not a text, a string is an expression over the module's hyperparameters in
   * Python's spelling (`embed_dim // num_heads`); in one that is, an expression follows a sign (`=activation`, text-value.ts).
   */
  const parameterValue = z.union([z.number(), z.boolean(), z.string()]);

  const point = z.tuple([z.number(), z.number()]);
  const parameters = z.record(z.string(), parameterValue);

  /** Fields stand in the order in which they are written to a file. */
  const nodeHead = {
    /** Unique within its module and never changed; edges name it. */
    id: z.string().min(1),
    /** Attribute name; unique within its module, outputs apart from all else. */
    name: z.string().regex(NAME, 'a name is an identifier or a number'),
  };

  const nodeTail = {
    params: parameters.optional(),
    /** Path from the root of the instance whose weights this one uses (`blocks.0.attention`). */
    shares: z.string().optional(),
    /** Absent: it is called. What the others mean stands in graph/modes.ts. */
    mode: z.enum(['mute', 'bypass']).optional(),
    position: point,
    /** Width and height where the user chose them. */
    size: point.optional(),
  };

  const libraryNode = z.looseObject({ ...nodeHead, type: z.string().min(1), ...nodeTail });

  const instanceNode = z.looseObject({
    ...nodeHead,
    module: z.string().min(1),
    /** Number of layers, an integer or an expression; absent: not repeated. */
    repeat: z.union([z.number().int(), z.string()]).optional(),
    /** Every layer starts as a copy of the first one's weights, as in `nn.TransformerDecoder`. */
    copies: z.boolean().optional(),
    ...nodeTail,
  });

  const node = z.union([instanceNode, libraryNode]);

  /** From an output port to an input port: `[node id, port name]`. An input has at most one edge. */
  const edge = z.looseObject({
    from: z.tuple([z.string(), z.string()]),
    to: z.tuple([z.string(), z.string()]),
    /** Points that the wire is led through, from its source on: how it is drawn, and nothing of what it means. */
    reroutes: z.array(point).optional(),
  });

  const hyperparameter = z.looseObject({
    name: z.string().regex(IDENTIFIER, 'a name is an identifier'),
    type: z.enum(['int', 'float', 'bool', 'string']),
    default: parameterValue,
    minimum: z.number().optional(),
    maximum: z.number().optional(),
    /** Of a string: what it may be. */
    choices: z.array(z.string()).nonempty().optional(),
    help: z.string().optional(),
  });

  /** A size that comes with the data (`batch`): never a constructor argument. */
  const size = z.looseObject({
    name: z.string().regex(IDENTIFIER, 'a name is an identifier'),
    default: z.number().int().nonnegative(),
    help: z.string().optional(),
  });

  /** What must hold between hyperparameters: `embed_dim % num_heads == 0`. */
  const requirement = z.looseObject({ expression: z.string().min(1), help: z.string().optional() });

  const frame = z.looseObject({ id: z.string(), title: z.string(), position: point, size: point });
  const note = z.looseObject({ id: z.string(), text: z.string(), position: point, size: point });

  const module = z.looseObject({
    /** Class name. */
    name: z.string().regex(IDENTIFIER, 'a name is an identifier'),
    help: z.string().optional(),
    /** Where it was copied from, for modules that ship with Patchbay. */
    origin: z.looseObject({ library: z.string(), name: z.string(), version: z.number().int() }).optional(),
    hyperparameters: z.array(hyperparameter),
    /** Checked for every instance, before shapes. */
    requires: z.array(requirement).optional(),
    /** Only the main module has sizes. */
    sizes: z.array(size).optional(),
    /** In construction order: the order in which weights are drawn. */
    nodes: z.array(node),
    edges: z.array(edge),
    frames: z.array(frame).optional(),
    notes: z.array(note).optional(),
  });

  /** A named overlay of the main module's hyperparameters and sizes. */
  const preset = z.looseObject({ name: z.string().min(1), values: parameters });

  /** A picture or another file: embedded as base64 (up to 2 MB), or a path beside the document. */
  const asset = z.looseObject({
    id: z.string().min(1),
    name: z.string(),
    mime: z.string(),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    data: z.string().refine(isBase64, 'this is not base64').optional(),
    path: z.string().optional(),
    /** What a picture shows, in one line. */
    caption: z.string().optional(),
  });

  const document = z.looseObject({
    format: z.literal('patchbay'),
    version: z.number().int().positive(),
    seed: z.number().int().nonnegative(),
    /** Name of the main module: the root, which adds no prefix to weights' paths. */
    main: z.string(),
    /** Name of the active preset; absent: hyperparameters' defaults. Edits of values write to it. */
    preset: z.string().optional(),
    presets: z.array(preset),
    modules: z.array(module),
    assets: z.array(asset),
    /** A checkpoint beside the document; absent: weights are drawn from the seed. */
    weights: z
      .looseObject({
        path: z.string(),
        sha256: z.string(),
        /** How its names become the graph's, a rule each (nodes/renaming.ts); absent: they are the graph's. */
        rename: z.array(z.string()).optional(),
      })
      .optional(),
  });

  return {
    parameterValue,
    libraryNode,
    instanceNode,
    node,
    edge,
    hyperparameter,
    size,
    requirement,
    frame,
    note,
    module,
    preset,
    asset,
    document,
  };
}

/** Checked without backtracking: a picture may have millions of characters. */
function isBase64(text: string): boolean {
  const padding = text.indexOf('=');
  const body = padding === -1 ? text : text.slice(0, padding);
  return text.length % 4 === 0 && !/[^A-Za-z0-9+/]/.test(body) && /^={0,2}$/.test(text.slice(body.length));
}

type Schemas = ReturnType<typeof makeSchemas>;

export type ParameterValue = z.infer<Schemas['parameterValue']>;
export type LibraryNode = z.infer<Schemas['libraryNode']>;
export type InstanceNode = z.infer<Schemas['instanceNode']>;
export type GraphNode = LibraryNode | InstanceNode;
export type Mode = NonNullable<GraphNode['mode']>;
export type Edge = z.infer<Schemas['edge']>;
export type Hyperparameter = z.infer<Schemas['hyperparameter']>;
export type Size = z.infer<Schemas['size']>;
export type Requirement = z.infer<Schemas['requirement']>;
export type Frame = z.infer<Schemas['frame']>;
export type Note = z.infer<Schemas['note']>;
export type GraphModule = z.infer<Schemas['module']>;
export type Preset = z.infer<Schemas['preset']>;
export type Asset = z.infer<Schemas['asset']>;
export type PatchbayDocument = z.infer<Schemas['document']>;

export function isInstance(node: GraphNode): node is InstanceNode {
  return typeof (node as { module?: unknown }).module === 'string';
}
