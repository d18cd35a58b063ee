import { experimental, Metadata, status } from '@grpc/grpc-js';
import type { Discovery, EndpointWatch } from './discovery.ts';

type Listener = experimental.ResolverListener;
type Uri = experimental.GrpcUri;

const { subchannelAddressToString } = experimental;

const SCHEME = 'weft';
const discoveries = new Map<string, Discovery>();

/** Resolver attribute with the versions of endpoints, by address as grpc-js writes it. */
export const VERSIONS = 'weft.versions';

/** Returns the grpc-js target of `address` (`host:port`), which `discovery` resolves. */
export function grpcTarget(discovery: Discovery, address: string): string {
  for (const [id, registered] of discoveries)
    if (registered === discovery) return `${SCHEME}://${id}/${address}`;
  const id = `discovery-${discoveries.size}`;
  discoveries.set(id, discovery);
  return `${SCHEME}://${id}/${address}`;
}

/** Passes the endpoints of a Discovery to grpc-js. The authority of the target identifies the Discovery. */
class DiscoveryResolver implements experimental.Resolver {
  readonly #target: Uri;
  readonly #listener: Listener;
  #watch: EndpointWatch | undefined;
  #lastEndpoints = '';

  constructor(target: Uri, listener: Listener) {
    this.#target = target;
    this.#listener = listener;
  }

  updateResolution(): void {
    if (this.#watch) {
      this.#watch.refresh();
      return;
    }
    const discovery = discoveries.get(this.#target.authority ?? '');
    if (!discovery)
      throw new Error(
        `no discovery for ${experimental.uriToString(this.#target)}; create the target with grpcTarget`,
      );
    this.#watch = discovery.watch(this.#target.path, {
      onEndpoints: (endpoints) => {
        // Skips an unchanged list: if all endpoints fail, grpc-js requests a new resolution at once, and reporting the
        // same list would create a busy loop.
        const serialized = JSON.stringify(endpoints);
        if (serialized === this.#lastEndpoints) return;
        this.#lastEndpoints = serialized;
        const list = endpoints.map(({ host, port }) => ({ addresses: [{ host, port }] }));
        // grpc-js's endpoints have no attributes: versions travel as an attribute of the list.
        const versions = new Map(
          endpoints.map((endpoint) => [subchannelAddressToString(endpoint), endpoint.version]),
        );
        this.#listener(experimental.statusOrFromValue(list), { [VERSIONS]: versions }, null, '');
      },
      onError: (error) => {
        this.#lastEndpoints = '';
        const problem = { code: status.UNAVAILABLE, details: error.message, metadata: new Metadata() };
        this.#listener(experimental.statusOrFromError(problem), {}, null, '');
      },
    });
  }

  destroy(): void {
    this.#watch?.stop();
    this.#watch = undefined;
    this.#lastEndpoints = '';
  }

  static getDefaultAuthority(target: Uri): string {
    return target.path;
  }
}

experimental.registerResolver(SCHEME, DiscoveryResolver);
