/** Tokenizers of the document's texts, to name token ids. */
import { useMemo, useState } from 'react';
import { createTokenizers } from '../../nodes/text/tokenizers.ts';
import { useDocument } from '../app-context.ts';
import type { TokenizerOf } from './view.ts';

export function useTokenizers(): TokenizerOf {
  const assets = useDocument(({ document }) => document.assets);
  const [tokenizers] = useState(createTokenizers);
  return useMemo(
    () => (spec) => {
      const found = tokenizers.find(spec, assets);
      return 'fault' in found ? null : found;
    },
    [tokenizers, assets],
  );
}
