import { z } from 'zod';
import { strings } from '../../process/go-json.ts';
import type { ProgramOptions } from '../../process/run-program.ts';
import { ADDRESS_ANNOTATION } from './istio-operator.ts';
import { kubectlJson } from './kubectl.ts';

const SERVICE = z.object({ metadata: z.object({ annotations: strings }) });

/**
 * Returns the address of the ingress gateway, such as `http://127.0.0.1:8080`.
 *
 * @throws ProgramError without a cluster or without Istio; Error if kind:up did not install Istio
 */
export async function readGatewayAddress(options: ProgramOptions = {}): Promise<string> {
  const service = ['get', 'service', 'istio-ingressgateway', '--namespace=istio-system'];
  const { metadata } = await kubectlJson(SERVICE, service, options);
  const address = metadata.annotations[ADDRESS_ANNOTATION];
  if (address) return address;
  throw new Error(
    `the ingress gateway has no annotation ${ADDRESS_ANNOTATION}; install Istio with npm run kind:up`,
  );
}
