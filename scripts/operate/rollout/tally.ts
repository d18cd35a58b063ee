import { QUERY_TIMEOUT_MS } from '../../process/program-json.ts';
import { ProgramError, type ProgramOptions } from '../../process/run-program.ts';
import { kubectl, kubectlJson, NAMESPACE } from '../cluster/kubectl.ts';
import { POD_LIST } from '../cluster/pod.ts';
import { type Inbound, inboundOf, NO_INBOUND, since, sum } from './inbound.ts';
import { parsePrometheus } from './prometheus.ts';

interface Reading {
  readonly version: string;
  readonly inbound: Inbound;
}

/** Where a sidecar shows its statistics. */
const STATISTICS = '15090/proxy/stats/prometheus?filter=inbound';

/**
 * Counts, version by version, what came to the pods of a service from a moment on. A pod that is made meanwhile counts
 * from its beginning; one that ends, up to when it was last read.
 */
export class Tally {
  readonly #service: string;
  readonly #port: number;
  readonly #options: ProgramOptions;
  #start: ReadonlyMap<string, Reading> = new Map();
  #last = new Map<string, Reading>();

  private constructor(service: string, port: number, options: ProgramOptions) {
    this.#service = service;
    this.#port = port;
    this.#options = options;
  }

  /** @param port on which the service serves */
  static async start(service: string, port: number, options: ProgramOptions = {}): Promise<Tally> {
    const tally = new Tally(service, port, options);
    await tally.read();
    tally.restart();
    return tally;
  }

  /** Counts from the last reading on. */
  restart(): void {
    this.#start = new Map(this.#last);
  }

  /** What came to each version so far. */
  async read(): Promise<ReadonlyMap<string, Inbound>> {
    const selector = ['--selector', `app=${this.#service}`, `--namespace=${NAMESPACE}`];
    const { items } = await kubectlJson(POD_LIST, ['get', 'pods', ...selector], this.#options);
    const running = items.filter(({ status }) => status.phase === 'Running');
    await Promise.all(
      running.map(async ({ metadata: { name, labels } }) => {
        const inbound = await this.#readPod(name);
        if (inbound) this.#last.set(name, { version: labels.version ?? '', inbound });
      }),
    );
    const differences = [...this.#last].map(([pod, { version, inbound }]) => ({
      version,
      inbound: since(inbound, this.#start.get(pod)?.inbound ?? NO_INBOUND),
    }));
    const versions = Map.groupBy(differences, ({ version }) => version);
    return new Map(
      [...versions].map(([version, parts]) => [version, sum(parts.map(({ inbound }) => inbound))]),
    );
  }

  /** Reads until nothing more comes: what callers do not wait for, such as copies, may still be on its way. */
  async settled(): Promise<ReadonlyMap<string, Inbound>> {
    const requests = (by: ReadonlyMap<string, Inbound>) =>
      JSON.stringify([...by].map(([version, inbound]) => [version, inbound.requests]));
    let reading = await this.read();
    // Real traffic may never end.
    for (let reads = 1; reads < 5; reads += 1) {
      const next = await this.read();
      if (requests(next) === requests(reading)) return next;
      reading = next;
    }
    return reading;
  }

  /** Undefined when the pod does not answer: it starts, or ends. */
  async #readPod(name: string): Promise<Inbound | undefined> {
    const path = `/api/v1/namespaces/${NAMESPACE}/pods/${name}:${STATISTICS}`;
    try {
      const options = { timeoutMs: QUERY_TIMEOUT_MS, ...this.#options };
      return inboundOf(parsePrometheus(await kubectl(['get', '--raw', path], options)), this.#port);
    } catch (error) {
      if (error instanceof ProgramError) return undefined;
      throw error;
    }
  }
}
