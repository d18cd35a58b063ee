import type { ConformanceProbe } from '../probe.ts';

/** What the callee's sidecar says of the caller's certificate. */
export const identity: ConformanceProbe = {
  field: 'identity',
  policy: { timeout: '10s' },
  needsSidecars: true,
  expected: 'a certificate says who calls',
  run: async ({ receivedRequests, setScripts, call }) => {
    await setScripts();
    await call();
    const [callee] = await receivedRequests();
    const certificate = String(callee?.[0]?.headers['x-forwarded-client-cert'] ?? '');
    return certificate.includes('URI=spiffe://')
      ? 'a certificate says who calls'
      : 'nothing proves who calls';
  },
};
