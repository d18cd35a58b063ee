import type { SynthShape } from './objects.ts';

/** Command-line arguments of the synthesis processes. */
export interface SynthArguments {
  readonly outdir: string;
  readonly services: number;
  readonly shape: SynthShape;
}

export function parseArguments(): SynthArguments {
  const [, , outdir = '', services = '', shape = ''] = process.argv;
  return { outdir, services: Number(services), shape: shape as SynthShape };
}
