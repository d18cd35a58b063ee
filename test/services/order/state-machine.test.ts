import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type pg from 'pg';
import { outboxMigrations } from '../../../services/kit/events/outbox.ts';
import { uuidv7 } from '../../../services/kit/fields/uuid.ts';
import { moveOrders, type OpenOrder } from '../../../services/order/due-orders.ts';
import { migrations } from '../../../services/order/migrations.ts';
import { SagaSteps } from '../../../services/order/saga-steps.ts';
import {
  INITIAL_STATES,
  isOpen,
  STATES,
  type State,
  nextState as stateAfter,
} from '../../../services/order/state-machine.ts';
import { testPool } from '../test-pool.ts';

/** By hand, so that a transition which is added or lost by mistake is noticed. */
const TRANSITIONS: readonly (readonly [State, string, State])[] = [
  ['paying', 'captured', 'settling'],
  ['paying', 'declined', 'releasing'],
  ['paying', 'timedOut', 'refunding'],
  ['settling', 'settled', 'confirmed'],
  ['refunding', 'refunded', 'releasing'],
  ['releasing', 'released', 'cancelled'],
];
const ALL = Object.keys(STATES) as State[];
const PAIRS = ALL.flatMap((from) => ALL.map((to) => [from, to] as const));
const leads = (from: State, to: State) => TRANSITIONS.some((one) => one[0] === from && one[2] === to);

describe('the state machine in TypeScript', () => {
  const happenings = [...new Set(TRANSITIONS.map(([, happening]) => happening))];
  const tries = ALL.flatMap((state) => happenings.map((happening) => [state, happening] as const));
  const afterAny = stateAfter as (state: State, happening: string) => State;

  test.each(tries)('has the declared transition, if any, from %s on %s', (state, happening) => {
    const next = TRANSITIONS.find((one) => one[0] === state && one[1] === happening)?.[2];
    if (next) expect(afterAny(state, happening)).toBe(next);
    else
      expect(() => afterAny(state, happening)).toThrow(
        `order state '${state}' has no transition '${happening}'`,
      );
  });

  test('has exactly these transitions, and ignores names of Object.prototype', () => {
    const names = ALL.flatMap((state) => Object.keys(STATES[state].transitions));
    expect(names.toSorted()).toEqual(happenings.toSorted());
    expect(() => afterAny('paying', 'constructor')).toThrow("has no transition 'constructor'");
  });

  test('rejects impossible transitions at compile time', () => {
    // @ts-expect-error paid orders are not declined
    expect(() => stateAfter('settling', 'declined')).toThrow();
    // @ts-expect-error nothing happens to a cancelled order
    expect(() => stateAfter('cancelled', 'released')).toThrow();
  });
});

describe('the saga step of an order', () => {
  const order: OpenOrder = {
    id: uuidv7(),
    customer_id: uuidv7(),
    total_amount: '1000',
    total_currency: 'EUR',
    state: 'paying',
    reason: '',
    placed_at: new Date(),
    age_ms: 0,
    attempts: 1,
    fingerprint: null,
    payment_token: 'tok_ok',
    traceparent: null,
    lines: [],
  };

  /** The calls for an order in a state, and the next state. */
  async function take(state: OpenOrder['state'], status: string, paymentLimitMs = 60_000) {
    const calledMethods: string[] = [];
    const client = (service: string): never =>
      new Proxy(
        {},
        {
          get: (_, method) => async (request: object) => {
            calledMethods.push(`${service}.${String(method)}`);
            // The next call captures the authorized amount.
            const isHeld = method === 'authorize' && status === 'captured';
            return { ...request, payment: { status: isHeld ? 'authorized' : status } };
          },
        },
      ) as never;
    const steps = new SagaSteps({ product: client('product'), payment: client('payment'), paymentLimitMs });
    const { next } = await steps.execute({ ...order, state });
    return { calledMethods, next };
  }

  test.each([
    ['paying', 'captured', 'settling'],
    ['paying', 'declined', 'releasing'],
    ['paying', 'refunded', 'releasing'],
    ['settling', '', 'confirmed'],
    ['refunding', '', 'releasing'],
    ['releasing', '', 'cancelled'],
  ] as const)('in state %s with payment status "%s" leads to %s', async (state, status, next) => {
    const calls = status === 'declined' || status === 'refunded' ? 1 : undefined;
    expect(await take(state, status)).toEqual({ calledMethods: STATES[state].calls.slice(0, calls), next });
  });

  test('past WEFT_PAYMENT_LIMIT does not charge again, and times out', async () => {
    expect(await take('paying', 'captured', -1)).toEqual({ calledMethods: [], next: 'refunding' });
  });

  test('with an unknown outcome causes no transition', async () => {
    await expect(take('paying', 'authorized')).rejects.toThrow('its outcome is unknown');
  });
});

describe('the state machine in the database', () => {
  let pool: pg.Pool;
  beforeAll(async () => {
    pool = await testPool('states', [...outboxMigrations, ...migrations]);
  });
  afterAll(() => pool.end());

  const due = (state: State) => (isOpen(state) ? new Date() : null);
  const insert = (client: pg.Pool | pg.PoolClient, id: string, state: State) =>
    client.query(
      `INSERT INTO orders (id, customer_id, idempotency_key, payment_token, total_amount, total_currency, state,
         placed_at, next_attempt_at) VALUES ($1, $1, 'k', '', 0, 'EUR', $2, now(), $3)`,
      [id, state, due(state)],
    );

  test.each(ALL)('accepts a new order in the state %s only if the state is initial', async (state) => {
    const inserted = insert(pool, uuidv7(), state);
    if (Object.hasOwn(INITIAL_STATES, state)) await inserted;
    else await expect(inserted).rejects.toThrow(`cannot become ${state}`);
  });

  test.each(PAIRS)('accepts a change from %s to %s only if it is a declared transition', async (from, to) => {
    const client = await pool.connect();
    try {
      const id = uuidv7();
      await client.query('BEGIN');
      await client.query('ALTER TABLE orders DISABLE TRIGGER order_first_state');
      await insert(client, id, from);
      await client.query('ALTER TABLE orders ENABLE TRIGGER order_first_state');
      const update = 'UPDATE orders SET state = $2, next_attempt_at = $3 WHERE id = $1';
      const changed = client.query(update, [id, to, due(to)]);
      if (from === to || leads(from, to)) expect((await changed).rowCount).toBe(1);
      else await expect(changed).rejects.toThrow(`order ${id} cannot become ${to}`);
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
  });

  test.each(['paying and due', 'lost', ''])('rejects the unknown state "%s"', async (state) => {
    const id = uuidv7();
    await insert(pool, id, 'paying');
    await expect(pool.query('UPDATE orders SET state = $2 WHERE id = $1', [id, state])).rejects.toThrow(
      'cannot become',
    );
    await expect(insert(pool, uuidv7(), state as State)).rejects.toThrow('cannot become');
  });

  test('an order that is no longer in the expected state is not moved, and emits no event', async () => {
    const id = uuidv7();
    await insert(pool, id, 'paying');
    const { rows } = await pool.query<OpenOrder>('SELECT * FROM orders WHERE id = $1', [id]);
    const [row] = rows;
    if (!row) throw new Error('no order');
    const order: OpenOrder = { ...row, lines: [] };
    const first = { order, next: 'settling', reason: undefined } as const;
    expect(await moveOrders(pool, [first])).toMatchObject([{ state: 'settling' }]);
    const second = { order, next: 'refunding', reason: 'payment-timeout' } as const;
    expect(await moveOrders(pool, [second])).toEqual([undefined]);
    const emitted = await pool.query(`SELECT data ->> 'kind' AS kind FROM outbox WHERE key = $1`, [id]);
    expect(emitted.rows).toEqual([{ kind: 'confirmed' }]);
  });
});
