import { ADDRESS_ANNOTATION } from './istio-operator.ts';
import { kubectlJson } from './kubectl.ts';

/**
 * Where the shop's ingress gateway answers, as in `http://127.0.0.1:8080`.
 *
 * @throws ProgramError when there is no cluster, or no Istio in it; Error when kind:up did not install it
 */
export async function gatewayAddress(): Promise<string> {
  const service = ['get', 'service', 'istio-ingressgateway', '--namespace=istio-system'];
  const { metadata } = await kubectlJson<{ metadata: { annotations?: Record<string, string> } }>(service);
  const address = metadata.annotations?.[ADDRESS_ANNOTATION];
  if (address) return address;
  throw new Error(
    'the ingress gateway does not say where it is reached: its Istio was not installed by npm run kind:up',
  );
}
