import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { INSERT_ORDERS, rowOf } from '../../../../services/order/insert-orders.ts';
import { RESERVE } from '../../../../services/product/reserve.ts';
import { runProgram } from '../../../process/run-program.ts';
import { type BenchStore, CONNECTIONS, PRODUCTS, productIdSql } from './bench-store.ts';
import { createSampleOrder, LINES } from './sample-order.ts';

const LINE_NUMBERS = Array.from({ length: LINES }, (_, line) => line);

/** SQL expressions for the parameters of RESERVE, which the services pass as values. */
const RESERVE_PARAMETERS: Readonly<Record<number, string>> = {
  1: 'ARRAY[:order_id]',
  2: 'ARRAY[gen_random_uuid()]',
  3: 'ARRAY[uuidv7()::text]',
  4: `ARRAY[${LINE_NUMBERS.map(() => ':order_id').join()}]`,
  5: `ARRAY[${LINE_NUMBERS.map((line) => productIdSql(`:p${line}`)).join()}]`,
  6: `ARRAY[${LINE_NUMBERS.map(() => 1).join()}]`,
  7: 'ARRAY[NULL]',
  8: 'ARRAY[NULL]',
};

const ORDER_ID = '00000000-0000-7000-8000-000000000000';
const CUSTOMER_ID = '00000000-0000-4000-8000-000000000000';

/** Builds the parameter of INSERT_ORDERS. Postgres replaces the ids of the sample, because pgbench has no text functions. */
function insertParameters(): Readonly<Record<number, string>> {
  const row = rowOf({
    order: createSampleOrder(ORDER_ID, CUSTOMER_ID),
    idempotencyKey: ORDER_ID,
    fingerprint: Buffer.alloc(32, 0x5a),
    paymentToken: 'tok_ok',
    state: 'paying',
  });
  // Without the space, pgbench would read `:null` as a variable.
  const text = JSON.stringify([{ ...row, event_id: ORDER_ID }]).replaceAll('":', '": ');
  const withOrderId = `replace('${text}', '${ORDER_ID}', :order_id::text)`;
  return { 1: `replace(${withOrderId}, '${CUSTOMER_ID}', gen_random_uuid()::text)::jsonb` };
}

/**
 * Measures orders per second that pgbench places with the statements of the services. As a C program that only sends
 * statements, it is an upper bound.
 *
 * @param seconds duration
 * @throws Error if pgbench is missing or a statement fails
 */
export async function runPgbench(store: BenchStore, seconds: number): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'weft-pgbench-'));
  try {
    const file = join(folder, 'order.sql');
    await writeFile(file, script());
    const words = ['-n', '-M', 'prepared', '-c', `${CONNECTIONS}`, '-j', '2', '-T', `${seconds}`, '-f', file];
    const output = await runProgram('pgbench', words, { variables: store.environment });
    const [, rate] = /^tps = ([\d.]+)/m.exec(output) ?? [];
    if (rate === undefined) throw new Error(`the output of pgbench has no tps: ${output}`);
    return Number(rate);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function script(): string {
  const rangeSize = PRODUCTS / LINES;
  // Each line draws from its own range of products, so that no order has a product twice.
  const draws = Array.from({ length: LINES }, (_, line) => {
    const [from, to] = [Math.floor(line * rangeSize) + 1, Math.floor((line + 1) * rangeSize)];
    return `\\set p${line} random(${from}, ${to})`;
  });
  const id = 'SELECT uuidv7() AS order_id \\gset';
  return [
    ...draws,
    id,
    statement(RESERVE, RESERVE_PARAMETERS),
    statement(INSERT_ORDERS, insertParameters()),
    '',
  ].join('\n');
}

function statement(text: string, values: Readonly<Record<number, string>>): string {
  return `${text.replace(/\$(\d+)/g, (_, number) => values[Number(number)] ?? 'NULL')};`;
}
