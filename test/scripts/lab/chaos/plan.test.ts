import { describe, expect, test } from '@jest/globals';
import { SERVICES } from '../../../../scripts/lab/chaos/fault-targets.ts';
import { kindTargets } from '../../../../scripts/lab/chaos/kind/kind-targets.ts';
import { localTargets } from '../../../../scripts/lab/chaos/local/local-targets.ts';
import { createPlan, type PlanOptions } from '../../../../scripts/lab/chaos/plan.ts';
import { describeFault } from '../../../../scripts/lab/chaos/planned-faults.ts';

const OPTIONS: PlanOptions = {
  seed: 1,
  orders: 2_000,
  kills: 70,
  freezes: 30,
  cuts: 24,
  fullDisks: 6,
  blackholes: 12,
  clockSkewS: 20,
  broker: 'postgres',
};
const LOCAL_TARGETS = localTargets('postgres', true);
const CLUSTER_OPTIONS: PlanOptions = {
  ...OPTIONS,
  freezes: 0,
  cuts: 0,
  fullDisks: 0,
  blackholes: 0,
  clockSkewS: 0,
};

describe('a plan for a cluster', () => {
  test('kills every service, the database and the broker', () => {
    const { faults } = createPlan(CLUSTER_OPTIONS, kindTargets('kafka'));
    expect(new Set(faults.map(describeFault))).toEqual(
      new Set([...SERVICES, 'postgres', 'kafka'].map((name) => `kill ${name}`)),
    );
  });

  test.each([
    ['freezes', '--freezes 1 has no target in this testbed; use --freezes 0'],
    ['cuts', '--cuts 1 has no target in this testbed; use --cuts 0'],
    ['blackholes', '--blackholes 1 has no target in this testbed; use --blackholes 0'],
    ['clockSkewS', '--clock 1 has no target in this testbed; use --clock 0'],
  ] as const)('rejects %s without a target', (option, message) => {
    const plan = () => createPlan({ ...CLUSTER_OPTIONS, [option]: 1 }, kindTargets('postgres'));
    expect(plan).toThrow(message);
  });
});

describe('a plan', () => {
  test('is the same for the same seed and differs for another', () => {
    expect(createPlan(OPTIONS, LOCAL_TARGETS)).toEqual(createPlan(OPTIONS, LOCAL_TARGETS));
    expect(createPlan({ ...OPTIONS, seed: 2 }, LOCAL_TARGETS).plannedOrders).not.toEqual(
      createPlan(OPTIONS, LOCAL_TARGETS).plannedOrders,
    );
    expect(createPlan({ ...OPTIONS, seed: 2 }, LOCAL_TARGETS).faults).not.toEqual(
      createPlan(OPTIONS, LOCAL_TARGETS).faults,
    );
  });

  test('has the same orders with and without faults', () => {
    const { plannedOrders, products } = createPlan(
      { ...OPTIONS, kills: 0, freezes: 0, cuts: 0, fullDisks: 0, blackholes: 0 },
      LOCAL_TARGETS,
    );
    expect({ plannedOrders, products }).toMatchObject({
      plannedOrders: createPlan(OPTIONS, LOCAL_TARGETS).plannedOrders,
      products: createPlan(OPTIONS, LOCAL_TARGETS).products,
    });
  });

  test('moves the clock of one service if requested', () => {
    const skews = Array.from(
      { length: 100 },
      (_, seed) => createPlan({ ...OPTIONS, orders: 1, seed }, LOCAL_TARGETS).clockSkew,
    );
    expect(skews.map((clock) => clock?.aheadS)).toEqual(Array(100).fill(20));
    expect(new Set(skews.map((clock) => clock?.target))).toEqual(new Set(SERVICES));
    expect(createPlan({ ...OPTIONS, clockSkewS: 0 }, LOCAL_TARGETS).clockSkew).toBeUndefined();
  });

  test('is plain data', () => {
    expect(JSON.parse(JSON.stringify(createPlan(OPTIONS, LOCAL_TARGETS)))).toEqual(
      createPlan(OPTIONS, LOCAL_TARGETS),
    );
  });

  test('gives each order its own key and distinct products that exist', () => {
    const { plannedOrders, products, customers } = createPlan(OPTIONS, LOCAL_TARGETS);
    expect(new Set(plannedOrders.map(({ key }) => key)).size).toBe(OPTIONS.orders);
    const invalid = plannedOrders.filter(({ items, customer }) => {
      const ordered = new Set(items.map(({ product }) => product));
      return (
        ordered.size !== items.length || ![...ordered].every((one) => products[one]) || customer >= customers
      );
    });
    expect(invalid).toEqual([]);
  });

  test('uses every payment token', () => {
    const tokens = new Set(createPlan(OPTIONS, LOCAL_TARGETS).plannedOrders.map(({ token }) => token));
    expect([...tokens].sort()).toEqual([
      'tok_declined',
      'tok_lost',
      'tok_ok',
      'tok_silent',
      'tok_slow',
      'tok_twice',
      'tok_unknown',
      'tok_unordered',
    ]);
  });

  test('has too little stock of some products and enough of the others', () => {
    const { plannedOrders, products } = createPlan(OPTIONS, LOCAL_TARGETS);
    const scarce = products.filter(({ stock }, product) => {
      const items = plannedOrders.flatMap(({ items }) => items.filter((item) => item.product === product));
      return stock < items.reduce((sum, { quantity }) => sum + quantity, 0);
    });
    expect(scarce.map(({ name }) => name)).toEqual(['Hot 0', 'Hot 1', 'Hot 2']);
  });
});

describe('faults', () => {
  test('are spread over the orders, sorted, in the requested number', () => {
    const { faults } = createPlan(OPTIONS, LOCAL_TARGETS);
    const after = faults.map((fault) => fault.afterOrders);
    expect(after).toEqual(after.toSorted((a, b) => a - b));
    expect(after.every((number) => number >= 0 && number < OPTIONS.orders)).toBe(true);
    const kinds = faults.map(({ kind }) => (kind === 'slow' ? 'cut' : kind));
    expect(kinds.filter((kind) => kind === 'kill')).toHaveLength(70);
    expect(kinds.filter((kind) => kind === 'freeze')).toHaveLength(30);
    expect(kinds.filter((kind) => kind === 'cut')).toHaveLength(24);
    expect(kinds.filter((kind) => kind === 'fill')).toHaveLength(6);
    expect(kinds.filter((kind) => kind === 'blackhole')).toHaveLength(12);
  });

  test('kill every process equally often, including Postgres', () => {
    const { faults } = createPlan(OPTIONS, LOCAL_TARGETS);
    for (const target of [...SERVICES, 'postgres']) {
      expect(faults.filter((fault) => fault.kind === 'kill' && fault.target === target)).toHaveLength(10);
    }
  });

  test('include the broker if it is a separate process', () => {
    const { faults } = createPlan({ ...OPTIONS, kills: 80, freezes: 28 }, localTargets('kafka', true));
    const count = (kind: string) =>
      faults.filter((fault) => fault.kind === kind && fault.target === 'kafka').length;
    expect([count('kill'), count('freeze')]).toEqual([10, 4]);
    expect(count('cut') + count('slow')).toBeGreaterThan(0);
  });

  test('silence the connections to every called service, to Postgres and to the broker', () => {
    const { faults } = createPlan(OPTIONS, localTargets('rabbitmq', true));
    const silenced = faults.filter(({ kind }) => kind === 'blackhole').map(({ target }) => target);
    const callees = SERVICES.filter((name) => name !== 'gateway');
    expect(new Set(silenced)).toEqual(new Set([...callees, 'postgres', 'rabbitmq']));
  });

  test('without a target are rejected', () => {
    const noFreezes = { ...LOCAL_TARGETS, freezes: [] };
    expect(() => createPlan(OPTIONS, noFreezes)).toThrow(
      '--freezes 30 has no target in this testbed; use --freezes 0',
    );
    expect(() => createPlan(OPTIONS, localTargets('postgres', false))).toThrow(
      '--full-disks 6 has no target in this testbed; use --full-disks 0',
    );
    expect(() => createPlan(OPTIONS, { ...LOCAL_TARGETS, clocks: [] })).toThrow('use --clock 0');
  });

  test('are absent when none are requested', () => {
    const none = { kills: 0, freezes: 0, cuts: 0, fullDisks: 0, blackholes: 0 };
    expect(createPlan({ ...OPTIONS, ...none }, LOCAL_TARGETS).faults).toEqual([]);
  });

  test.each([
    [{ kind: 'kill', target: 'order', afterOrders: 1 }, 'kill order'],
    [{ kind: 'freeze', target: 'user', durationMs: 1_200, afterOrders: 1 }, 'freeze user for 1,200 ms'],
    [
      { kind: 'fill', target: 'postgres', durationMs: 900, afterOrders: 1 },
      'fill the disk of postgres for 900 ms',
    ],
    [{ kind: 'blackhole', target: 'order', afterOrders: 1 }, 'silence the open connections to order'],
    [{ kind: 'cut', target: 'postgres', durationMs: 300, afterOrders: 1 }, 'cut postgres for 300 ms'],
    [
      { kind: 'slow', target: 'product', durationMs: 300, delayMs: 40, afterOrders: 1 },
      'slow product by 40 ms for 300 ms',
    ],
  ] as const)('%j are described', (fault, text) => {
    expect(describeFault(fault)).toBe(text);
  });
});
