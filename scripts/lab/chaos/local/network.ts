import type { EndpointEntry, Endpoints } from '../../../../mesh/run/endpoints.ts';
import { Link } from './link.ts';

/** What lies between the processes of a run. */
export interface Network {
  /** Puts a link before each address. */
  readonly reroute: (endpoints: Endpoints) => Promise<Endpoints>;
  /** Puts a link before the address of a server that is no endpoint. @returns the address to use in its place */
  lead(target: string, address: string): Promise<string>;
  /** The links to a service, or to Postgres. @throws Error when none leads there */
  to(target: string): readonly Link[];
  close(): void;
}

export function openNetwork(): Network {
  const links = new Map<string, Link[]>();
  const lead = async (target: string, address: string) => {
    const link = await Link.open(address);
    links.set(target, [...(links.get(target) ?? []), link]);
    return link.address;
  };
  const before = async (target: string, entry: EndpointEntry): Promise<EndpointEntry> =>
    typeof entry === 'string'
      ? lead(target, entry)
      : { ...entry, address: await lead(target, entry.address) };
  return {
    async reroute(endpoints) {
      const rerouted = Object.entries(endpoints).map(async ([name, entries]) => {
        // `order.shop.svc.cluster.local:50051`
        const [target = name] = name.split('.');
        return [name, await Promise.all(entries.map((entry) => before(target, entry)))] as const;
      });
      return Object.fromEntries(await Promise.all(rerouted));
    },
    lead,
    to(target) {
      const found = links.get(target);
      if (found) return found;
      throw new Error(`no network leads to ${target}: it has no endpoint that others know`);
    },
    close() {
      for (const link of [...links.values()].flat()) link.close();
    },
  };
}
