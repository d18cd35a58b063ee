import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { App } from 'cdk8s';
import { z } from 'zod';
import { loadEnvironment } from '../../../charts/environments.ts';
import { Shop } from '../../../charts/shop.ts';
import { readJson } from '../../../mesh/run/process/read-json.ts';
import { ROOT } from '../../process/run-tool.ts';
import { type EventBodies, eventBodies, eventBodyProblems } from './event-bodies.ts';

const PROTO = join(ROOT, 'services/proto');
const RECORD = 'services/proto/event-bodies.json';
const ADVICE = `\
make it a message of a new version instead, such as weft.order.v2.OrderEvent, that the topic carries beside the old one;
npm run proto -- --accept records it all the same, once no event of the old kind is left in any topic or dead_letter`;

const EVENT_BODIES = z.object({ topics: z.record(z.string(), z.array(z.string())), messages: z.unknown() });

/** Resolves with what is wrong when an event that was ever published could not be read, or the record is stale. */
export async function checkEventBodies(): Promise<string> {
  const [recorded, now] = await Promise.all([readRecord(), presentBodies()]);
  const problems = await eventBodyProblems(recorded, now);
  if (problems.length > 0) return [...problems, ADVICE].join('\n');
  const isFresh = JSON.stringify(recorded) === JSON.stringify(now);
  return isFresh ? '' : `${RECORD} is stale: run \`npm run proto\` and commit it`;
}

/**
 * Records the bodies of events as they are now.
 * @param accept whether also when events that were ever published could not be read
 * @returns what is wrong; then nothing is recorded
 */
export async function recordEventBodies({ accept }: { readonly accept: boolean }): Promise<string> {
  const now = await presentBodies();
  const problems = accept ? [] : await eventBodyProblems(await readRecord(), now);
  if (problems.length > 0) return [...problems, ADVICE].join('\n');
  await writeFile(join(ROOT, RECORD), `${JSON.stringify(now, null, 2)}\n`);
  return '';
}

function presentBodies(): Promise<EventBodies> {
  // Topics are the same in every environment.
  const { topics } = new Shop(new App(), loadEnvironment('local'));
  return eventBodies(Object.fromEntries(topics.map(({ name, messageTypes }) => [name, messageTypes])), PROTO);
}

async function readRecord(): Promise<EventBodies> {
  return readJson(EVENT_BODIES, await readFile(join(ROOT, RECORD), 'utf8'), { name: RECORD });
}
