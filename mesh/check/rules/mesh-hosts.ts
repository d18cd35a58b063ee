import type { ServiceSpec } from '../../../imports/kubernetes.ts';
import type {
  DestinationRuleSpec,
  DestinationRuleSubsets,
  ServiceEntrySpec,
} from '../../../imports/networking.istio.io.ts';
import type { Manifest } from '../../render/manifest.ts';
import { didYouMean } from './closest-name.ts';
import { type ManifestSet, namespaceOf, specOf } from './manifest-set.ts';

const CLUSTER = 'svc.cluster.local';

/** What a mesh knows by the name of a host. */
export interface MeshHost {
  /** Its name in full. */
  readonly name: string;
  readonly service?: Manifest;
  /** Numbers of its ports. */
  readonly ports: readonly number[];
  readonly subsets: readonly DestinationRuleSubsets[];
}

/** Services, ServiceEntries and the subsets of DestinationRules, by host. */
export class MeshHosts {
  readonly #hosts = new Map<string, MeshHost>();

  constructor(set: ManifestSet) {
    for (const service of set.ofKind('Service')) {
      const ports = (specOf<ServiceSpec>(service).ports ?? []).map(({ port }) => port);
      const name = `${service.object.metadata.name}.${namespaceOf(service)}.${CLUSTER}`;
      this.#hosts.set(name, { name, service, ports, subsets: [] });
    }
    for (const entry of set.ofKind('ServiceEntry')) {
      const { hosts = [], ports = [] } = specOf<ServiceEntrySpec>(entry);
      for (const name of hosts)
        this.#hosts.set(name, { name, ports: ports.map(({ number }) => Number(number)), subsets: [] });
    }
    for (const rule of set.ofKind('DestinationRule')) {
      const { host = '', subsets = [] } = specOf<DestinationRuleSpec>(rule);
      const found = this.find(host, namespaceOf(rule));
      if (found) this.#hosts.set(found.name, { ...found, subsets: [...found.subsets, ...subsets] });
    }
  }

  /** @param namespace of who names the host: a name without dots is one of a Service there */
  find(host: string, namespace: string): MeshHost | undefined {
    return this.#hosts.get(fullName(host, namespace));
  }

  /** What to do about a host that is not known. */
  suggestFix(host: string, namespace: string): string {
    const name = fullName(host, namespace);
    return `there is no Service or ServiceEntry of that host${didYouMean(name, this.#hosts.keys())}`;
  }
}

/** A name without dots is that of a Service in the namespace. */
export function fullName(host: string, namespace: string): string {
  return host.includes('.') ? host : `${host}.${namespace}.${CLUSTER}`;
}
