import type { Replica } from '../testbed/testbed.ts';
import type { ContrastTestbed } from './contrast-testbed.ts';
import type { Measure } from './report.ts';

/** A failure or overload, with the load under which layers are compared. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  /** Describes the fault in one or two sentences, for the report. */
  readonly description: string;
  readonly measure: Measure;
  readonly traffic: Traffic;
  /** The service that faults are injected into. */
  readonly callee: string;
  /** Requests per second. */
  readonly requestsPerSecond: number;
  /** Duration of the load, in seconds. */
  readonly durationS: number;
  /**
   * Injects faults before the first request is due.
   * @returns a description of the fault of each faulty replica, by its name
   */
  prepare?(replicas: readonly Replica[]): Promise<Readonly<Record<string, string>>>;
  /** Runs concurrently with the load. `waitUntil` waits until that second of the load. */
  runDuringLoad?(
    testbed: ContrastTestbed,
    waitUntil: (second: number) => Promise<void>,
  ): Promise<Partial<ScenarioObservation>>;
}

/** The requests that the load generator sends. */
export type Traffic = 'browse products' | 'place orders' | 'list notifications';

/** Results that a scenario measures itself. */
export interface ScenarioObservation {
  readonly movedKeyShare: number;
}

/** Maximum latency of a useful answer, in milliseconds. */
export const MAX_USEFUL_LATENCY_MS = 500;
