import type { EndpointPick, NonEmptyList } from '../../../services/kit/balance/endpoint-pick.ts';
import { hash } from '../../../services/kit/balance/hash.ts';
import { leastRequest } from '../../../services/kit/balance/least-request.ts';
import { createMaglevTable, maglev } from '../../../services/kit/balance/maglev.ts';
import { ringHash } from '../../../services/kit/balance/ring-hash.ts';
import { measurePolicyUpdates } from './balance/policy-updates.ts';
import { measureSlowHost } from './balance/slow-host.ts';
import { type Figure, summarize } from './figure.ts';

const TABLE_SIZE = 65_537;
const PICKS = 1_000_000;
const ROUNDS = 15;

/**
 * Measures load balancing: the time of a pick and of building a hash table, the evenness of shares, the latency with a slow
 * host, and the memory of policy updates.
 */
export async function* run(): AsyncGenerator<Figure> {
  yield* measurePicks();
  yield measureTable();
  yield* measureShares();
  yield* await measureSlowHost();
  yield await measurePolicyUpdates();
}

interface BenchHost {
  readonly id: string;
  activeRequests: number;
}

function createHosts(count: number): NonEmptyList<BenchHost> {
  const host = (index: number) => ({
    id: `10.0.${index >> 8}.${index & 255}:50051`,
    activeRequests: index % 7,
  });
  return [host(0), ...Array.from({ length: count - 1 }, (_, index) => host(index + 1))];
}

function measurePicks(): readonly Figure[] {
  const hundred = createHosts(100);
  const keys = Array.from({ length: 1_024 }, (_, index) => `customer-${index}`);
  const withoutKey = (pick: EndpointPick<BenchHost>) => (turn: number) => pick(turn, 0);
  const withKey = (pick: EndpointPick<BenchHost>) => (turn: number) =>
    pick(hash(keys[turn & 1_023] ?? ''), 0);
  return Object.entries({
    'least request with two choices': withoutKey(leastRequest(hundred)),
    'ring hash, its key hashed': withKey(ringHash(hundred)),
    'Maglev, its key hashed': withKey(maglev(hundred)),
  }).map(([name, pick]) => {
    const nanoseconds = repeat(() => {
      let sum = 0;
      const tookMs = time(() => {
        for (let turn = 0; turn < PICKS; turn++) sum += pick(turn).activeRequests;
      });
      if (sum === 0) throw new Error('no pick returned an active host');
      return (tookMs * 1e6) / PICKS;
    });
    return summarize(nanoseconds, {
      figure: `a pick of 100 hosts, ${name}`,
      unit: 'ns',
      target: 100,
      better: 'lower',
    });
  });
}

function measureTable(): Figure {
  const ids = createHosts(100).map(({ id }) => id);
  const ratios = repeat(() => {
    let table = createMaglevTable(ids, TABLE_SIZE);
    const buildMs = time(() => {
      table = createMaglevTable(ids, TABLE_SIZE);
    });
    let sum = 0;
    const passMs = time(() => {
      for (let entry = 0; entry < TABLE_SIZE; entry++) sum += table[entry] ?? 0;
    });
    if (sum === 0) throw new Error('the Maglev table is empty');
    return buildMs / passMs;
  });
  const figure = 'building a Maglev table of 65,537 for 100 hosts, relative to one pass over it';
  return summarize(ratios, { figure, unit: 'ratio', target: 10, better: 'lower' });
}

/**
 * Measures how evenly 50 hosts share keys, and how many keys move when a host leaves. One run suffices because the hashing is
 * deterministic.
 */
function measureShares(): readonly Figure[] {
  const count = 50;
  const all = createHosts(count);
  const [first, ...rest] = all;
  const fewer: NonEmptyList<BenchHost> = [first, ...rest.slice(0, -1)];
  // Enough keys to make the sampling error small.
  const keys = Uint32Array.from({ length: 10_000_000 }, () => Math.random() * 2 ** 32);
  const common = { unit: 'ratio', better: 'lower' } as const;
  return Object.entries({
    Maglev: { create: maglev, hasTarget: true },
    ring: { create: ringHash, hasTarget: false },
  }).flatMap(([name, { create, hasTarget }]) => {
    const before = create(all);
    const after = create(fewer);
    const counts = new Map<string, number>();
    let movedKeys = 0;
    for (const key of keys) {
      const { id } = before(key, 0);
      counts.set(id, (counts.get(id) ?? 0) + 1);
      if (after(key, 0).id !== id) movedKeys++;
    }
    const largest = Math.max(...counts.values()) / (keys.length / count);
    return [
      summarize([largest], {
        figure: `${name}, 50 hosts: largest share relative to the mean`,
        ...common,
        ...(hasTarget && { target: 1.02 }),
      }),
      summarize([movedKeys / (keys.length / count)], {
        figure: `${name}, 50 hosts: keys that move when one leaves, relative to 1/N`,
        ...common,
        ...(hasTarget && { target: 1.5 }),
      }),
    ];
  });
}

function repeat(measure: () => number): readonly number[] {
  // The first rounds let the JIT compiler optimize.
  for (let round = 0; round < 3; round++) measure();
  return Array.from({ length: ROUNDS }, measure);
}

function time(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}
