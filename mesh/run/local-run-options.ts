import type { SecretKey } from '../graph/secret-key.ts';
import type { Endpoints } from './endpoints.ts';
import type { Reporter } from './reporter.ts';
import type { Secrets } from './secrets.ts';

/** Settings of a run without a cluster. */
export interface LocalRunOptions {
  /** The checkout. */
  readonly root: string;
  /** Folder for databases, secrets, ports and manifests, which later runs reuse. */
  readonly data: string;
  /** Whether to delete the state of earlier runs in `data` first. */
  readonly reset: boolean;
  /** Names of the caller's own files in `data`, which a reset deletes as well. @default none */
  readonly ownFiles?: readonly string[];
  /** Local port of the first container port named `http`. @default the port of the last run, else a free one */
  readonly edgePort?: number;
  /** Writes the manifests into a folder. */
  readonly synthesize: (folder: string) => Promise<void>;
  readonly reporter: Reporter;
  /** Environment of which processes inherit general variables, such as PATH and WEFT_LOG_LEVEL. */
  readonly environment: NodeJS.ProcessEnv;
  /**
   * Environment variables by service name, which override those of the manifests. NODE_OPTIONS is appended instead.
   * @default none
   */
  readonly settings?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /**
   * Whether to run the dashboard, to which all processes export their telemetry. Needs `graph.json` among the manifests.
   * @default false
   */
  readonly hasDashboard?: boolean;
  /** Whether to kill a process that exceeds the memory limit of its container. @default true */
  readonly enforcesMemory?: boolean;
  /** Longest delay before a process that exited is restarted, in milliseconds. @default 10000 */
  readonly maxRestartDelayMs?: number;
  /** Returns the value of a new secret; undefined to generate one. @default generates all secrets */
  readonly presetSecret?: (key: SecretKey) => string | undefined;
  /** Runs before the first process starts. @default nothing */
  readonly beforeStart?: (secrets: Secrets) => Promise<void>;
  /** Maps the endpoints of all services to those that processes discover. @default unchanged */
  readonly reroute?: (endpoints: Endpoints) => Promise<Endpoints>;
  /** Cancels the start. */
  readonly signal: AbortSignal;
}
