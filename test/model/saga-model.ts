import {
  type TransitionName as Change,
  isOpen,
  nextState as nextOrderState,
  type OpenState,
  type State as OrderState,
} from '../../services/order/state-machine.ts';
import {
  type ChargeOutcome,
  canBecome,
  isOver,
  type PaymentStatus,
} from '../../services/payment/payment-status.ts';
import type { Happening, Model } from './explore.ts';

/** How the saga of an order may be built wrong. */
export type SagaMutant =
  | 'authorizes without a key'
  | 'lets an authorization through that comes after its cancellation'
  | 'captures what was voided'
  | 'leaves an authorization when it cancels'
  | 'lets an outcome that comes late move a payment back'
  | 'releases the stock before it returns the money'
  | 'moves an order whatever its state has become'
  | 'reads the stock and writes it later'
  | 'looks for no reservation without an order';

/** What each service's store says of one order. */
interface Order {
  /** The request that places it: `decided` has seen that there is stock (of a mutant alone). */
  readonly placing: 'new' | 'decided' | 'reserved' | 'over';
  readonly order: OrderState | 'none';
  readonly reservation: 'none' | 'open' | 'released' | 'settled';
  readonly payment: 'none' | PaymentStatus;
  readonly provider: 'none' | ChargeOutcome;
  /** How often the provider took the money. */
  readonly taken: number;
}

/** A process of the saga: the order that it claimed, as it was then, and how far it has come with its step. */
interface Worker {
  readonly of: number;
  readonly state: OpenState;
  readonly at:
    | 'claimed'
    | 'begun'
    | 'authorized'
    | 'buried'
    /** What the provider said, which is not recorded yet. */
    | { readonly said: ChargeOutcome }
    | Result;
}

interface Result {
  readonly result: Change<'paying'> | 'settled' | 'refunded' | 'released';
}

interface State {
  readonly stock: number;
  readonly orders: readonly Order[];
  readonly workers: readonly (Worker | null)[];
}

const UNITS = 1;
const NEW: Order = {
  placing: 'new',
  order: 'none',
  reservation: 'none',
  payment: 'none',
  provider: 'none',
  taken: 0,
};

/**
 * Two orders for the last unit, and two processes that carry them on, by the transitions of state-machine.ts: each
 * process may stop between any two statements and never come back, and a lease may end while its holder is at work.
 * A payment may be authorized and captured, captured at once or declined; the provider may answer late or never, and a
 * payment may take longer than its order waits.
 */
export function sagaModel(mutant?: SagaMutant): Model<State> {
  return {
    initial: { stock: UNITS, orders: [NEW, NEW], workers: [null, null] },
    *next(state) {
      for (const of of state.orders.keys()) yield* place(state, of, mutant);
      for (const index of state.workers.keys()) yield* work(state, index, mutant);
    },
    wrong: ({ stock, orders, workers }) => {
      const held = orders.filter(
        ({ reservation }) => reservation === 'open' || reservation === 'settled',
      ).length;
      if (stock + held !== UNITS) return `${held} units are held and ${stock} left, of ${UNITS}`;
      const isAtRest = workers.every((worker) => worker === null);
      return orders
        .map((order) => wrongOrder(order) ?? (isAtRest ? wrongPayment(order) : undefined))
        .find((problem) => problem !== undefined);
    },
    isDone: ({ orders, workers }) =>
      workers.every((worker) => worker === null) &&
      orders.every(
        ({ placing, order, reservation }) =>
          placing === 'over' && (order === 'none' ? reservation === 'none' : !isOpen(order)),
      ),
  };
}

function wrongOrder({ order, reservation, provider, taken }: Order): string | undefined {
  if (taken > 1) return `money was taken ${taken} times`;
  if (order === 'cancelled' && provider === 'captured') return 'a cancelled order is paid';
  if (order === 'cancelled' && provider === 'authorized') return 'money of a cancelled order is held';
  if (order === 'cancelled' && reservation !== 'released')
    return `a cancelled order's stock is ${reservation}`;
  if ((order === 'settling' || order === 'confirmed') && provider !== 'captured')
    return `an order that is ${order} has its money ${provider}`;
  if (order === 'confirmed' && reservation !== 'settled')
    return `a confirmed order's stock is ${reservation}`;
  return undefined;
}

/** Once an order is over, its payment is what the provider has. */
function wrongPayment({ order, payment, provider }: Order): string | undefined {
  if (order === 'none' || isOpen(order) || payment === provider) return undefined;
  return payment === 'voided' && provider === 'none'
    ? undefined
    : `the payment of an order that is ${order} is ${payment}, the provider has ${provider}`;
}

/** place-order.ts, and orphans.ts for what it left behind. */
function* place(state: State, of: number, mutant: SagaMutant | undefined): Generator<Happening<State>> {
  const { orders, stock } = state;
  const order = orders[of] ?? NEW;
  const { placing, reservation } = order;
  const step = (what: string, now: Partial<Order>, rest: Partial<State> = {}) => ({
    what: `order ${of}: ${what}`,
    state: { ...state, ...rest, orders: orders.with(of, { ...order, ...now }) },
  });
  const reserved = (left: number) =>
    step('reserve', { placing: 'reserved', reservation: 'open' }, { stock: left - 1 });
  if (placing === 'new') {
    if (stock < 1) yield step('is refused', { placing: 'over' });
    else if (mutant === 'reads the stock and writes it later')
      yield step('sees stock', { placing: 'decided' });
    else yield reserved(stock);
  }
  if (placing === 'decided') yield reserved(UNITS);
  if (placing === 'reserved') {
    yield step('is inserted', { placing: 'over', order: order.order === 'none' ? 'paying' : order.order });
    yield step('its placing is killed', { placing: 'over' });
  }
  const sweeps = mutant !== 'looks for no reservation without an order';
  if (sweeps && reservation === 'open' && order.order === 'none')
    yield step('is abandoned', { order: 'releasing' });
}

/** saga.ts: claims an order, takes its step as saga-steps.ts says, and moves it on. */
function* work(state: State, index: number, mutant: SagaMutant | undefined): Generator<Happening<State>> {
  const worker = state.workers[index];
  if (!worker) {
    for (const [of, { order }] of state.orders.entries())
      if (order !== 'none' && isOpen(order))
        yield {
          what: `worker ${index} claims order ${of}, which is ${order}`,
          state: { ...state, workers: state.workers.with(index, { of, state: order, at: 'claimed' }) },
        };
    return;
  }
  const { of, at } = worker;
  const order = state.orders[of] ?? NEW;
  const step = (
    what: string,
    now: Worker['at'] | null,
    change: Partial<Order> = {},
    rest: Partial<State> = {},
  ) => ({
    what: `worker ${index}, order ${of}: ${what}`,
    state: {
      ...state,
      ...rest,
      orders: state.orders.with(of, { ...order, ...change }),
      workers: state.workers.with(index, now && { ...worker, at: now }),
    },
  });
  yield step('is killed', null);
  if (typeof at === 'object' && 'result' in at) {
    const next = nextState(worker.state, at, mutant);
    const moves = order.order === worker.state || mutant === 'moves an order whatever its state has become';
    yield step(`${at.result}: ${moves ? next : 'too late'}`, null, moves ? { order: next } : {});
    return;
  }
  if (worker.state === 'paying') yield* pay();
  if (worker.state === 'refunding') yield* cancel();
  if (worker.state === 'settling' && (order.reservation === 'open' || order.reservation === 'settled'))
    yield step('settle', { result: 'settled' }, { reservation: 'settled' });
  if (worker.state === 'releasing' && order.reservation !== 'settled') {
    const stock = state.stock + (order.reservation === 'open' ? 1 : 0);
    yield step('release', { result: 'released' }, { reservation: 'released' }, { stock });
  }

  /** authorize.ts and capture.ts, and the order's patience with them. */
  function* pay(): Generator<Happening<State>> {
    const { payment, provider, taken } = order;
    if (at === 'claimed') {
      yield step('waits no longer', { result: 'timedOut' });
      if (payment === 'none' || payment === 'authorizing')
        yield step('begin', 'begun', { payment: 'authorizing' });
      else yield step(`is ${payment}`, known(payment));
    } else if (at === 'begun') {
      const isFirst = provider === 'none' || mutant === 'authorizes without a key';
      if (!isFirst) return yield step('ask again', { said: provider });
      yield step('authorize', { said: 'authorized' }, { provider: 'authorized' });
      yield step('capture at once', { said: 'captured' }, { provider: 'captured', taken: taken + 1 });
      if (provider === 'none') yield step('decline', { said: 'declined' }, { provider: 'declined' });
    } else if (at === 'authorized') {
      const takes =
        provider === 'authorized' || (provider === 'voided' && mutant === 'captures what was voided');
      if (takes) yield step('capture', { said: 'captured' }, { provider: 'captured', taken: taken + 1 });
      else if (provider !== 'none') yield step('ask again', { said: provider });
    } else if (typeof at === 'object' && 'said' in at) {
      const status = recorded(at.said);
      yield step('record', known(status), { payment: status });
    }
  }

  /** cancel.ts */
  function* cancel(): Generator<Happening<State>> {
    const { payment, provider } = order;
    if (at === 'claimed') {
      if (payment === 'none') yield step('bury', { result: 'refunded' }, { payment: 'voided' });
      else yield step('bury', isOver(payment as PaymentStatus) ? { result: 'refunded' } : 'buried');
    } else if (at === 'buried') {
      const gone = provider === 'none' || provider === 'authorized' ? 'voided' : provider;
      const said = gone === 'captured' ? 'refunded' : gone;
      const forgets =
        (provider === 'none' &&
          mutant === 'lets an authorization through that comes after its cancellation') ||
        (provider === 'authorized' && mutant === 'leaves an authorization when it cancels');
      yield step('cancel', { said }, { provider: forgets ? provider : said });
    } else if (typeof at === 'object' && 'said' in at) {
      yield step('record', { result: 'refunded' }, { payment: recorded(at.said) });
    }
  }

  /** What a payment is after the provider said something. */
  function recorded(said: ChargeOutcome): PaymentStatus {
    const payment = order.payment as PaymentStatus;
    const isNews = canBecome(payment, said);
    return isNews || mutant === 'lets an outcome that comes late move a payment back' ? said : payment;
  }
}

/** How far a process is that knows a payment's status. */
function known(status: PaymentStatus): Worker['at'] {
  if (status === 'authorizing') return 'begun';
  if (status === 'authorized') return status;
  return { result: status === 'captured' ? 'captured' : 'declined' };
}

function nextState(state: OpenState, { result }: Result, mutant: SagaMutant | undefined): OrderState {
  if (mutant === 'releases the stock before it returns the money' && result === 'timedOut')
    return 'releasing';
  // The result is of a step of this state.
  return nextOrderState(state, result as never);
}
