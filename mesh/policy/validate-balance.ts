import type { Balance, ConsistentHash } from './balance.ts';
import { durationFindings, type Finding, numberFindings } from './problem.ts';
import { RANGES } from './ranges.ts';

const RULE = 'policy/balance';

/** A key of gRPC metadata (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md). */
const HEADER = /^[0-9a-z_.-]+$/;

/** Yields a finding for each invalid field of a call's load balancing. */
export function* balanceFindings(balance: Balance): Generator<Finding> {
  switch (balance.kind) {
    case 'round-robin':
    case 'random':
      return;
    case 'least-request':
      yield* numberFindings(RULE, 'balance.choices', balance.choices, RANGES['balance.choices']);
      return;
    case 'peak-ewma':
      yield* durationFindings(RULE, 'balance.decayTime', balance.decayTime);
      return;
    case 'weighted-round-robin':
      yield* weightFindings(balance.weights);
      return;
    case 'consistent-hash':
      yield* hashFindings(balance);
      return;
    default:
      yield {
        rule: RULE,
        message: `balance.kind is '${(balance satisfies never as Balance).kind}': use round-robin, random, least-request, peak-ewma, weighted-round-robin or consistent-hash`,
      };
  }
}

function* weightFindings(weights: Readonly<Record<string, number>>): Generator<Finding> {
  for (const [version, weight] of Object.entries(weights)) {
    yield* numberFindings(RULE, `balance.weights.${version}`, weight, RANGES['balance.weights']);
  }
  if (Object.keys(weights).length === 0) {
    yield { rule: RULE, message: 'balance.weights is empty: set a weight for each version of the callee' };
  }
}

function* hashFindings({ by, table }: ConsistentHash): Generator<Finding> {
  if ('header' in by && !HEADER.test(by.header)) {
    yield { rule: RULE, message: `balance.by.header is '${by.header}': use a header name in lower case` };
  }
  if ('header' in by && by.header.endsWith('-bin')) {
    yield {
      rule: RULE,
      message: `balance.by.header is '${by.header}': each hop may encode a binary header differently; use a text header`,
    };
  }
  if (table?.kind === 'ring') {
    yield* numberFindings(RULE, 'balance.table.minSize', table.minSize, RANGES['balance.table.minSize']);
  }
  if (table?.kind !== 'maglev' || table.tableSize === undefined) return;
  yield* numberFindings(RULE, 'balance.table.tableSize', table.tableSize, RANGES['balance.table.tableSize']);
  if (!isPrime(table.tableSize)) {
    yield {
      rule: RULE,
      message: `balance.table.tableSize is ${table.tableSize}: use a prime, such as 65537`,
    };
  }
}

function isPrime(number: number): boolean {
  if (!Number.isInteger(number) || number < 2) return false;
  for (let divisor = 2; divisor * divisor <= number; divisor += 1) if (number % divisor === 0) return false;
  return true;
}
