import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { INSERT_ORDER, lineRows } from '../../../services/order/insert-order.ts';
import { RESERVE } from '../../../services/product/reserve.ts';
import { runProgram } from '../../process/run-program.ts';
import { type BenchStore, CONNECTIONS, PRODUCTS, productIdSql } from './bench-store.ts';
import { eventData, LINES, orderOfThree } from './order-of-three.ts';

/** What the services give as parameters, made by Postgres. */
const RESERVED: Readonly<Record<number, string>> = {
  1: 'uuidv7()',
  2: 'gen_random_uuid()',
  3: 'uuidv7()::text',
  4: `ARRAY[${Array.from({ length: LINES }, (_, line) => productIdSql(`:p${line}`)).join()}]`,
  5: `ARRAY[${Array.from({ length: LINES }, () => 1).join()}]`,
};

const INSERTED: Readonly<Record<number, string>> = {
  1: 'uuidv7()',
  2: 'gen_random_uuid()',
  3: 'uuidv7()::text',
  4: `'\\x${'5a'.repeat(32)}'::bytea`,
  5: `'tok_ok'`,
  6: '6000',
  7: `'EUR'`,
  8: `'paying'`,
  9: `''`,
  10: 'now()',
  11: `'${lineRows(orderOfThree('', ''))}'::jsonb`,
  12: 'uuidv7()',
  13: `'orders'`,
  14: `'weft.order.v1.OrderEvent'`,
  15: 'uuidv7()::text',
  16: `'${JSON.stringify(eventData())}'::jsonb`,
};

/**
 * Orders a second that pgbench places by the statements of the services: C, and nothing to do but send them.
 *
 * @param seconds how long
 * @throws Error when pgbench is not there, or a statement fails
 */
export async function pgbenchOrders(store: BenchStore, seconds: number): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'weft-pgbench-'));
  try {
    const file = join(folder, 'order.sql');
    await writeFile(file, script());
    const words = ['-n', '-M', 'prepared', '-c', `${CONNECTIONS}`, '-j', '2', '-T', `${seconds}`, '-f', file];
    const output = await runProgram('pgbench', words, { variables: store.environment });
    const [, rate] = /^tps = ([\d.]+)/m.exec(output) ?? [];
    if (rate === undefined) throw new Error(`pgbench says no tps: ${output}`);
    return Number(rate);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function script(): string {
  const part = PRODUCTS / LINES;
  // No product twice in an order.
  const draws = Array.from({ length: LINES }, (_, line) => {
    const [from, to] = [Math.floor(line * part) + 1, Math.floor((line + 1) * part)];
    return `\\set p${line} random(${from}, ${to})`;
  });
  return [...draws, statement(RESERVE, RESERVED), statement(INSERT_ORDER, INSERTED), ''].join('\n');
}

function statement(text: string, values: Readonly<Record<number, string>>): string {
  return `${text.replace(/\$(\d+)/g, (_, number) => values[Number(number)] ?? 'NULL')};`;
}
