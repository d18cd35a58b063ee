/** Endpoints that are ejected, and the state of the breaker of one call. */
export class EndpointStates {
  /** Time at which the ejection of an endpoint ends, by endpoint. */
  readonly #ejections = new Map<string, number>();
  readonly #ejectionCounts = new Map<string, number>();
  #breaker: { readonly state: BreakerState; readonly time: number } = { state: 'closed', time: 0 };
  #isBreakerTraced = false;

  /** @param baseMs duration of the first ejection; each further one is longer by it, as in Envoy */
  eject(endpoint: string, baseMs: number, time: number): void {
    const count = (this.#ejectionCounts.get(endpoint) ?? 0) + 1;
    this.#ejectionCounts.set(endpoint, count);
    this.#ejections.set(endpoint, time + baseMs * count);
  }

  readmit(endpoint: string): void {
    this.#ejections.delete(endpoint);
  }

  /**
   * Sets the state of the breaker, unless a later one is known.
   *
   * @param source `bySpans` for an event of a span, `byMetrics` for a metric. Metrics do not tell the order of changes
   *   within their interval, and are ignored once an event was received
   */
  setBreaker(state: string, time: number, source: 'byMetrics' | 'bySpans'): void {
    const isTraced = source === 'bySpans';
    if (!isBreakerState(state) || (this.#isBreakerTraced && !isTraced)) return;
    const isFirstEvent = isTraced && !this.#isBreakerTraced;
    if (isFirstEvent || time >= this.#breaker.time) this.#breaker = { state, time };
    this.#isBreakerTraced ||= isTraced;
  }

  get breaker(): BreakerState {
    return this.#breaker.state;
  }

  ejectedEndpoints(now: number): readonly string[] {
    return [...this.#ejections].filter(([, end]) => end > now).map(([endpoint]) => endpoint);
  }
}

type BreakerState = 'closed' | 'open' | 'half-open';

function isBreakerState(text: string): text is BreakerState {
  return text === 'closed' || text === 'open' || text === 'half-open';
}
