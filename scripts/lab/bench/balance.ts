import { hash } from '../../../services/kit/balance/hash.ts';
import { leastRequest } from '../../../services/kit/balance/least-request.ts';
import { maglev, maglevTable } from '../../../services/kit/balance/maglev.ts';
import type { Pick, Some } from '../../../services/kit/balance/pick.ts';
import { ringHash } from '../../../services/kit/balance/ring-hash.ts';
import { slowHost } from './balance/slow-host.ts';
import { updates } from './balance/updates.ts';
import { type Figure, figureOf } from './figure.ts';

const TABLE = 65_537;
const PICKS = 1_000_000;
const ROUNDS = 15;

/** What a choice costs, what a table costs, how even the shares are, and what balancing is worth with a slow host. */
export async function* run(): AsyncGenerator<Figure> {
  yield* picks();
  yield build();
  yield* shares();
  yield* await slowHost();
  yield await updates();
}

interface BenchHost {
  readonly id: string;
  active: number;
}

function hosts(count: number): Some<BenchHost> {
  const host = (index: number) => ({ id: `10.0.${index >> 8}.${index & 255}:50051`, active: index % 7 });
  return [host(0), ...Array.from({ length: count - 1 }, (_, index) => host(index + 1))];
}

function picks(): readonly Figure[] {
  const hundred = hosts(100);
  const keys = Array.from({ length: 1_024 }, (_, index) => `customer-${index}`);
  const byNothing = (pick: Pick<BenchHost>) => (turn: number) => pick(turn, 0);
  const byKey = (pick: Pick<BenchHost>) => (turn: number) => pick(hash(keys[turn & 1_023] ?? ''), 0);
  return Object.entries({
    'least request of two': byNothing(leastRequest(hundred)),
    'ring hash, its key hashed': byKey(ringHash(hundred)),
    'Maglev, its key hashed': byKey(maglev(hundred)),
  }).map(([name, pick]) => {
    const nanoseconds = rounds(() => {
      let sum = 0;
      const took = time(() => {
        for (let turn = 0; turn < PICKS; turn++) sum += pick(turn).active;
      });
      if (sum === 0) throw new Error('nothing was picked');
      return (took * 1e6) / PICKS;
    });
    return figureOf(nanoseconds, {
      figure: `a pick of 100 hosts, ${name}`,
      unit: 'ns',
      target: 100,
      better: 'lower',
    });
  });
}

function build(): Figure {
  const ids = hosts(100).map(({ id }) => id);
  const ratios = rounds(() => {
    let table = maglevTable(ids, TABLE);
    const building = time(() => {
      table = maglevTable(ids, TABLE);
    });
    let sum = 0;
    const passing = time(() => {
      for (let entry = 0; entry < TABLE; entry++) sum += table[entry] ?? 0;
    });
    if (sum === 0) throw new Error('the table is empty');
    return building / passing;
  });
  const figure = 'building a Maglev table of 65,537 for 100 hosts, to one pass over it';
  return figureOf(ratios, { figure, unit: 'ratio', target: 10, better: 'lower' });
}

/** How even the shares of 50 hosts are, and how many keys move when one leaves: the same in each run. */
function shares(): readonly Figure[] {
  const count = 50;
  const all = hosts(count);
  const [first, ...rest] = all;
  const fewer: Some<BenchHost> = [first, ...rest.slice(0, -1)];
  // So many that chance is small beside what is measured.
  const keys = Uint32Array.from({ length: 10_000_000 }, () => Math.random() * 2 ** 32);
  const common = { unit: 'ratio', better: 'lower' } as const;
  return Object.entries({
    Maglev: { make: maglev, targets: true },
    ring: { make: ringHash, targets: false },
  }).flatMap(([name, { make, targets }]) => {
    const before = make(all);
    const after = make(fewer);
    const table = new Map<string, number>();
    let moved = 0;
    for (const key of keys) {
      const { id } = before(key, 0);
      table.set(id, (table.get(id) ?? 0) + 1);
      if (after(key, 0).id !== id) moved++;
    }
    const largest = Math.max(...table.values()) / (keys.length / count);
    return [
      figureOf([largest], {
        figure: `${name}, 50 hosts: largest share to the mean`,
        ...common,
        ...(targets && { target: 1.02 }),
      }),
      figureOf([moved / (keys.length / count)], {
        figure: `${name}, 50 hosts: keys that move when one leaves, to 1/N`,
        ...common,
        ...(targets && { target: 1.5 }),
      }),
    ];
  });
}

function rounds(one: () => number): readonly number[] {
  // The first are for the compiler.
  for (let round = 0; round < 3; round++) one();
  return Array.from({ length: ROUNDS }, one);
}

function time(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}
