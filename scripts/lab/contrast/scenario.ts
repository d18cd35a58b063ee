import type { Measure } from './report.ts';
import type { Replica, Stage } from './stage.ts';

/** Something that goes wrong. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  /** What is done to the shop, in one or two sentences. */
  readonly what: string;
  readonly measure: Measure;
  readonly traffic: Traffic;
  /** The service that the trouble is with. */
  readonly callee: string;
  /** Requests a second. */
  readonly rate: number;
  /** How long they arrive. */
  readonly seconds: number;
  /** Makes the trouble, before the first request is due. @returns what is wrong with whom, in words, by replica */
  begin?(stage: Stage, replicas: readonly Replica[]): Promise<Readonly<Record<string, string>>>;
  /** Goes on while requests arrive; `elapse` waits until so many seconds of the load are over. */
  during?(stage: Stage, elapse: (seconds: number) => Promise<void>): Promise<Partial<Observed>>;
}

/** What people do in the shop. */
export type Traffic = 'looks at products' | 'places orders' | 'reads notices';

/** What only the scenario itself can see. */
export interface Observed {
  readonly movedKeys: number;
}

/** Milliseconds after which an answer is of no use to whoever asked. */
export const USEFUL_MS = 500;
