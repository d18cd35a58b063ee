import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { findBreakingChanges, readEventBodies } from '../../../../scripts/generate/proto/event-bodies.ts';

const PROTO = fileURLToPath(new URL('../../../../services/proto', import.meta.url));
const TOPICS = { orders: ['weft.order.v1.OrderEvent'] };
const ORDER = 'weft/order/v1/order.proto';
const MONEY = 'weft/money/v1/money.proto';

let current: Awaited<ReturnType<typeof readEventBodies>>;
beforeAll(async () => {
  current = await readEventBodies(TOPICS, PROTO);
});

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-bodies-'));
  await cp(PROTO, folder, { recursive: true, filter: (path) => !path.startsWith(join(PROTO, 'gen')) });
});
afterEach(() => rm(folder, { recursive: true }));

interface Change {
  readonly file?: string;
  readonly from: string;
  readonly to: string;
}

async function problemsOf({ file = ORDER, from, to }: Change): Promise<string> {
  const path = join(folder, file);
  const text = await readFile(path, 'utf8');
  expect(text).toContain(from);
  await writeFile(path, text.replace(from, to));
  return (await findBreakingChanges(current, await readEventBodies(TOPICS, folder))).join('\n');
}

const KIND = 'string kind = 1;';
const TOTAL = 'weft.money.v1.Money total = 5;';

describe('accepts a compatible change of an event body', () => {
  test.each<[string, Change]>([
    ['no change', { from: KIND, to: KIND }],
    ['a new field', { from: KIND, to: `${KIND}\n  string by = 3;` }],
    [
      'a new nested field',
      { file: MONEY, from: 'string currency = 2;', to: 'string currency = 2; string rate = 3;' },
    ],
    ['a removed field that reserves its name and number', { from: KIND, to: 'reserved 1; reserved "kind";' }],
    ['an optional field', { from: KIND, to: `optional ${KIND}` }],
    ['a message that no event contains', { from: 'string cursor = 3;', to: 'string page = 3;' }],
    ['another comment', { from: '// Body of the events of topic', to: '// Body of each event of topic' }],
  ])('%s', async (_, change) => {
    expect(await problemsOf(change)).toBe('');
  });
});

describe('rejects a change that makes published events unreadable', () => {
  test.each<[string, Change, string]>([
    ['a new name', { from: KIND, to: 'string what = 1;' }, 'changed name from "kind" to "what"'],
    [
      'a new name in JSON alone',
      { from: KIND, to: 'string kind = 1 [json_name = "what"];' },
      '"json_name" from "kind"',
    ],
    [
      'a new name of a nested field',
      { file: MONEY, from: 'string currency', to: 'string iso' },
      'on message "Money" changed name',
    ],
    ['a removed field', { from: KIND, to: '' }, 'deleted without reserving the name "kind"'],
    [
      'a removed field that reserves its number alone',
      { from: KIND, to: 'reserved 1;' },
      'without reserving the name "kind"',
    ],
    [
      'a removed field that reserves its name alone',
      { from: KIND, to: 'reserved "kind";' },
      'without reserving the number "1"',
    ],
    ['a new number', { from: KIND, to: 'string kind = 7;' }, 'without reserving the number "1"'],
    [
      'a number as text',
      { from: 'int32 quantity = 2;', to: 'string quantity = 2;' },
      'from "int32" to "string"',
    ],
    [
      'a wider number, which is text in JSON',
      { from: 'int32 quantity = 2;', to: 'int64 quantity = 2;' },
      '"int32" to "int64"',
    ],
    ['text as bytes, which are base64', { from: KIND, to: 'bytes kind = 1;' }, 'from "string" to "bytes"'],
    ['a message as text', { from: TOTAL, to: 'string total = 5;' }, 'from "message" to "string"'],
    ['another message', { from: TOTAL, to: 'Line total = 5;' }, 'changed type from "weft.money.v1.Money"'],
    ['a single field as a list', { from: TOTAL, to: `repeated ${TOTAL}` }, 'to "repeated"'],
    [
      'a list as a single field',
      { from: 'repeated Line items = 6;', to: 'Line items = 6;' },
      'changed cardinality from "repeated"',
    ],
    [
      'a field moved into a oneof',
      { from: KIND, to: `oneof what { ${KIND} string code = 3; }` },
      'moved from outside to inside a oneof',
    ],
  ])('%s', async (_, change, problem) => {
    expect(await problemsOf(change)).toContain(problem);
  });

  test('a reserved name in use again', async () => {
    const path = join(folder, ORDER);
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace(KIND, 'reserved 1; reserved "kind";'));
    const removed = await readEventBodies(TOPICS, folder);
    await writeFile(path, text.replace(KIND, 'int32 kind = 3;'));
    const problems = await findBreakingChanges(removed, await readEventBodies(TOPICS, folder));
    expect(problems.join('\n')).toContain('reserved name "kind"');
  });
});

test('accepts more event types of a topic, and rejects fewer', async () => {
  const one = current;
  const two = await readEventBodies(
    { orders: [...TOPICS.orders, 'weft.money.v1.Money'], other: TOPICS.orders },
    PROTO,
  );
  expect(await findBreakingChanges(one, two)).toEqual([]);
  expect(await findBreakingChanges(two, one)).toEqual([
    "topic 'orders' no longer carries weft.money.v1.Money, but may contain such events; let it carry both",
    "topic 'other' no longer carries weft.order.v1.OrderEvent, but may contain such events; let it carry both",
  ]);
});

test('rejects a topic with an unknown message', async () => {
  await expect(readEventBodies({ orders: ['weft.order.v9.OrderEvent'] }, PROTO)).rejects.toThrow(
    'weft.order.v9.OrderEvent',
  );
});
