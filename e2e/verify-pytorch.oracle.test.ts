/** From the export worker over the page to the main process, as in the desktop application, but for the bridge: what PyTorch computes is what the graph does. */
import { expect, test } from 'vitest';
import { openReferenceDevice } from '../cli/devices/reference.ts';
import { PytorchRuns } from '../electron/pytorch.ts';
import { sourceOfDocument } from '../export/document-source.ts';
import { firstDifference } from '../export/verify/report.ts';
import { findPython } from '../export/verify/pytorch/find-python.ts';
import { verifyRound } from '../export/verify/rounds.ts';
import { TEMPLATES } from '../templates/registry.ts';
import type { PytorchHost } from '../renderer/platform/platform.ts';
import { openInPytorch } from '../renderer/export/engines.ts';
import { HostLink, HostServer } from '../renderer/export/pytorch-link.ts';

const noPictures = () => Promise.reject(new Error('random inputs need no pictures'));

test.each(['attention', 'patch_embedding'])('%s', async (name) => {
  const runs = new PytorchRuns(findPython);
  const host: PytorchHost = {
    open: (name, document) => runs.open(document, name),
    addWeights: (run, bytes) => runs.get(run).addWeights(bytes),
    run: (run, inputs) => runs.get(run).compute(inputs),
    close: (run) => runs.close(run),
  };
  const server = new HostServer(host);
  const link = new HostLink((request) => void server.answer(request).then((answer) => link.take(answer)));
  const document = await TEMPLATES.find((template) => template.name === name)!.load();
  const source = sourceOfDocument(document, name, { pictureOf: noPictures });
  const exported = await openInPytorch(source, link.host);
  const round = await verifyRound(source, exported, openReferenceDevice(), new Set(), 1);
  expect(round.values.length).toBeGreaterThan(Object.keys(source.tree.root.outputs).length);
  expect(firstDifference([round])).toBeUndefined();
  await exported.dispose();
});
