/** The work of kernels that become one: what they compute, whose it is, and what part of it. */
import type { Kernel } from '../ir/kernel.ts';

/** Shares by FLOPs; in equal parts where there are none. */
export function joinedWork(kernels: readonly Kernel[]): Pick<Kernel, 'origins' | 'shares' | 'operations' | 'flops'> {
  const flops = kernels.reduce((sum, kernel) => sum + kernel.flops, 0);
  const works = Map.groupBy(
    kernels.flatMap(({ origins, shares, flops: own }) =>
      origins.map((origin, index) => ({
        origin,
        part: flops > 0 ? (shares[index]! * own) / flops : shares[index]! / kernels.length,
      })),
    ),
    ({ origin }) => origin,
  );
  return {
    origins: [...works.keys()],
    shares: [...works.values()].map((parts) => parts.reduce((sum, { part }) => sum + part, 0)),
    operations: kernels.flatMap(({ operations }) => operations),
    flops,
  };
}
