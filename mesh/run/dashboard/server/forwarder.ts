export type Signal = 'traces' | 'logs' | 'metrics';

export interface ForwarderOptions {
  /** Base URL of OTLP over HTTP, such as `http://collector:4318`. */
  readonly endpoint: string;
  /** Such as those of OTEL_EXPORTER_OTLP_HEADERS. */
  readonly headers: Readonly<Record<string, string>>;
  /** Called with the reason for each request that was not delivered. */
  readonly onDrop: (reason: string) => void;
}

/** Bytes of the requests that wait for the collector. Further requests are dropped. */
const MAX_QUEUE_BYTES = 32 * 1_048_576;
const TIMEOUT_MS = 5_000;

/** Sends received telemetry on to a collector, one request at a time. */
export class Forwarder {
  readonly #options: ForwarderOptions;
  readonly #queue: { readonly signal: Signal; readonly body: Buffer }[] = [];
  #queuedBytes = 0;
  #isSending = false;

  constructor(options: ForwarderOptions) {
    this.#options = options;
  }

  /** Never waits: a slow collector must not delay the exporters. */
  forward(signal: Signal, body: Buffer): void {
    if (this.#queuedBytes + body.length > MAX_QUEUE_BYTES) {
      this.#options.onDrop('the collector of OTEL_EXPORTER_OTLP_ENDPOINT is too slow');
      return;
    }
    this.#queuedBytes += body.length;
    this.#queue.push({ signal, body });
    if (!this.#isSending) void this.#sendAll();
  }

  async #sendAll(): Promise<void> {
    this.#isSending = true;
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) {
      this.#queuedBytes -= next.body.length;
      const problem = await this.#send(next.signal, next.body).catch((error: Error) => error.message);
      if (problem !== undefined)
        this.#options.onDrop(`the collector of OTEL_EXPORTER_OTLP_ENDPOINT failed: ${problem}`);
    }
    this.#isSending = false;
  }

  async #send(signal: Signal, body: Buffer): Promise<string | undefined> {
    const { endpoint, headers } = this.#options;
    const response = await fetch(`${endpoint.replace(/\/$/, '')}/v1/${signal}`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: new Uint8Array(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await response.body?.cancel();
    return response.ok ? undefined : `status ${response.status}`;
  }
}
