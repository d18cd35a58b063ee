import type { CallPolicy } from '../../../../mesh/policy/call-policy.ts';
import { methodPath } from '../../../../mesh/policy/grpc-service.ts';
import { createClient } from '../../../../services/kit/client/create-client.ts';
import type { LivePolicy } from '../../../../services/kit/client/live-policy.ts';
import { ProductServiceDefinition } from '../../../../services/proto/gen/weft/product/v1/product.ts';
import { createStaticDiscovery } from '../static-discovery.ts';

export interface Caller {
  readonly call: () => Promise<unknown>;
  close(): void;
}

/** Creates a caller of `addresses` with the kit's client, which enforces the policy. */
export function createKitCaller(addresses: readonly string[], policy: CallPolicy, live?: LivePolicy): Caller {
  const { client, close } = createClient(
    ProductServiceDefinition,
    {
      callee: 'product',
      address: 'product:50051',
      service: ProductServiceDefinition.fullName,
      methods: [methodPath(ProductServiceDefinition, ProductServiceDefinition.methods.getProduct)],
      policy,
    },
    {
      caller: 'bench',
      ...(live && { policy: () => live }),
      discovery: createStaticDiscovery(addresses),
    },
  );
  return { call: () => client.getProduct({ id: 'a' }), close };
}

/** Makes `requests` calls, `inFlight` of them concurrently. */
export async function runLoad(
  call: () => Promise<unknown>,
  requests: number,
  inFlight: number,
): Promise<void> {
  let remaining = requests;
  const work = async () => {
    while (remaining-- > 0) await call();
  };
  await Promise.all(Array.from({ length: inFlight }, work));
}
