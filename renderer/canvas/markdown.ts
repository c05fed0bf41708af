/**
 * The little Markdown of notes: headings, lists, bold, emphasis, code. Parsed to plain data that React renders as text, so that
 * nothing a file says can become markup.
 */

export type Span =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'bold' | 'emphasis'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string };

export type Block =
  | { readonly kind: 'heading'; readonly spans: readonly Span[] }
  | { readonly kind: 'paragraph'; readonly spans: readonly Span[] }
  | { readonly kind: 'list'; readonly items: readonly (readonly Span[])[] }
  | { readonly kind: 'code'; readonly text: string };

/** Parses any text: what is not one of the forms above is a paragraph. */
export function parseMarkdown(text: string): readonly Block[] {
  const blocks: Block[] = [];
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  let paragraph: string[] = [];
  const flush = (): void => {
    if (paragraph.length > 0) blocks.push({ kind: 'paragraph', spans: parseSpans(paragraph.join(' ')) });
    paragraph = [];
  };
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index]!;
    const heading = /^#{1,6}\s+(.*)$/.exec(line);
    if (line.startsWith('```')) {
      flush();
      const end = lines.findIndex((other, at) => at > index && other.startsWith('```'));
      const last = end === -1 ? lines.length : end;
      blocks.push({ kind: 'code', text: lines.slice(index + 1, last).join('\n') });
      index = last;
    } else if (heading) {
      flush();
      blocks.push({ kind: 'heading', spans: parseSpans(heading[1]!) });
    } else if (/^\s*[-*]\s+/.test(line)) {
      flush();
      const items: (readonly Span[])[] = [];
      while (index < lines.length && /^\s*[-*]\s+/.test(lines[index]!)) {
        items.push(parseSpans(lines[index]!.replace(/^\s*[-*]\s+/, '')));
        index += 1;
      }
      index -= 1;
      blocks.push({ kind: 'list', items });
    } else if (line.trim() === '') {
      flush();
    } else {
      paragraph.push(line.trim());
    }
  }
  flush();
  return blocks;
}

/** `**bold**`, `*emphasis*` and `` `code` ``; an unclosed mark is text. */
export function parseSpans(text: string): readonly Span[] {
  const spans: Span[] = [];
  let rest = 0;
  for (const match of text.matchAll(
    /\*\*(?<bold>[^*]+)\*\*|\*(?<emphasis>[^*\s](?:[^*]*[^*\s])?)\*|`(?<code>[^`]+)`/g,
  )) {
    if (match.index > rest) spans.push({ kind: 'text', text: text.slice(rest, match.index) });
    const { bold, emphasis, code } = match.groups as { bold?: string; emphasis?: string; code?: string };
    if (code !== undefined) spans.push({ kind: 'code', text: code });
    else if (bold !== undefined) spans.push({ kind: 'bold', text: bold });
    else spans.push({ kind: 'emphasis', text: emphasis! });
    rest = match.index + match[0].length;
  }
  if (rest < text.length) spans.push({ kind: 'text', text: text.slice(rest) });
  return spans;
}
