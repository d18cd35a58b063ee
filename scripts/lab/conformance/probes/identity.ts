import type { ConformanceProbe } from '../probe.ts';

/** Reads the identity of the caller's certificate from the header that the callee's sidecar adds. */
export const identity: ConformanceProbe = {
  field: 'identity',
  policy: { timeout: '10s' },
  needsSidecars: true,
  expected: 'a certificate proves the identity of the caller',
  run: async ({ receivedRequests, setScripts, call }) => {
    await setScripts();
    await call();
    const [callee] = await receivedRequests();
    const certificate = String(callee?.[0]?.headers['x-forwarded-client-cert'] ?? '');
    return certificate.includes('URI=spiffe://')
      ? 'a certificate proves the identity of the caller'
      : 'the identity of the caller is not proven';
  },
};
