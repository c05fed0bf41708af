/** The text of a note, as React elements: never as markup. */
import { parseMarkdown, type Block, type Span } from './markdown.ts';

export function NoteText({ text }: { readonly text: string }) {
  // Blocks and spans of a text have no identity but their place.
  /* oxlint-disable react/no-array-index-key */
  return parseMarkdown(text).map((block, index) => <NoteBlock key={index} block={block} />);
}

function NoteBlock({ block }: { readonly block: Block }) {
  switch (block.kind) {
    case 'heading':
      return (
        <p className="note-heading">
          <Spans spans={block.spans} />
        </p>
      );
    case 'paragraph':
      return (
        <p>
          <Spans spans={block.spans} />
        </p>
      );
    case 'list':
      return (
        <ul>
          {block.items.map((item, index) => (
            <li key={index}>
              <Spans spans={item} />
            </li>
          ))}
        </ul>
      );
    case 'code':
      return <pre>{block.text}</pre>;
    default:
      return block satisfies never;
  }
}

function Spans({ spans }: { readonly spans: readonly Span[] }) {
  return spans.map((span, index) => {
    switch (span.kind) {
      case 'text':
        return <span key={index}>{span.text}</span>;
      case 'bold':
        return <b key={index}>{span.text}</b>;
      case 'emphasis':
        return <em key={index}>{span.text}</em>;
      case 'code':
        return <code key={index}>{span.text}</code>;
      default:
        return span satisfies never;
    }
  });
}
