import type { Shape } from './objects.ts';

/** What a process of this bench is told on its command line. */
export interface Parameters {
  readonly outdir: string;
  readonly services: number;
  readonly shape: Shape;
}

export function parameters(): Parameters {
  const [, , outdir = '', services = '', shape = ''] = process.argv;
  return { outdir, services: Number(services), shape: shape as Shape };
}
