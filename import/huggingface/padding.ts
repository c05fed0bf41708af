/** Which id fills up a text: as the tokenizer's files have it, which goes before what the model's configuration says. */
import type { JsonValue } from '../../graph/json.ts';
import { isObject, type JsonObject } from './config.ts';

/**
 * @param tokenizer text of a tokenizer.json that can be used.
 * @param settings of tokenizer_config.json; empty where there is none.
 * @returns undefined where neither of them says.
 */
export function padTokenId(tokenizer: string, settings: JsonObject): number | undefined {
  const file = JSON.parse(tokenizer) as { [key: string]: JsonValue };
  const padding = file['padding'];
  if (isObject(padding) && isId(padding['pad_id'])) return padding['pad_id'];
  const named = settings['pad_token'];
  const token = isObject(named) ? named['content'] : named;
  if (typeof token !== 'string') return undefined;
  const added = Array.isArray(file['added_tokens']) ? file['added_tokens'] : [];
  const listed = added.find((one) => isObject(one) && one['content'] === token);
  if (isObject(listed) && isId(listed['id'])) return listed['id'];
  const vocab = isObject(file['model']) ? file['model']['vocab'] : undefined;
  // A list has the tokens in the order of their ids, each with its score.
  const id = Array.isArray(vocab)
    ? vocab.findIndex((entry) => Array.isArray(entry) && entry[0] === token)
    : isObject(vocab) && Object.hasOwn(vocab, token)
      ? vocab[token]
      : undefined;
  return isId(id) ? id : undefined;
}

function isId(value: JsonValue | undefined): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}
