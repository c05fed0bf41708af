/** Docstrings in Google's style, wrapped, with a document's words as nothing but words. */
import { escapeText, WIDTH } from './print.ts';

export interface DocumentedArgument {
  readonly name: string;
  readonly text: string;
}

/** What a docstring says; parts that are empty are left out. */
export interface Documentation {
  readonly text: string;
  readonly args?: readonly DocumentedArgument[];
  /** What is given back, by name. */
  readonly returns?: readonly DocumentedArgument[];
}

/** The lines of the docstring, indented. */
export function docstring({ text, args = [], returns = [] }: Documentation, indent: string): readonly string[] {
  // The first line has the quotes before it.
  const [first = '', ...rest] = wrap(text, WIDTH - indent.length - 3);
  const body = [first, ...rest];
  const section = (title: string, items: readonly DocumentedArgument[]): void => {
    if (items.length === 0) return;
    if (body.length > 1 || first !== '') body.push('');
    body.push(title, ...items.flatMap(({ name, text: help }) => hanging(`${name}: ${help}`, indent)));
  };
  section('Args:', args);
  section('Returns:', returns);
  const [opening, ...following] = body.map((line) => (line === '' ? '' : indent + line));
  if (following.length === 0 && first === '') return [];
  const closing = `${indent}"""`;
  if (following.length === 0 && opening!.length + 6 <= WIDTH) return [`${closing}${body[0]}"""`];
  return [`${closing}${body[0]}`, ...following, closing];
}

/** A text inside triple quotes: backslashes and quotes cannot end it, and nothing invisible stands in it. */
function plain(text: string): string {
  return escapeText(text.replace(/\s+/gu, ' ').trim(), /["\\]/).replaceAll(/\\"(?!\\"\\"|$)/g, '"');
}

/** Lines of at most this width, of words that a docstring can hold. */
export function wrap(text: string, width: number): string[] {
  const lines = [''];
  for (const word of plain(text).split(' ')) {
    const line = lines.at(-1)!;
    if (line !== '' && line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines;
}

function hanging(text: string, indent: string): string[] {
  return wrap(text, WIDTH - indent.length - 8).map((line, index) => (index === 0 ? `    ${line}` : `        ${line}`));
}
