import { experimental, Metadata, status } from '@grpc/grpc-js';
import type { Discovery, Watch } from './discovery.ts';

type Listener = experimental.ResolverListener;
type Uri = experimental.GrpcUri;

const { subchannelAddressToString } = experimental;

const SCHEME = 'weft';
const discoveries = new Map<string, Discovery>();

/** The attribute that tells a balancer the versions of endpoints, by address as grpc-js writes it. */
export const VERSIONS = 'weft.versions';

/** The grpc-js target under which `discovery` finds `address` (`host:port`). */
export function grpcTarget(discovery: Discovery, address: string): string {
  for (const [id, known] of discoveries) if (known === discovery) return `${SCHEME}://${id}/${address}`;
  const id = `discovery-${discoveries.size}`;
  discoveries.set(id, discovery);
  return `${SCHEME}://${id}/${address}`;
}

/** Hands a Discovery's endpoints to grpc-js. The target's authority names which discovery, of those of this process. */
class DiscoveryResolver implements experimental.Resolver {
  readonly #target: Uri;
  readonly #listener: Listener;
  #watch: Watch | undefined;
  #told = '';

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
    if (!discovery) throw new Error(`no discovery for ${experimental.uriToString(this.#target)}`);
    this.#watch = discovery.watch(this.#target.path, {
      endpoints: (endpoints) => {
        // A list of endpoints that all fail makes grpc-js ask for another at once: the same again would send it round
        // in circles.
        const told = JSON.stringify(endpoints);
        if (told === this.#told) return;
        this.#told = told;
        const list = endpoints.map(({ host, port }) => ({ addresses: [{ host, port }] }));
        // An endpoint of grpc-js has addresses and nothing else.
        const versions = new Map(endpoints.map((one) => [subchannelAddressToString(one), one.version]));
        this.#listener(experimental.statusOrFromValue(list), { [VERSIONS]: versions }, null, '');
      },
      error: (error) => {
        this.#told = '';
        const problem = { code: status.UNAVAILABLE, details: error.message, metadata: new Metadata() };
        this.#listener(experimental.statusOrFromError(problem), {}, null, '');
      },
    });
  }

  destroy(): void {
    this.#watch?.stop();
    this.#watch = undefined;
    this.#told = '';
  }

  static getDefaultAuthority(target: Uri): string {
    return target.path;
  }
}

experimental.registerResolver(SCHEME, DiscoveryResolver);
