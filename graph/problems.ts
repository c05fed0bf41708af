/** A problem is a value: what is wrong, where, and how it may be mended. Thrown only at the edges of the program. */

import { messageLine } from './error-text.ts';
import type { GraphModule } from './schema.ts';

/** Where a problem stands: in a definition (module, node), and for values in one instance (path). */
export interface ProblemPlace {
  readonly module?: string;
  readonly nodeId?: string;
  /** Instance path from the root (`blocks.0.attention`); empty string for the root. */
  readonly path?: string;
  readonly port?: { readonly side: 'input' | 'output'; readonly name: string };
  readonly param?: string;
  /** Offset in the parameter's expression. */
  readonly position?: number;
}

/** A size with the name it is known by, as ports show it: `patches 196`. */
export interface Dimension {
  readonly size: number;
  readonly name?: string;
}

/** A change that would mend the problem; applied by graph/fixes.ts as one edit. */
export type Fix =
  | {
      readonly kind: 'set-param';
      readonly title: string;
      readonly module: string;
      readonly nodeId: string;
      readonly param: string;
      readonly value: number | string | boolean;
    }
  | {
      readonly kind: 'set-hyperparameter';
      readonly title: string;
      readonly name: string;
      readonly value: number | string | boolean;
    }
  | {
      readonly kind: 'remove-edge';
      readonly title: string;
      readonly module: string;
      readonly from?: readonly [string, string];
      readonly to: readonly [string, string];
    }
  | {
      /** A wire is laid; `instead` is taken away. */
      readonly kind: 'connect';
      readonly title: string;
      readonly module: string;
      readonly from: readonly [string, string];
      readonly to: readonly [string, string];
      readonly instead?: { readonly from: readonly [string, string]; readonly to: readonly [string, string] };
    }
  | {
      /** A new node takes the wire at `to`, through its ports `input` and `output`. */
      readonly kind: 'insert-node';
      readonly title: string;
      readonly module: string;
      readonly to: readonly [string, string];
      readonly type: string;
      readonly params: Readonly<Record<string, number | string | boolean>>;
      readonly input: string;
      readonly output: string;
    }
  | {
      /** The default holds again; with `as` the value is kept, under that name. */
      readonly kind: 'drop-param';
      readonly title: string;
      readonly module: string;
      readonly nodeId: string;
      readonly param: string;
      readonly as?: string;
    }
  | {
      readonly kind: 'rename-node';
      readonly title: string;
      readonly module: string;
      readonly nodeId: string;
      readonly name: string;
    }
  | {
      /** Another node type of the library, or module of the document, under the same name and wires. */
      readonly kind: 'set-kind';
      readonly title: string;
      readonly module: string;
      readonly nodeId: string;
      readonly is: string;
    }
  | {
      /** The path of the instance whose weights are used; absent: weights of its own. */
      readonly kind: 'set-shares';
      readonly title: string;
      readonly module: string;
      readonly nodeId: string;
      readonly shares?: string;
    }
  | { readonly kind: 'remove-node'; readonly title: string; readonly module: string; readonly nodeId: string }
  /** Absent: the hyperparameters' defaults. */
  | { readonly kind: 'set-preset'; readonly title: string; readonly name?: string }
  /** Shipped modules that the document lacks. */
  | { readonly kind: 'add-modules'; readonly title: string; readonly modules: readonly GraphModule[] };

export interface Problem {
  /** Stable identifier of the rule: `shape.mismatch`, `expression.unknown-name`, `graph.cycle`, … */
  readonly code: string;
  readonly severity: 'error' | 'warning';
  /** One sentence: what is wrong and what was wanted. */
  readonly message: string;
  readonly place: ProblemPlace;
  /** For shape problems: what came, and what was wanted, in words of the rule (`… in_features`). */
  readonly got?: readonly Dimension[];
  readonly wanted?: string;
  /** Other nodes that take part: those on a cycle, in its order; others with the same cause. */
  readonly related?: readonly { readonly module: string; readonly nodeId: string }[];
  readonly fixes?: readonly Fix[];
}

/** `blocks.0.attention.q_proj input "input": message`, as the command line prints it. */
export function describeProblem(problem: Problem): string {
  const { path, module, nodeId, port, param } = problem.place;
  const where = [
    path || (module && nodeId ? `${module}/${nodeId}` : module),
    port ? `${port.side} ${port.name}` : undefined,
    param,
  ]
    .filter((part) => part)
    .join(' ');
  return messageLine(where ? `${where}: ${problem.message}` : problem.message);
}
