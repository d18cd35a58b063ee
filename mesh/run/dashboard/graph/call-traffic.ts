import { LatencyHistogram } from './latency-histogram.ts';

/** Length of a slot of the window. */
const SLOT_MS = 5_000;
const SLOTS = 12;
/** Methods of a call. An undeclared client could name thousands. */
const MAX_METHODS = 100;
/** Time that rates, percentiles and marks cover. */
export const WINDOW_SECONDS = (SLOT_MS * SLOTS) / 1_000;

/** Requests, errors and retries. */
export interface TrafficCounts {
  requests: number;
  errors: number;
  retries: number;
}

/**
 * Sources of counts. Metrics count all requests but arrive every few seconds; spans arrive sooner but only of sampled
 * requests. An undeclared call may be known from its callee only. The largest count is the best one.
 */
export type TrafficSource = 'metrics' | 'client-spans' | 'server-spans';
const SOURCES: readonly TrafficSource[] = ['metrics', 'client-spans', 'server-spans'];

interface Slot {
  readonly number: number;
  readonly counts: Readonly<Record<TrafficSource, TrafficCounts>>;
  readonly latency: LatencyHistogram;
  readonly decisions: Map<string, DecisionCount>;
}

export interface DecisionCount {
  readonly kind: string;
  readonly detail: string;
  readonly field: string;
  /** By metrics. */
  byMetrics: number;
  /** By events of spans. */
  bySpans: number;
}

/** Counts of a call in the window. */
export interface RecentTraffic extends TrafficCounts {
  readonly latency: LatencyHistogram;
  readonly decisions: readonly (Pick<DecisionCount, 'kind' | 'detail' | 'field'> & {
    readonly count: number;
  })[];
}

/** The observed traffic of one call. */
export class CallTraffic {
  readonly methods = new Set<string>();
  readonly totals = noCounts();
  #slots: Slot[] = [];

  addMethod(method: string): void {
    if (this.methods.size < MAX_METHODS) this.methods.add(method);
  }

  /** Sets the totals. */
  restore(totals: Readonly<Record<TrafficSource, TrafficCounts>>): void {
    for (const source of SOURCES) Object.assign(this.totals[source], totals[source]);
  }

  add(source: TrafficSource, counts: Readonly<TrafficCounts>, now: number): void {
    for (const target of [this.totals[source], this.#slot(now).counts[source]]) {
      target.requests += counts.requests;
      target.errors += counts.errors;
      target.retries += counts.retries;
    }
  }

  addLatency(durationMs: number, now: number): void {
    this.#slot(now).latency.add(durationMs);
  }

  addDecision(
    { kind, detail, field }: Pick<DecisionCount, 'kind' | 'detail' | 'field'>,
    source: 'byMetrics' | 'bySpans',
    count: number,
    now: number,
  ): void {
    const { decisions } = this.#slot(now);
    const key = `${kind}\n${detail}\n${field}`;
    const decision = decisions.get(key) ?? { kind, detail, field, byMetrics: 0, bySpans: 0 };
    decision[source] += count;
    decisions.set(key, decision);
  }

  /** Returns the largest counts of all sources since the start. */
  total(): TrafficCounts {
    return largest(this.totals);
  }

  /** Returns the counts of the window before `now`. */
  recent(now: number): RecentTraffic {
    this.#expire(now);
    const counts = noCounts();
    const latency = new LatencyHistogram();
    const decisions = new Map<string, DecisionCount>();
    for (const slot of this.#slots) {
      for (const source of SOURCES) {
        counts[source].requests += slot.counts[source].requests;
        counts[source].errors += slot.counts[source].errors;
        counts[source].retries += slot.counts[source].retries;
      }
      latency.addAll(slot.latency);
      for (const [key, { byMetrics, bySpans, ...decision }] of slot.decisions) {
        const sum = decisions.get(key) ?? { ...decision, byMetrics: 0, bySpans: 0 };
        sum.byMetrics += byMetrics;
        sum.bySpans += bySpans;
        decisions.set(key, sum);
      }
    }
    return {
      ...largest(counts),
      latency,
      decisions: [...decisions.values()]
        .map(({ byMetrics, bySpans, ...decision }) => ({ ...decision, count: Math.max(byMetrics, bySpans) }))
        .toSorted((a, b) => b.count - a.count),
    };
  }

  #slot(now: number): Slot {
    const number = Math.floor(now / SLOT_MS);
    const last = this.#slots.at(-1);
    if (last?.number === number) return last;
    this.#expire(now);
    const slot = { number, counts: noCounts(), latency: new LatencyHistogram(), decisions: new Map() };
    this.#slots.push(slot);
    return slot;
  }

  #expire(now: number): void {
    const first = Math.floor(now / SLOT_MS) - SLOTS;
    if (this.#slots[0] && this.#slots[0].number <= first)
      this.#slots = this.#slots.filter(({ number }) => number > first);
  }
}

function noCounts(): Record<TrafficSource, TrafficCounts> {
  const none = () => ({ requests: 0, errors: 0, retries: 0 });
  return { metrics: none(), 'client-spans': none(), 'server-spans': none() };
}

function largest(counts: Readonly<Record<TrafficSource, TrafficCounts>>): TrafficCounts {
  const max = (field: keyof TrafficCounts) => Math.max(...SOURCES.map((source) => counts[source][field]));
  return { requests: max('requests'), errors: max('errors'), retries: max('retries') };
}
