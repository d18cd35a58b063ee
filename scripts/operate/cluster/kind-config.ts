import { YamlWriter } from '../../../mesh/render/yaml.ts';
import { INGRESS_NODE_PORT } from './istio-operator.ts';
import { CLUSTER } from './kubectl.ts';

/** Returns the kind configuration of a cluster with one node, which maps a port of 127.0.0.1 to the ingress gateway. */
export function kindConfig(port: number): string {
  return new YamlWriter().stringify([
    {
      kind: 'Cluster',
      apiVersion: 'kind.x-k8s.io/v1alpha4',
      name: CLUSTER,
      nodes: [
        {
          role: 'control-plane',
          extraPortMappings: [
            { containerPort: INGRESS_NODE_PORT, hostPort: port, listenAddress: '127.0.0.1', protocol: 'TCP' },
          ],
        },
      ],
    },
  ]);
}
