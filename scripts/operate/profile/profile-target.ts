/** A service process whose inspector is open. */
export interface ProfileTarget {
  /** `order, process 4711` or the name of a pod. */
  readonly name: string;
  /** URL of the inspector's socket on 127.0.0.1. */
  readonly inspectorUrl: string;
  close(): Promise<void>;
}
