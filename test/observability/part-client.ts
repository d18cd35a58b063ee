import { MONITORING_NAMESPACE, PART_NAMES } from '../../charts/observability/names.ts';
import type { ObservabilityPart } from '../../charts/observability/settings.ts';
import { startServingKubectl } from '../../scripts/operate/cluster/serving-kubectl.ts';

/** HTTP client of a part of the observability stack, through `kubectl port-forward`. */
export interface PartClient {
  /** Address of the part on this machine, without a path. */
  readonly url: string;
  /** Returns the JSON of a path. @throws Error with the answer if the status is not 200 */
  get<T>(path: string, query?: Readonly<Record<string, string>>): Promise<T>;
  close(): Promise<void>;
}

/** Forwards a port of this machine to a port of a part. */
export async function openPart(part: ObservabilityPart, port: number): Promise<PartClient> {
  const { port: own, close } = await startServingKubectl(
    ['port-forward', `service/${PART_NAMES[part]}`, `:${port}`, `--namespace=${MONITORING_NAMESPACE}`],
    `cannot forward to port ${port} of ${part}`,
  );
  const base = `http://127.0.0.1:${own}`;
  return {
    url: base,
    async get<T>(path: string, query: Readonly<Record<string, string>> = {}) {
      const url = new URL(path, base);
      for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
      const response = await fetch(url, { signal: AbortSignal.timeout(30_000) });
      const text = await response.text();
      if (response.status !== 200) throw new Error(`${url} answered ${response.status}: ${text}`);
      return JSON.parse(text) as T;
    },
    close,
  };
}
