import { z } from 'zod';
import { strings } from '../../process/go-json.ts';
import type { ProgramOptions } from '../../process/run-program.ts';
import { ADDRESS_ANNOTATION } from './istio-operator.ts';
import { kubectlJson } from './kubectl.ts';

const SERVICE = z.object({ metadata: z.object({ annotations: strings }) });

/**
 * Where the shop's ingress gateway answers, as in `http://127.0.0.1:8080`.
 *
 * @throws ProgramError when there is no cluster, or no Istio in it; Error when kind:up did not install it
 */
export async function gatewayAddress(options: ProgramOptions = {}): Promise<string> {
  const service = ['get', 'service', 'istio-ingressgateway', '--namespace=istio-system'];
  const { metadata } = await kubectlJson(SERVICE, service, options);
  const address = metadata.annotations[ADDRESS_ANNOTATION];
  if (address) return address;
  throw new Error(
    'the ingress gateway does not say where it is reached: its Istio was not installed by npm run kind:up',
  );
}
