import type { ObservabilityPart } from './settings.ts';

/** A part of the stack: one pod with its own identity. */
export interface ObservabilityServer {
  readonly part: ObservabilityPart;
  /** User and group of the image's process. */
  readonly uid: number;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Configuration files by folder. A change of their content restarts the pod. @default none */
  readonly files?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Writable folders that do not survive the pod. @default none */
  readonly scratch?: readonly string[];
  /** A folder in memory for the certificates of the sidecar. @default none */
  readonly certificates?: string;
  /** A folder on a volume that survives the pod. @default none */
  readonly storage?: string;
  readonly probe: { readonly path: string; readonly port: number };
  /** CPU request, in thousandths of a core, for a small cluster. */
  readonly cpuMillis: number;
  /** Memory request and limit, in MiB, for a small cluster. */
  readonly memoryMiB: number;
  /** Whether the process reads the Kubernetes API. @default false */
  readonly readsApi?: boolean;
  readonly podAnnotations?: Readonly<Record<string, string>>;
}
