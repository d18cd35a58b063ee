import { describe, expect, test } from '@jest/globals';
import { clusterTargets } from '../../../../scripts/lab/chaos/cluster/cluster-targets.ts';
import { localTargets } from '../../../../scripts/lab/chaos/local/local-targets.ts';
import { type PlanOptions, planOf } from '../../../../scripts/lab/chaos/plan.ts';
import { faultText, SERVICES } from '../../../../scripts/lab/chaos/planned-faults.ts';

const OPTIONS: PlanOptions = {
  seed: 1,
  orders: 2_000,
  kills: 70,
  freezes: 30,
  cuts: 24,
  fullDisks: 6,
  blackholes: 12,
  clock: 20,
  broker: 'postgres',
};
const LOCAL_TARGETS = localTargets('postgres', true);
const IN_A_CLUSTER: PlanOptions = {
  ...OPTIONS,
  freezes: 0,
  cuts: 0,
  fullDisks: 0,
  blackholes: 0,
  clock: 0,
};

describe('a plan for a cluster', () => {
  test('kills every service, and what keeps data and events', () => {
    const { faults } = planOf(IN_A_CLUSTER, clusterTargets('kafka'));
    expect(new Set(faults.map(faultText))).toEqual(
      new Set([...SERVICES, 'postgres', 'kafka'].map((name) => `kill ${name}`)),
    );
  });

  test.each([
    ['freezes', 'there is nobody here for --freezes 1'],
    ['cuts', 'there is nobody here for --cuts 1'],
    ['blackholes', 'there is nobody here for --blackholes 1'],
    ['clock', 'no clock can be moved here: use --clock 0'],
  ] as const)('has no %s', (kind, message) => {
    const plan = () => planOf({ ...IN_A_CLUSTER, [kind]: 1 }, clusterTargets('postgres'));
    expect(plan).toThrow(message);
  });
});

describe('a plan', () => {
  test('is the same for the same seed, and another for another', () => {
    expect(planOf(OPTIONS, LOCAL_TARGETS)).toEqual(planOf(OPTIONS, LOCAL_TARGETS));
    expect(planOf({ ...OPTIONS, seed: 2 }, LOCAL_TARGETS).placing).not.toEqual(
      planOf(OPTIONS, LOCAL_TARGETS).placing,
    );
    expect(planOf({ ...OPTIONS, seed: 2 }, LOCAL_TARGETS).faults).not.toEqual(
      planOf(OPTIONS, LOCAL_TARGETS).faults,
    );
  });

  test('has the same orders with and without faults', () => {
    const { placing, products } = planOf(
      { ...OPTIONS, kills: 0, freezes: 0, cuts: 0, fullDisks: 0, blackholes: 0 },
      LOCAL_TARGETS,
    );
    expect({ placing, products }).toMatchObject({
      placing: planOf(OPTIONS, LOCAL_TARGETS).placing,
      products: planOf(OPTIONS, LOCAL_TARGETS).products,
    });
  });

  test('moves the clock of one service, if it is told to', () => {
    const moved = Array.from(
      { length: 100 },
      (_, seed) => planOf({ ...OPTIONS, orders: 1, seed }, LOCAL_TARGETS).movedClock,
    );
    expect(moved.map((clock) => clock?.aheadSeconds)).toEqual(Array(100).fill(20));
    expect(new Set(moved.map((clock) => clock?.target))).toEqual(new Set(SERVICES));
    expect(planOf({ ...OPTIONS, clock: 0 }, LOCAL_TARGETS).movedClock).toBeUndefined();
  });

  test('is data alone', () => {
    expect(JSON.parse(JSON.stringify(planOf(OPTIONS, LOCAL_TARGETS)))).toEqual(
      planOf(OPTIONS, LOCAL_TARGETS),
    );
  });

  test('gives each order a key of its own, products that there are, and no product twice', () => {
    const { placing, products, customers } = planOf(OPTIONS, LOCAL_TARGETS);
    expect(new Set(placing.map(({ key }) => key)).size).toBe(OPTIONS.orders);
    const wrong = placing.filter(({ items, customer }) => {
      const ordered = new Set(items.map(({ product }) => product));
      return (
        ordered.size !== items.length || ![...ordered].every((one) => products[one]) || customer >= customers
      );
    });
    expect(wrong).toEqual([]);
  });

  test('pays with every token', () => {
    const tokens = new Set(planOf(OPTIONS, LOCAL_TARGETS).placing.map(({ token }) => token));
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

  test('has too little of some products, and enough of the others', () => {
    const { placing, products } = planOf(OPTIONS, LOCAL_TARGETS);
    const short = products.filter(({ stock }, product) => {
      const items = placing.flatMap(({ items }) => items.filter((item) => item.product === product));
      return stock < items.reduce((sum, { quantity }) => sum + quantity, 0);
    });
    expect(short.map(({ name }) => name)).toEqual(['Hot 0', 'Hot 1', 'Hot 2']);
  });
});

describe('faults', () => {
  test('come while orders are sent, in their order, as many as were asked for', () => {
    const { faults } = planOf(OPTIONS, LOCAL_TARGETS);
    const after = faults.map((fault) => fault.after);
    expect(after).toEqual(after.toSorted((a, b) => a - b));
    expect(after.every((number) => number >= 0 && number < OPTIONS.orders)).toBe(true);
    const kinds = faults.map(({ kind }) => (kind === 'slow' ? 'cut' : kind));
    expect(kinds.filter((kind) => kind === 'kill')).toHaveLength(70);
    expect(kinds.filter((kind) => kind === 'freeze')).toHaveLength(30);
    expect(kinds.filter((kind) => kind === 'cut')).toHaveLength(24);
    expect(kinds.filter((kind) => kind === 'fill')).toHaveLength(6);
    expect(kinds.filter((kind) => kind === 'blackhole')).toHaveLength(12);
  });

  test('kill every process, Postgres too, as often as any other', () => {
    const { faults } = planOf(OPTIONS, LOCAL_TARGETS);
    for (const target of [...SERVICES, 'postgres']) {
      expect(faults.filter((fault) => fault.kind === 'kill' && fault.target === target)).toHaveLength(10);
    }
  });

  test('come to the broker too, where it is a process of its own', () => {
    const { faults } = planOf({ ...OPTIONS, kills: 80, freezes: 28 }, localTargets('kafka', true));
    const count = (kind: string) =>
      faults.filter((fault) => fault.kind === kind && fault.target === 'kafka').length;
    expect([count('kill'), count('freeze')]).toEqual([10, 4]);
    expect(count('cut') + count('slow')).toBeGreaterThan(0);
  });

  test('silence the connections to every service that is called, to Postgres and to the broker', () => {
    const { faults } = planOf(OPTIONS, localTargets('rabbitmq', true));
    const silenced = faults.filter(({ kind }) => kind === 'blackhole').map(({ target }) => target);
    const called = SERVICES.filter((name) => name !== 'gateway');
    expect(new Set(silenced)).toEqual(new Set([...called, 'postgres', 'rabbitmq']));
  });

  test('that can be done to nobody are refused', () => {
    const nobody = { ...LOCAL_TARGETS, freezes: [] };
    expect(() => planOf(OPTIONS, nobody)).toThrow('there is nobody here for --freezes 30: use --freezes 0');
    expect(() => planOf(OPTIONS, localTargets('postgres', false))).toThrow(
      '--full-disks 6: use --full-disks 0',
    );
    expect(() => planOf(OPTIONS, { ...LOCAL_TARGETS, clocks: [] })).toThrow('use --clock 0');
  });

  test('are none when none are asked for', () => {
    const none = { kills: 0, freezes: 0, cuts: 0, fullDisks: 0, blackholes: 0 };
    expect(planOf({ ...OPTIONS, ...none }, LOCAL_TARGETS).faults).toEqual([]);
  });

  test.each([
    [{ kind: 'kill', target: 'order', after: 1 }, 'kill order'],
    [{ kind: 'freeze', target: 'user', milliseconds: 1_200, after: 1 }, 'freeze user for 1,200 ms'],
    [
      { kind: 'fill', target: 'postgres', milliseconds: 900, after: 1 },
      'fill the disk of postgres for 900 ms',
    ],
    [{ kind: 'blackhole', target: 'order', after: 1 }, 'silence the open connections to order'],
    [{ kind: 'cut', target: 'postgres', milliseconds: 300, after: 1 }, 'cut postgres for 300 ms'],
    [
      { kind: 'slow', target: 'product', milliseconds: 300, lateMs: 40, after: 1 },
      'slow product by 40 ms for 300 ms',
    ],
  ] as const)('%j are put into words', (fault, text) => {
    expect(faultText(fault)).toBe(text);
  });
});
