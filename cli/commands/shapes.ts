/** `patchbay shapes`: the shape of every port. */
import { analyse } from '../../graph/analyse.ts';
import type { PortType } from '../../graph/signature.ts';
import { NODES } from '../../nodes/registry.ts';
import type { Command, Flag } from '../command.ts';
import { GRAPH_FLAGS } from '../flags.ts';
import { loadGraph, rejectErrors } from '../graph.ts';

const JSON_FLAG: Flag = { name: 'json', help: 'print JSON: one object per port' };

interface PortLine extends PortType {
  /** `${instance path}.${port}`. */
  readonly port: string;
  readonly side: 'input' | 'output';
}

export const shapes: Command = {
  name: 'shapes',
  summary: "Every port's shape, with the names of its dimensions",
  operands: ['GRAPH'],
  flags: [...GRAPH_FLAGS, JSON_FLAG],
  run: async (call) => {
    const { document, overrides } = await loadGraph(call);
    const { inference, problems } = analyse(document, NODES, overrides);
    const ports = [...portLines('input', inference.inputs), ...portLines('output', inference.outputs)];
    if (call.has(JSON_FLAG)) {
      call.print(
        JSON.stringify(
          ports.map(({ port, side, dims, dtype, flow }) => ({
            port,
            side,
            shape: dims.map(({ size }) => size),
            dims,
            dtype,
            flow,
          })),
          null,
          1,
        ),
      );
    } else {
      const width = Math.max(0, ...ports.map(({ port }) => port.length));
      for (const { port, side, dims, dtype } of ports) {
        const names = dims.map(({ name, size }) => (name === undefined ? `${size}` : `${name} ${size}`));
        call.print(`${port.padEnd(width)}  ${side.padEnd(6)}  ${dtype}  [${names.join(', ')}]`);
      }
    }
    rejectErrors(problems);
    return 0;
  },
};

function portLines(side: PortLine['side'], types: ReadonlyMap<string, PortType>): PortLine[] {
  return Array.from(types, ([port, type]) => ({ port, side, ...type }));
}
