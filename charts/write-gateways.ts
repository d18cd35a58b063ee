import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { EdgeGatewayOptions } from '../mesh/compile/gateways/gateway-options.ts';
import { kongConfig } from '../mesh/compile/gateways/kong/kong-config.ts';
import { nginxConfig } from '../mesh/compile/gateways/nginx/nginx-config.ts';
import { proxyHops } from '../mesh/compile/peers/proxy-hops.ts';
import type { Platform } from '../mesh/graph/platform.ts';
import { type SharedEdge, sharedEdges } from '../mesh/graph/shared-edge.ts';
import { YamlWriter } from '../mesh/render/yaml.ts';

/** Equal to the defaults of WEFT_RATE_LIMIT and WEFT_RATE_LIMIT_BURST in services/gateway/settings.ts. */
const RATE_LIMIT = { perSecond: 2_000, burst: 20_000 };

/** The files of each gateway. The local run reads every file that ends in `.yaml` as a manifest, so none does. */
const FILES: Readonly<Record<string, (edge: SharedEdge, options: EdgeGatewayOptions) => string>> = {
  'nginx.conf': nginxConfig,
  'kong.yml': (edge, options) => new YamlWriter().stringify([kongConfig(edge, options)]),
};

/**
 * Writes the configurations of gateways that can replace the ingress gateway of Istio, in a folder for each edge. The
 * folder is separate from that of the manifests, because kubectl must not apply the files.
 */
export function writeGateways({ services, environment }: Platform, folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  // The gateway itself is one of the proxies in front of the services.
  const options = { rateLimit: RATE_LIMIT, numTrustedProxies: Math.max(0, proxyHops(environment) - 1) };
  for (const edge of sharedEdges(services)) {
    mkdirSync(path.join(folder, edge.name), { recursive: true });
    for (const [name, compile] of Object.entries(FILES)) {
      writeFileSync(path.join(folder, edge.name, name), compile(edge, options));
    }
  }
}
