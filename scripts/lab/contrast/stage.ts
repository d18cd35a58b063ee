/** A process of a service, as it is reached and shown. */
export interface Replica {
  readonly service: string;
  /** `product-2` */
  readonly name: string;
}

/** What a process is told to do badly; services/kit/server/fault-injector.ts reads it. */
export interface Trouble {
  /** Share of the calls that fail, 0 to 100. */
  readonly failPercent?: number;
  /** Milliseconds that a call takes longer. */
  readonly delayMs?: number;
  /** Calls that are worked on at a time. */
  readonly slots?: number;
}

/** What a process has counted since it started. */
export interface Counted extends Replica {
  /** Tells a process from the one that took its place. */
  readonly process: string;
  /** Requests that came, by the method's name. */
  readonly requests: Readonly<Record<string, number>>;
  /** Decisions of the in-app layer, by kind. */
  readonly decisions: Readonly<Record<string, number>>;
}

/** What a process has used of the machine. */
export interface Used {
  readonly process: string;
  /** Milliseconds of CPU since it started. */
  readonly cpuMs: number;
  readonly memoryMiB: number;
}

/** What all processes counted and used up to now. */
export interface Reading {
  readonly counted: readonly Counted[];
  readonly application: readonly Used[];
  /** Empty where there is no proxy. */
  readonly proxies: readonly Used[];
}

/** The shop under one layer, for scenarios to act on. */
export interface Stage {
  /** `http://host:port` where the shop is asked. */
  readonly door: string;
  /** Fields of the policies that the layer cannot do, and that are left out. @default none */
  readonly lost?: readonly string[];
  /** The processes of a service that callers know of. */
  replicas(service: string): Promise<readonly Replica[]>;
  /** From now on it misbehaves so; `{}` ends that. */
  rehearse(replica: Replica, trouble: Trouble): Promise<void>;
  /** Which keys' calls came to a process since it was last told how to behave. */
  keys(replica: Replica): Promise<Readonly<Record<string, number>>>;
  /** Restarts the processes of a service, one after the other. */
  restart(service: string): Promise<void>;
  /** Makes a service have so many processes, and waits until its callers know. */
  scale(service: string, replicas: number): Promise<void>;
  read(): Promise<Reading>;
}
