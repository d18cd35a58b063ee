/** A state of an order, for programs and for the page that shows them. */
interface StateOf {
  readonly is: string;
  /** The calls that it takes to leave it. May be repeated, and are, until one of `on` is known. */
  readonly does?: readonly string[];
  /** What that takes back: it is a compensation. */
  readonly undoes?: string;
  /** What may happen here: when that is so, and where it leads. Each only while the order is still in this state. */
  readonly on: Readonly<Record<string, { readonly when: string; readonly to: string }>>;
}

/**
 * What becomes of an order. The database holds the same transitions in a trigger, and a test compares the two;
 * docs/orders.md shows them.
 */
export const STATES = {
  paying: {
    is: 'the stock is reserved, the outcome of the payment is open',
    does: ['payment.authorize', 'payment.capture'],
    on: {
      captured: { when: 'the provider took the money', to: 'settling' },
      declined: { when: 'the provider took nothing, or gave it back', to: 'releasing' },
      gaveUp: { when: 'the order is older than WEFT_PAYMENT_LIMIT', to: 'refunding' },
    },
  },
  settling: {
    is: 'it is paid, the reservation becomes a sale',
    does: ['product.settleAll'],
    on: { settled: { when: 'the reservation is a sale', to: 'confirmed' } },
  },
  refunding: {
    is: 'there was no outcome in time, whatever was paid goes back',
    does: ['payment.cancel'],
    undoes: '`payment.authorize` and `payment.capture`, also when they come later',
    on: { refunded: { when: 'no money is kept, or ever will be', to: 'releasing' } },
  },
  releasing: {
    is: 'nothing is paid, the stock goes back',
    does: ['product.release'],
    undoes: '`product.reserve`',
    on: { released: { when: 'the stock is free again', to: 'cancelled' } },
  },
  confirmed: { is: 'paid and sold', on: {} },
  cancelled: { is: 'nothing is paid, nothing is sold', on: {} },
} as const satisfies Readonly<Record<string, StateOf>>;

export type State = keyof typeof STATES;
/** A state in which something is left to do. */
export type OpenState = Exclude<State, 'confirmed' | 'cancelled'>;
/** What may happen in a state. */
export type Happening<S extends State> = keyof (typeof STATES)[S]['on'] & string;

/** Where an order begins, and why there. */
export const FIRST = {
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
export function after<S extends OpenState>(state: S, happening: Happening<S>): State {
  const on: Readonly<Record<string, { readonly to: State }>> = STATES[state].on;
  const next = Object.hasOwn(on, happening) ? on[happening] : undefined;
  if (!next) throw new Error(`an order that is ${state} cannot be ${happening}`);
  return next.to;
}
