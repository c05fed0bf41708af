/** What an adapter is called in the report: short, and the same in every engine. */
import type { AdapterFacts } from '../../gpu/runtime/device.ts';

/** `SwiftShader`, `llvmpipe`, `nvidia-h200`: drivers and their versions stand in the fingerprint. */
export function adapterTitle({ name, software, fingerprint }: AdapterFacts): string {
  const [, , device = ''] = fingerprint.split('|');
  return software ? name.split(/[:(]/)[0]!.trim() : device || name;
}
