/** Colours code: highlight.js, with the languages that exports are written in. */
import hljs from 'highlight.js/lib/core';
import css from 'highlight.js/lib/languages/css';
import javascript from 'highlight.js/lib/languages/javascript';
import json from 'highlight.js/lib/languages/json';
import markdown from 'highlight.js/lib/languages/markdown';
import python from 'highlight.js/lib/languages/python';
import rust from 'highlight.js/lib/languages/rust';
import xml from 'highlight.js/lib/languages/xml';

hljs.registerLanguage('css', css);
hljs.registerLanguage('js', javascript);
hljs.registerLanguage('json', json);
hljs.registerLanguage('md', markdown);
hljs.registerLanguage('py', python);
hljs.registerLanguage('html', xml);
// WGSL has Rust's words for what it has in common with it.
hljs.registerLanguage('wgsl', rust);

/** Longer texts are shown plain: nobody reads their colours, and colouring takes its time. */
const LONGEST = 200_000;

/** The text as HTML, escaped, with spans of highlight.js's classes; null where the ending is not known. */
export function highlighted(path: string, text: string): string | null {
  const language = path.slice(path.lastIndexOf('.') + 1);
  if (text.length > LONGEST || !hljs.getLanguage(language)) return null;
  return hljs.highlight(text, { language }).value;
}
