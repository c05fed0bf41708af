/**
 * A block of WGSL under construction. Values are bound once, in the outermost block where everything that they
 * depend on is known: what does not change inside a loop is computed before it.
 */

/** Names of index variables (and of the core's value) that a text depends on. */
export type Dependencies = ReadonlySet<string>;

/** A name or literal that stands for a computed value, and what it depends on. */
export interface Bound {
  readonly text: string;
  readonly depends: Dependencies;
}

/** Types of WGSL that a prefix and a number could spell. */
const TYPES: ReadonlySet<string> = new Set(['f16', 'f32', 'i32', 'u32']);

export class Scope {
  readonly #parent: Scope | null;
  readonly #variables: ReadonlySet<string>;
  readonly #lines: (string | Scope)[] = [];
  readonly #bound = new Map<string, Bound>();
  readonly #head: string;
  readonly #names: { count: number };

  /** @param head What opens the block (`for (…)`), without the brace. */
  constructor(head: string, variables: Iterable<string> = [], parent: Scope | null = null) {
    this.#head = head;
    this.#variables = new Set(variables);
    this.#parent = parent;
    this.#names = parent ? parent.#names : { count: 0 };
  }

  line(text: string): void {
    this.#lines.push(text);
  }

  /** Opens a block inside this one, in which these variables have values. */
  block(head: string, variables: Iterable<string> = []): Scope {
    const child = new Scope(head, variables, this);
    this.#lines.push(child);
    return child;
  }

  /** Binds an expression to a name; the same expression gets the same name again where that is visible. */
  bind(prefix: string, expression: string, depends: Dependencies): Bound {
    return this.#known(expression) ?? this.#place(prefix, expression, depends, null);
  }

  render(indent = ''): string {
    const inner = this.#lines.map((line) =>
      typeof line === 'string' ? `${indent}  ${line}` : line.render(`${indent}  `),
    );
    return `${indent}${this.#head} {\n${inner.join('\n')}\n${indent}}`;
  }

  #known(expression: string): Bound | undefined {
    const here = this.#bound.get(expression);
    return here || !this.#parent ? here : this.#parent.#known(expression);
  }

  /** In the outermost block that knows what it depends on, before `child`, the block on the way to who asked. */
  #place(prefix: string, expression: string, depends: Dependencies, child: Scope | null): Bound {
    if (this.#parent && !this.#declaresAny(depends)) return this.#parent.#place(prefix, expression, depends, this);
    const bound = { text: this.#name(prefix), depends };
    this.#insert(`let ${bound.text} = ${expression};`, child);
    this.#bound.set(expression, bound);
    return bound;
  }

  #name(prefix: string): string {
    const name = `${prefix}${this.#names.count++}`;
    // It would hide the type from what comes after it.
    return TYPES.has(name) ? this.#name(prefix) : name;
  }

  #declaresAny(names: Dependencies): boolean {
    for (const name of names) if (this.#variables.has(name)) return true;
    return false;
  }

  /** Before the block that needs it, or at the end. */
  #insert(line: string, before: Scope | null): void {
    const at = before ? this.#lines.indexOf(before) : this.#lines.length;
    this.#lines.splice(at, 0, line);
  }
}

const NOTHING: Dependencies = new Set();

/** A text that depends on nothing but uniforms. */
export function free(text: string): Bound {
  return { text, depends: NOTHING };
}

export function union(parts: readonly Bound[]): Dependencies {
  if (parts.length === 1) return parts[0]!.depends;
  return new Set(parts.flatMap(({ depends }) => [...depends]));
}
