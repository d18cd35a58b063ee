/** A state of an order, described for programs and for the generated page. */
interface StateOf {
  readonly description: string;
  /** Calls that this state makes. They are idempotent and repeated until one of `transitions` applies. */
  readonly calls?: readonly string[];
  /** The effects that the calls undo, if the state is a compensation. */
  readonly compensates?: string;
  /** Transitions by name: the condition and the next state. Each applies only while the order is in this state. */
  readonly transitions: Readonly<Record<string, { readonly condition: string; readonly to: string }>>;
}

/**
 * States of an order. A database trigger enforces the same transitions, and a test compares the two; docs/orders.md
 * shows them.
 */
export const STATES = {
  paying: {
    description: 'the stock is reserved, the payment has no outcome yet',
    calls: ['payment.authorize', 'payment.capture'],
    transitions: {
      captured: { condition: 'the provider captured the money', to: 'settling' },
      declined: { condition: 'the provider declined or returned the money', to: 'releasing' },
      timedOut: { condition: 'the order is older than WEFT_PAYMENT_LIMIT', to: 'refunding' },
    },
  },
  settling: {
    description: 'the payment is captured, the reservation becomes a sale',
    calls: ['product.settleAll'],
    transitions: { settled: { condition: 'the reservation is a sale', to: 'confirmed' } },
  },
  refunding: {
    description: 'the payment had no outcome in time, the money is returned',
    calls: ['payment.cancel'],
    compensates: '`payment.authorize` and `payment.capture`, even if they arrive later',
    transitions: { refunded: { condition: 'no money is held, nor can be held later', to: 'releasing' } },
  },
  releasing: {
    description: 'nothing is paid, the stock is returned',
    calls: ['product.release'],
    compensates: '`product.reserve`',
    transitions: { released: { condition: 'the stock is available again', to: 'cancelled' } },
  },
  confirmed: { description: 'paid and sold', transitions: {} },
  cancelled: { description: 'nothing is paid, nothing is sold', transitions: {} },
} as const satisfies Readonly<Record<string, StateOf>>;

export type State = keyof typeof STATES;
/** A state with pending work. */
export type OpenState = Exclude<State, 'confirmed' | 'cancelled'>;
/** Name of a transition out of a state. */
export type TransitionName<S extends State> = keyof (typeof STATES)[S]['transitions'] & string;

/** Initial states, and when an order starts there. */
export const INITIAL_STATES = {
  paying: 'the order is placed',
  releasing: 'a reservation without an order is found',
} as const satisfies Partial<Record<State, string>>;

/** Status shown to the customer. A paid order is `confirmed`, even if steps are pending. */
export const STATUS = {
  paying: 'pending',
  refunding: 'pending',
  releasing: 'pending',
  settling: 'confirmed',
  confirmed: 'confirmed',
  cancelled: 'cancelled',
} as const satisfies Record<State, string>;

export type Status = (typeof STATUS)[State];

/** Why an order is cancelled. */
export type Reason = 'payment-declined' | 'payment-timeout' | 'abandoned';

/** Returns whether a state has pending work. */
export function isOpen(state: State): state is OpenState {
  return state !== 'confirmed' && state !== 'cancelled';
}

/**
 * Returns the state after a transition.
 * @throws Error when `state` has no such transition
 */
export function nextState<S extends OpenState>(state: S, name: TransitionName<S>): State {
  const transitions: Readonly<Record<string, { readonly to: State }>> = STATES[state].transitions;
  const next = Object.hasOwn(transitions, name) ? transitions[name] : undefined;
  if (!next) throw new Error(`order state '${state}' has no transition '${name}'`);
  return next.to;
}
