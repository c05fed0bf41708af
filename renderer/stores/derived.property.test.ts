import fc from 'fast-check';
import { expect, test } from 'vitest';
import { apply } from '../../graph/diff.ts';
import { setHyperparameter, setParam, type Edit } from '../../graph/edits.ts';
import { isInstance, type PatchbayDocument } from '../../graph/schema.ts';
import { NODES } from '../../nodes/registry.ts';
import { runs } from '../../scripts/effort.ts';
import { TEMPLATES } from '../../templates/registry.ts';
import { createDeriveMemory, derive, type DerivedState } from './derived.ts';

/** What an edit sets: one of the values that stand in the document, so that many fit, or one that seldom does. */
const edits = fc.array(fc.record({ at: fc.nat(), param: fc.nat(), value: fc.nat(), root: fc.nat(9) }), {
  minLength: 1,
  maxLength: 6,
});

type Pick = { readonly at: number; readonly param: number; readonly value: number; readonly root: number };

function made(document: PatchbayDocument, { at, param, value, root }: Pick): Edit | null {
  const main = document.modules.find(({ name }) => name === document.main)!;
  const numbers = [1, 2, 4, 8, 16, 32, 3, 0, true, 'embed_dim', 'num_heads', 'nothing'];
  const given = numbers[value % numbers.length]!;
  if (root === 0 && main.hyperparameters.length > 0)
    return setHyperparameter(document, main.hyperparameters[at % main.hyperparameters.length]!.name, given);
  const nodes = document.modules.flatMap((module) => module.nodes.map((node) => ({ module, node })));
  const picked = nodes[at % nodes.length];
  if (!picked) return null;
  const { module, node } = picked;
  const names = isInstance(node)
    ? document.modules.find(({ name }) => name === node.module)!.hyperparameters.map(({ name }) => name)
    : NODES.get(node.type)!.params.map(({ name }) => name);
  return names.length === 0 ? null : setParam(document, module.name, node.id, names[param % names.length]!, given);
}

/** Maps as lists: a map with replaced values is none of JavaScript's. */
function plain({ tree, inference, sources, problems, problemsOf }: DerivedState) {
  const { inputs, outputs, blocked } = inference;
  return {
    root: tree.root,
    paths: [...tree.byPath],
    leaves: [tree.construction, tree.execution],
    types: [[...inputs], [...outputs], [...blocked]],
    recipes: [...sources.recipes],
    keys: [...sources.keys],
    problems,
    problemsOf: [...problemsOf],
  };
}

test('after edits of any template everything derived is what is derived anew', async () => {
  const documents = await Promise.all(TEMPLATES.map(({ load }) => load()));
  fc.assert(
    fc.property(fc.nat(documents.length - 1), edits, (which, list) => {
      const memory = createDeriveMemory();
      let document = documents[which]!;
      let state = derive(document, memory);
      for (const pick of list) {
        const edit = made(document, pick);
        if (!edit) continue;
        document = apply(document, edit.diff);
        state = derive(document, memory, undefined, state);
        expect(plain(state)).toEqual(plain(derive(document, createDeriveMemory())));
      }
    }),
    { numRuns: runs(30) },
  );
});
