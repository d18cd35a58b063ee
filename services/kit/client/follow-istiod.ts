import type { AppCall } from '../../../mesh/policy/app-config.ts';

/**
 * Makes `xds:` addresses known to gRPC where a call needs them: its client is 20 packages that no other process loads.
 * It reads GRPC_XDS_BOOTSTRAP_CONFIG when it is loaded.
 */
export async function followIstiod(calls: readonly Pick<AppCall, 'usesXds'>[]): Promise<void> {
  if (!calls.some(({ usesXds }) => usesXds)) return;
  const { register } = await import('@grpc/grpc-js-xds');
  register();
}
