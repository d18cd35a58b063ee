import { QUERY_TIMEOUT_MS } from '../../process/program-json.ts';
import { ProgramError, type ProgramOptions } from '../../process/run-program.ts';
import { kubectl, kubectlJson, NAMESPACE } from '../cluster/kubectl.ts';
import { POD_LIST } from '../cluster/pod.ts';
import { addInbound, type Inbound, NO_INBOUND, readInbound, subtractInbound } from './inbound.ts';
import { parsePrometheus } from './prometheus.ts';

interface Reading {
  readonly version: string;
  readonly inbound: Inbound;
}

/** Port and path of the statistics of a sidecar. */
const STATISTICS = '15090/proxy/stats/prometheus?filter=inbound';

/**
 * Counts the requests to the pods of a service by version, since `start` or the latest `restart`. A pod that starts
 * later is counted from its start, and a pod that ends is counted up to its latest reading.
 */
export class Tally {
  readonly #service: string;
  readonly #port: number;
  readonly #options: ProgramOptions;
  #start: ReadonlyMap<string, Reading> = new Map();
  #latest = new Map<string, Reading>();

  private constructor(service: string, port: number, options: ProgramOptions) {
    this.#service = service;
    this.#port = port;
    this.#options = options;
  }

  /** Starts counting. @param port on which the service listens */
  static async start(service: string, port: number, options: ProgramOptions = {}): Promise<Tally> {
    const tally = new Tally(service, port, options);
    await tally.read();
    tally.restart();
    return tally;
  }

  /** Restarts counting at the latest reading. */
  restart(): void {
    this.#start = new Map(this.#latest);
  }

  /** Returns the requests to each version so far. */
  async read(): Promise<ReadonlyMap<string, Inbound>> {
    const selector = ['--selector', `app=${this.#service}`, `--namespace=${NAMESPACE}`];
    const { items } = await kubectlJson(POD_LIST, ['get', 'pods', ...selector], this.#options);
    const running = items.filter(({ status }) => status.phase === 'Running');
    await Promise.all(
      running.map(async ({ metadata: { name, labels } }) => {
        const inbound = await this.#readPod(name);
        if (inbound) this.#latest.set(name, { version: labels.version ?? '', inbound });
      }),
    );
    const differences = [...this.#latest].map(([pod, { version, inbound }]) => ({
      version,
      inbound: subtractInbound(inbound, this.#start.get(pod)?.inbound ?? NO_INBOUND),
    }));
    const versions = Map.groupBy(differences, ({ version }) => version);
    return new Map(
      [...versions].map(([version, parts]) => [version, addInbound(parts.map(({ inbound }) => inbound))]),
    );
  }

  /** Reads until the counts are stable, as mirrored requests may still be in flight. */
  async readSettled(): Promise<ReadonlyMap<string, Inbound>> {
    const requests = (by: ReadonlyMap<string, Inbound>) =>
      JSON.stringify([...by].map(([version, inbound]) => [version, inbound.requests]));
    let reading = await this.read();
    // Other traffic may never end, so the number of readings is limited.
    for (let reads = 1; reads < 5; reads += 1) {
      const next = await this.read();
      if (requests(next) === requests(reading)) return next;
      reading = next;
    }
    return reading;
  }

  /** Returns undefined for a pod that is starting or terminating. */
  async #readPod(name: string): Promise<Inbound | undefined> {
    const path = `/api/v1/namespaces/${NAMESPACE}/pods/${name}:${STATISTICS}`;
    try {
      const options = { timeoutMs: QUERY_TIMEOUT_MS, ...this.#options };
      return readInbound(parsePrometheus(await kubectl(['get', '--raw', path], options)), this.#port);
    } catch (error) {
      if (error instanceof ProgramError) return undefined;
      throw error;
    }
  }
}
