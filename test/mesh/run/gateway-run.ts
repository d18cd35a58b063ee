import { type LocalRun, withLocalRun } from '../../../mesh/run/local-run.ts';
import { eventually } from '../../until.ts';
import type { Fixture } from './fixture.ts';

/** A fake service with an ingress. */
export const GATEWAY = { name: 'gateway', hasEdge: true } as const;

/** Runs the services of a fixture while `use` runs. */
export function run<T>({ options }: Fixture, use: (run: LocalRun) => Promise<T>): Promise<T> {
  return withLocalRun(options, () => {}, use);
}

/** The state of a fake service, as the service reports it. */
interface Self {
  readonly pid: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly file: string;
}

/** Fetches the state of the fake service at `url`. */
export async function fetchSelf(url: string, path = '/'): Promise<Self> {
  return (await (await fetch(url + path)).json()) as Self;
}

/** Waits until the gateway responds from another process than `pid`. */
export function waitForRestart(edgeUrl: string, pid: number): Promise<true> {
  return eventually(async () => {
    const self = await fetchSelf(edgeUrl).catch(() => undefined);
    return self !== undefined && self.pid !== pid;
  });
}
