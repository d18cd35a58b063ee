/** A service process whose inspector is open. */
export interface ProfileTarget {
  /** `order, process 4711` or `pod order-7d4b9c-x2x7z`. */
  readonly name: string;
  /** URL of the inspector's socket on 127.0.0.1. */
  readonly inspectorUrl: string;
  /** Releases what this process needs to reach the inspector. */
  close(): Promise<void>;
}
