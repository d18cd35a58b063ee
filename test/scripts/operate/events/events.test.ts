import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ProgramError, runProgram } from '../../../../scripts/process/run-program.ts';
import { uuidv7 } from '../../../../services/kit/fields/uuid.ts';
import { type RunningShop, startShop } from '../../../shop/running-shop.ts';
import { queryStore } from '../../../shop/stores.ts';
import { eventually } from '../../../until.ts';

let shop: RunningShop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(async () => {
  await shop?.stop();
});

const events = (...words: readonly string[]) =>
  runProgram(process.execPath, ['scripts/events.ts', ...words, '--data', shop.data]);

test('lists a dead letter of the running shop, and replays it', async () => {
  expect(await events('dead')).toBe('no dead letters\n');
  const [id, orderId, customerId] = [uuidv7(), uuidv7(), uuidv7()];
  const order = { id: orderId, customerId, status: 'pending', total: { amount: 100, currency: 'EUR' } };
  await queryStore(
    shop,
    'notification',
    `INSERT INTO dead_letter (consumer_group, event_id, topic, type, key, time, data, reason, attempts)
     VALUES ('notification', '${id}', 'orders', 'weft.order.v1.OrderEvent', '${orderId}', now(),
       '${JSON.stringify({ kind: 'placed', order })}', 'Error: a bug', 8)`,
  );
  expect(JSON.parse(await events('dead', '--json'))).toMatchObject({ id, key: orderId, attempts: 8 });
  expect(await events('replay', id)).toMatch(/^dead letters to be replayed within 5 s: 1;/);
  const notifications = () =>
    queryStore(shop, 'notification', `SELECT order_id FROM notification WHERE id = '${id}'`);
  await eventually(async () => (await notifications()).length > 0);
  expect(await notifications()).toEqual([{ order_id: orderId }]);
  await expect(events('replay', id)).rejects.toThrow(ProgramError);
});
