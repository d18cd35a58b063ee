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

/** A host that requests inside the mesh can name. */
export interface MeshHost {
  /** Fully qualified name. */
  readonly name: string;
  /** The Service of this name. Undefined for the host of a ServiceEntry. */
  readonly service?: Manifest;
  /** Port numbers. */
  readonly ports: readonly number[];
  readonly subsets: readonly DestinationRuleSubsets[];
}

/** Indexes Services, ServiceEntries and the subsets of DestinationRules by host. */
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
      const meshHost = this.find(host, namespaceOf(rule));
      if (meshHost)
        this.#hosts.set(meshHost.name, { ...meshHost, subsets: [...meshHost.subsets, ...subsets] });
    }
  }

  /**
   * Returns the host of a name; undefined if there is none.
   *
   * @param namespace namespace of the referring object, for names without dots
   */
  find(host: string, namespace: string): MeshHost | undefined {
    return this.#hosts.get(fullName(host, namespace));
  }

  /** Returns the advice for a host that does not exist. */
  suggestFix(host: string, namespace: string): string {
    const name = fullName(host, namespace);
    return `no Service or ServiceEntry has this host${didYouMean(name, this.#hosts.keys())}`;
  }
}

/** Returns the fully qualified name of a host. A name without dots is a Service in `namespace`. */
export function fullName(host: string, namespace: string): string {
  return host.includes('.') ? host : `${host}.${namespace}.${CLUSTER}`;
}
