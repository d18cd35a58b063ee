import type { CallPolicy } from '../../../../mesh/policy/call-policy.ts';
import { methodPath } from '../../../../mesh/policy/grpc-service.ts';
import { createClient } from '../../../../services/kit/client/create-client.ts';
import type { LivePolicy } from '../../../../services/kit/client/live-policy.ts';
import { ProductServiceDefinition } from '../../../../services/proto/gen/weft/product/v1/product.ts';
import { knownAddresses } from '../known-addresses.ts';

export interface Caller {
  readonly call: () => Promise<unknown>;
  close(): void;
}

/** A caller of `addresses` under the kit's in-app layer. */
export function kitCaller(addresses: readonly string[], policy: CallPolicy, live?: LivePolicy): Caller {
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
      discovery: knownAddresses(addresses),
    },
  );
  return { call: () => client.getProduct({ id: 'a' }), close };
}

/** Makes `requests` calls, `inFlight` of them at a time. */
export async function load(call: () => Promise<unknown>, requests: number, inFlight: number): Promise<void> {
  let left = requests;
  const one = async () => {
    while (left-- > 0) await call();
  };
  await Promise.all(Array.from({ length: inFlight }, one));
}
