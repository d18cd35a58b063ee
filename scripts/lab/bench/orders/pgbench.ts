import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { INSERT_ORDERS, rowOf } from '../../../../services/order/insert-orders.ts';
import { RESERVE } from '../../../../services/product/reserve.ts';
import { runProgram } from '../../../process/run-program.ts';
import { type BenchStore, CONNECTIONS, PRODUCTS, productIdSql } from './bench-store.ts';
import { LINES, orderOfThree } from './order-of-three.ts';

const NUMBERS = Array.from({ length: LINES }, (_, line) => line);

/** What the services give as parameters for one order, made by Postgres. */
const RESERVED: Readonly<Record<number, string>> = {
  1: 'ARRAY[:order_id]',
  2: 'ARRAY[gen_random_uuid()]',
  3: 'ARRAY[uuidv7()::text]',
  4: `ARRAY[${NUMBERS.map(() => ':order_id').join()}]`,
  5: `ARRAY[${NUMBERS.map((line) => productIdSql(`:p${line}`)).join()}]`,
  6: `ARRAY[${NUMBERS.map(() => 1).join()}]`,
};

const ORDER = '00000000-0000-7000-8000-000000000000';
const CUSTOMER = '00000000-0000-4000-8000-000000000000';

/** One order as JSON. What is different for each comes from Postgres: pgbench has no text functions. */
function inserted(): Readonly<Record<number, string>> {
  const row = rowOf({
    order: orderOfThree(ORDER, CUSTOMER),
    idempotencyKey: ORDER,
    fingerprint: Buffer.alloc(32, 0x5a),
    paymentToken: 'tok_ok',
    state: 'paying',
  });
  // To pgbench `:null` is a variable.
  const text = JSON.stringify([{ ...row, event_id: ORDER }]).replaceAll('":', '": ');
  const own = `replace('${text}', '${ORDER}', :order_id::text)`;
  return { 1: `replace(${own}, '${CUSTOMER}', gen_random_uuid()::text)::jsonb` };
}

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
  const id = 'SELECT uuidv7() AS order_id \\gset';
  return [...draws, id, statement(RESERVE, RESERVED), statement(INSERT_ORDERS, inserted()), ''].join('\n');
}

function statement(text: string, values: Readonly<Record<number, string>>): string {
  return `${text.replace(/\$(\d+)/g, (_, number) => values[Number(number)] ?? 'NULL')};`;
}
