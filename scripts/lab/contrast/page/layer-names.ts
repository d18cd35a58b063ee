import type { Contrasted } from '../report.ts';

/** Who enforces the calls' policies in a run, as a reader is told. */
export const ENFORCER: Readonly<Record<Contrasted, string>> = {
  none: 'nobody',
  app: 'the calling process',
  mesh: 'the sidecar',
  proxyless: 'the process, told by istiod',
  both: 'process and sidecar',
};
