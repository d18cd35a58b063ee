import { EventEmitter } from 'node:events';
import type { DeclaredGraph } from '../../policy/declared-graph.ts';
import type { GraphView } from './api/views.ts';
import { graphView } from './graph/graph-view.ts';
import { ObservedGraph } from './graph/observed-graph.ts';
import type { ReceivedLog } from './otlp/parse-logs.ts';
import type { ReceivedPoint } from './otlp/parse-metrics.ts';
import type { ReceivedSpan } from './otlp/parse-spans.ts';
import type { TelemetryStore } from './store/telemetry-store.ts';

interface TelemetryEvents {
  readonly spans: [readonly ReceivedSpan[]];
  readonly logs: [readonly ReceivedLog[]];
}

export interface TelemetryOptions {
  readonly declared: DeclaredGraph;
  readonly store: TelemetryStore;
  /** Identifies the run. The totals of calls survive a restart of the dashboard, and begin again with each run. */
  readonly run: string;
}

const TOTALS = 'call totals';

/** The telemetry of a run: the store, and the traffic on the graph. Emits records as they arrive. */
export class RunTelemetry extends EventEmitter<TelemetryEvents> {
  readonly declared: DeclaredGraph;
  readonly store: TelemetryStore;
  readonly observed: ObservedGraph;
  readonly #run: string;
  #hasChanged = false;

  constructor({ declared, store, run }: TelemetryOptions) {
    super();
    // One listener per stream that follows records.
    this.setMaxListeners(0);
    this.declared = declared;
    this.store = store;
    this.#run = run;
    this.observed = new ObservedGraph(declared, Date.now());
    const [savedRun, totals] = store.loadState(TOTALS)?.split('\n') ?? [];
    if (savedRun === run && totals !== undefined) this.observed.restore(totals);
  }

  /** @returns why the spans were not stored; undefined if they were */
  addSpans(spans: readonly ReceivedSpan[], now: number): string | undefined {
    const problem = this.store.addSpans(spans, now);
    this.observed.addSpans(spans, now);
    this.#hasChanged = true;
    this.emit('spans', spans);
    return problem;
  }

  /** @returns why the records were not stored; undefined if they were */
  addLogs(logs: readonly ReceivedLog[]): string | undefined {
    const problem = this.store.addLogs(logs);
    this.emit('logs', logs);
    return problem;
  }

  /** @returns why the points were not stored; undefined if they were */
  addPoints(points: readonly ReceivedPoint[], now: number): string | undefined {
    const problem = this.store.addPoints(points);
    this.observed.addPoints(points, now);
    this.#hasChanged = true;
    return problem;
  }

  graph(now: number): GraphView {
    return graphView(this.declared, this.observed, now);
  }

  /** Stores the totals of the calls, if they have changed. */
  saveTotals(): void {
    if (!this.#hasChanged) return;
    this.#hasChanged = false;
    this.store.saveState(TOTALS, `${this.#run}\n${this.observed.save()}`);
  }
}
