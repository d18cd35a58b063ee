/**
 * What becomes of an order: each state, what may happen in it, and where that leads. The database holds the same
 * transitions in a trigger, and a test compares the two.
 *
 *     paying ──captured──> settling ──settled──> confirmed
 *       │ │
 *       │ └──declined──────────────┐
 *       └──gaveUp──> refunding ──refunded──> releasing ──released──> cancelled
 *
 * A reservation that no order was placed for starts in `releasing`.
 */
export const TRANSITIONS = {
  /** The stock is reserved; the outcome of the payment is open. */
  paying: { captured: 'settling', declined: 'releasing', gaveUp: 'refunding' },
  /** Paid: the reservation becomes a sale. */
  settling: { settled: 'confirmed' },
  /** No outcome in time: whatever was paid goes back. */
  refunding: { refunded: 'releasing' },
  /** Nothing is paid: the stock goes back. */
  releasing: { released: 'cancelled' },
  confirmed: {},
  cancelled: {},
} as const;

export type State = keyof typeof TRANSITIONS;
/** A state in which something is left to do. */
export type OpenState = Exclude<State, 'confirmed' | 'cancelled'>;
/** What may happen in a state. */
export type Happening<S extends State> = keyof (typeof TRANSITIONS)[S];

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

/** The state after `happening`. */
export function after<S extends OpenState>(state: S, happening: Happening<S>): State {
  return TRANSITIONS[state][happening] as State;
}
