/**
 * Says which counter of a service counts objects that enter a state, such as orders. The dashboard of the lifecycle is
 * derived from it.
 */
export interface Lifecycle {
  /** The objects, in the plural: `orders`. */
  readonly noun: string;
  /** Name of the counter. */
  readonly metric: string;
  /** The label of the counter that holds the state. */
  readonly label: string;
  /** Every state, in the order in which dashboards show them. */
  readonly states: Readonly<Record<string, LifecycleStage>>;
}

/** `start` is the state of a new object, `open` has pending work, and the other two are final. */
export type LifecycleStage = 'start' | 'open' | 'succeeded' | 'failed';
