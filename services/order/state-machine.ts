/** A state of an order, for programs and for the page that shows them. */
interface StateOf {
  readonly description: string;
  /** The calls that it takes to leave it. May be repeated, and are, until one of `on` is known. */
  readonly calls?: readonly string[];
  /** What that takes back: it is a compensation. */
  readonly compensates?: string;
  /** What may happen here: when that is so, and where it leads. Each only while the order is still in this state. */
  readonly transitions: Readonly<Record<string, { readonly condition: string; readonly to: string }>>;
}

/**
 * What becomes of an order. The database holds the same transitions in a trigger, and a test compares the two;
 * docs/orders.md shows them.
 */
export const STATES = {
  paying: {
    description: 'the stock is reserved, the outcome of the payment is open',
    calls: ['payment.authorize', 'payment.capture'],
    transitions: {
      captured: { condition: 'the provider took the money', to: 'settling' },
      declined: { condition: 'the provider took nothing, or gave it back', to: 'releasing' },
      timedOut: { condition: 'the order is older than WEFT_PAYMENT_LIMIT', to: 'refunding' },
    },
  },
  settling: {
    description: 'it is paid, the reservation becomes a sale',
    calls: ['product.settleAll'],
    transitions: { settled: { condition: 'the reservation is a sale', to: 'confirmed' } },
  },
  refunding: {
    description: 'there was no outcome in time, whatever was paid goes back',
    calls: ['payment.cancel'],
    compensates: '`payment.authorize` and `payment.capture`, also when they come later',
    transitions: { refunded: { condition: 'no money is kept, or ever will be', to: 'releasing' } },
  },
  releasing: {
    description: 'nothing is paid, the stock goes back',
    calls: ['product.release'],
    compensates: '`product.reserve`',
    transitions: { released: { condition: 'the stock is free again', to: 'cancelled' } },
  },
  confirmed: { description: 'paid and sold', transitions: {} },
  cancelled: { description: 'nothing is paid, nothing is sold', transitions: {} },
} as const satisfies Readonly<Record<string, StateOf>>;

export type State = keyof typeof STATES;
/** A state in which something is left to do. */
export type OpenState = Exclude<State, 'confirmed' | 'cancelled'>;
/** What may happen in a state. */
export type TransitionName<S extends State> = keyof (typeof STATES)[S]['transitions'] & string;

/** Where an order begins, and why there. */
export const INITIAL_STATES = {
  paying: 'it is placed',
  releasing: 'a reservation is found that no order was placed for',
} as const satisfies Partial<Record<State, string>>;

/** What the customer is told. An order that is paid is confirmed, whatever is left to do. */
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

export function isOpen(state: State): state is OpenState {
  return state !== 'confirmed' && state !== 'cancelled';
}

/**
 * The state after `happening`.
 * @throws Error when that cannot happen in `state`
 */
export function nextState<S extends OpenState>(state: S, name: TransitionName<S>): State {
  const transitions: Readonly<Record<string, { readonly to: State }>> = STATES[state].transitions;
  const next = Object.hasOwn(transitions, name) ? transitions[name] : undefined;
  if (!next) throw new Error(`an order that is ${state} cannot be ${name}`);
  return next.to;
}
