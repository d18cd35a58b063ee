import type { EndpointEntry, Endpoints } from '../../../../mesh/run/endpoints.ts';
import { Link } from './link.ts';

/** Links between the processes of a local run. */
export interface Network {
  /** Puts a link in front of each address. */
  readonly reroute: (endpoints: Endpoints) => Promise<Endpoints>;
  /** Puts a link in front of a server that is no endpoint. @returns the address of the link */
  addLink(target: string, address: string): Promise<string>;
  /** Returns the links to a service or server. @throws Error if there is none */
  linksTo(target: string): readonly Link[];
  close(): void;
}

export function openNetwork(): Network {
  const links = new Map<string, Link[]>();
  const addLink = async (target: string, address: string) => {
    const link = await Link.open(address);
    links.set(target, [...(links.get(target) ?? []), link]);
    return link.address;
  };
  const rerouteEntry = async (target: string, entry: EndpointEntry): Promise<EndpointEntry> =>
    typeof entry === 'string'
      ? addLink(target, entry)
      : { ...entry, address: await addLink(target, entry.address) };
  return {
    async reroute(endpoints) {
      const rerouted = Object.entries(endpoints).map(async ([name, entries]) => {
        // The name is like `order.shop.svc.cluster.local:50051`.
        const [target = name] = name.split('.');
        return [name, await Promise.all(entries.map((entry) => rerouteEntry(target, entry)))] as const;
      });
      return Object.fromEntries(await Promise.all(rerouted));
    },
    addLink,
    linksTo(target) {
      const targetLinks = links.get(target);
      if (targetLinks) return targetLinks;
      throw new Error(`the network of ${target} cannot be changed: no process connects to it`);
    },
    close() {
      for (const link of [...links.values()].flat()) link.close();
    },
  };
}
