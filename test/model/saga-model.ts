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
import type { Model, Transition } from './explore.ts';

/** Faulty variants of the order saga that the model must detect. */
export type SagaMutant =
  | 'authorizes without a key'
  | 'accepts an authorization after its cancellation'
  | 'captures a voided authorization'
  | 'keeps an authorization when it cancels'
  | 'lets a late outcome reset a payment'
  | 'releases the stock before it refunds the money'
  | 'moves an order without comparing its state'
  | 'reads and writes the stock in separate statements'
  | 'ignores reservations without an order';

/** State of one order in the stores of all services. */
interface Order {
  /** Progress of the request that places the order. `decided` has read the stock; only in a mutant. */
  readonly placing: 'new' | 'decided' | 'reserved' | 'over';
  readonly order: OrderState | 'none';
  readonly reservation: 'none' | 'open' | 'released' | 'settled';
  readonly payment: 'none' | PaymentStatus;
  readonly provider: 'none' | ChargeOutcome;
  /** Number of captures by the provider. */
  readonly captures: number;
}

/** Saga process: the order that it claimed, the order's state at that time, and the progress of the step. */
interface Worker {
  readonly of: number;
  readonly state: OpenState;
  readonly at:
    | 'claimed'
    | 'begun'
    | 'authorized'
    | 'cancellationRecorded'
    /** Outcome from the provider that is not recorded yet. */
    | { readonly outcome: ChargeOutcome }
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
  captures: 0,
};

/**
 * Models two orders for the last unit, and two processes that execute the transitions of state-machine.ts. Each process
 * may crash between any two statements, and a lease may expire while its holder works. The provider may authorize and
 * capture, capture immediately or decline. It may answer late or never, or after the order's payment timeout.
 */
export function sagaModel(mutant?: SagaMutant): Model<State> {
  return {
    initial: { stock: UNITS, orders: [NEW, NEW], workers: [null, null] },
    *next(state) {
      for (const of of state.orders.keys()) yield* place(state, of, mutant);
      for (const index of state.workers.keys()) yield* work(state, index, mutant);
    },
    findViolation: ({ stock, orders, workers }) => {
      const reservedUnits = orders.filter(
        ({ reservation }) => reservation === 'open' || reservation === 'settled',
      ).length;
      if (stock + reservedUnits !== UNITS)
        return `${reservedUnits} units are reserved and ${stock} in stock, of ${UNITS}`;
      const isAtRest = workers.every((worker) => worker === null);
      return orders
        .map((order) => orderViolation(order) ?? (isAtRest ? paymentViolation(order) : undefined))
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

function orderViolation({ order, reservation, provider, captures }: Order): string | undefined {
  if (captures > 1) return `money was captured ${captures} times`;
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

/** Requires the payment of a completed order to match the provider. */
function paymentViolation({ order, payment, provider }: Order): string | undefined {
  if (order === 'none' || isOpen(order) || payment === provider) return undefined;
  return payment === 'voided' && provider === 'none'
    ? undefined
    : `the payment of an order that is ${order} is ${payment}, the provider has ${provider}`;
}

/** Models place-order.ts, and orphans.ts for reservations without an order. */
function* place(state: State, of: number, mutant: SagaMutant | undefined): Generator<Transition<State>> {
  const { orders, stock } = state;
  const order = orders[of] ?? NEW;
  const { placing, reservation } = order;
  const step = (label: string, orderChange: Partial<Order>, rest: Partial<State> = {}) => ({
    label: `order ${of}: ${label}`,
    state: { ...state, ...rest, orders: orders.with(of, { ...order, ...orderChange }) },
  });
  const reserve = (units: number) =>
    step('reserve', { placing: 'reserved', reservation: 'open' }, { stock: units - 1 });
  if (placing === 'new') {
    if (stock < 1) yield step('is refused', { placing: 'over' });
    else if (mutant === 'reads and writes the stock in separate statements')
      yield step('sees stock', { placing: 'decided' });
    else yield reserve(stock);
  }
  if (placing === 'decided') yield reserve(UNITS);
  if (placing === 'reserved') {
    yield step('is inserted', { placing: 'over', order: order.order === 'none' ? 'paying' : order.order });
    yield step('its placing is killed', { placing: 'over' });
  }
  const sweeps = mutant !== 'ignores reservations without an order';
  if (sweeps && reservation === 'open' && order.order === 'none')
    yield step('is abandoned', { order: 'releasing' });
}

/** Models saga.ts: claims an order, executes its step as in saga-steps.ts, and applies the transition. */
function* work(state: State, index: number, mutant: SagaMutant | undefined): Generator<Transition<State>> {
  const worker = state.workers[index];
  if (!worker) {
    for (const [of, { order }] of state.orders.entries())
      if (order !== 'none' && isOpen(order))
        yield {
          label: `worker ${index} claims order ${of}, which is ${order}`,
          state: { ...state, workers: state.workers.with(index, { of, state: order, at: 'claimed' }) },
        };
    return;
  }
  const { of, at } = worker;
  const order = state.orders[of] ?? NEW;
  const step = (
    label: string,
    progress: Worker['at'] | null,
    orderChange: Partial<Order> = {},
    rest: Partial<State> = {},
  ) => ({
    label: `worker ${index}, order ${of}: ${label}`,
    state: {
      ...state,
      ...rest,
      orders: state.orders.with(of, { ...order, ...orderChange }),
      workers: state.workers.with(index, progress && { ...worker, at: progress }),
    },
  });
  yield step('is killed', null);
  if (typeof at === 'object' && 'result' in at) {
    const next = nextState(worker.state, at, mutant);
    const moves = order.order === worker.state || mutant === 'moves an order without comparing its state';
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

  /** Models authorize.ts, capture.ts and the payment timeout of the order. */
  function* pay(): Generator<Transition<State>> {
    const { payment, provider, captures } = order;
    if (at === 'claimed') {
      yield step('times out', { result: 'timedOut' });
      if (payment === 'none' || payment === 'authorizing')
        yield step('begin', 'begun', { payment: 'authorizing' });
      else yield step(`is ${payment}`, progressOf(payment));
    } else if (at === 'begun') {
      const isFirst = provider === 'none' || mutant === 'authorizes without a key';
      if (!isFirst) return yield step('ask again', { outcome: provider });
      yield step('authorize', { outcome: 'authorized' }, { provider: 'authorized' });
      yield step(
        'capture at once',
        { outcome: 'captured' },
        { provider: 'captured', captures: captures + 1 },
      );
      if (provider === 'none') yield step('decline', { outcome: 'declined' }, { provider: 'declined' });
    } else if (at === 'authorized') {
      const isCaptured =
        provider === 'authorized' || (provider === 'voided' && mutant === 'captures a voided authorization');
      if (isCaptured)
        yield step('capture', { outcome: 'captured' }, { provider: 'captured', captures: captures + 1 });
      else if (provider !== 'none') yield step('ask again', { outcome: provider });
    } else if (typeof at === 'object' && 'outcome' in at) {
      const status = recordedStatus(at.outcome);
      yield step('record', progressOf(status), { payment: status });
    }
  }

  /** Models cancel.ts. */
  function* cancel(): Generator<Transition<State>> {
    const { payment, provider } = order;
    if (at === 'claimed') {
      if (payment === 'none')
        yield step('record cancellation', { result: 'refunded' }, { payment: 'voided' });
      else
        yield step(
          'record cancellation',
          isOver(payment as PaymentStatus) ? { result: 'refunded' } : 'cancellationRecorded',
        );
    } else if (at === 'cancellationRecorded') {
      const voided = provider === 'none' || provider === 'authorized' ? 'voided' : provider;
      const outcome = voided === 'captured' ? 'refunded' : voided;
      const isIgnored =
        (provider === 'none' && mutant === 'accepts an authorization after its cancellation') ||
        (provider === 'authorized' && mutant === 'keeps an authorization when it cancels');
      yield step('cancel', { outcome }, { provider: isIgnored ? provider : outcome });
    } else if (typeof at === 'object' && 'outcome' in at) {
      yield step('record', { result: 'refunded' }, { payment: recordedStatus(at.outcome) });
    }
  }

  /** Returns the status of the payment after recording an outcome. */
  function recordedStatus(outcome: ChargeOutcome): PaymentStatus {
    const payment = order.payment as PaymentStatus;
    const isAllowed = canBecome(payment, outcome);
    return isAllowed || mutant === 'lets a late outcome reset a payment' ? outcome : payment;
  }
}

/** Returns the progress of a process that has read the status of the payment. */
function progressOf(status: PaymentStatus): Worker['at'] {
  if (status === 'authorizing') return 'begun';
  if (status === 'authorized') return status;
  return { result: status === 'captured' ? 'captured' : 'declined' };
}

function nextState(state: OpenState, { result }: Result, mutant: SagaMutant | undefined): OrderState {
  if (mutant === 'releases the stock before it refunds the money' && result === 'timedOut')
    return 'releasing';
  // The cast is safe, because the result belongs to a step of this state.
  return nextOrderState(state, result as never);
}
