import type { Endpoints, Entry } from '../../local/endpoints.ts';
import { Link } from './link.ts';

/** What lies between the processes of a run. */
export interface Network {
  /** Puts a link before each address. */
  readonly reroute: (endpoints: Endpoints) => Promise<Endpoints>;
  /** The links to a service, or to Postgres. @throws Error when none leads there */
  to(target: string): readonly Link[];
  close(): void;
}

export function openNetwork(): Network {
  const links = new Map<string, Link[]>();
  const before = async (target: string, entry: Entry): Promise<Entry> => {
    const link = await Link.open(typeof entry === 'string' ? entry : entry.address);
    links.set(target, [...(links.get(target) ?? []), link]);
    return typeof entry === 'string' ? link.address : { ...entry, address: link.address };
  };
  return {
    async reroute(endpoints) {
      const rerouted = Object.entries(endpoints).map(async ([name, entries]) => {
        // `order.shop.svc.cluster.local:50051`
        const [target = name] = name.split('.');
        return [name, await Promise.all(entries.map((entry) => before(target, entry)))] as const;
      });
      return Object.fromEntries(await Promise.all(rerouted));
    },
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
