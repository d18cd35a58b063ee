import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { App } from 'cdk8s';
import { z } from 'zod';
import { loadEnvironment } from '../../../charts/environments.ts';
import { Shop } from '../../../charts/shop.ts';
import { readJson } from '../../../mesh/run/process/read-json.ts';
import { ROOT } from '../../process/run-tool.ts';
import { type EventBodies, findBreakingChanges, readEventBodies } from './event-bodies.ts';

const PROTO = join(ROOT, 'services/proto');
const RECORD = 'services/proto/event-bodies.json';
const ADVICE = `\
instead, add a message of a new version, such as weft.order.v2.OrderEvent, which the topic carries in addition;
or run npm run proto -- --accept, once no topic and no dead_letter table contains an event of the old version`;

const EVENT_BODIES = z.object({ topics: z.record(z.string(), z.array(z.string())), messages: z.unknown() });

/** Resolves with the changes that make published events unreadable, or with an outdated record; empty otherwise. */
export async function checkEventBodies(): Promise<string> {
  const [recorded, now] = await Promise.all([readRecord(), currentBodies()]);
  const problems = await findBreakingChanges(recorded, now);
  if (problems.length > 0) return [...problems, ADVICE].join('\n');
  const isUpToDate = JSON.stringify(recorded) === JSON.stringify(now);
  return isUpToDate ? '' : `${RECORD} is out of date: run npm run proto`;
}

/**
 * Records the current event bodies.
 * @param accept whether to accept changes that make published events unreadable
 * @returns the problems, which prevent recording; empty otherwise
 */
export async function recordEventBodies({ accept }: { readonly accept: boolean }): Promise<string> {
  const now = await currentBodies();
  const problems = accept ? [] : await findBreakingChanges(await readRecord(), now);
  if (problems.length > 0) return [...problems, ADVICE].join('\n');
  await writeFile(join(ROOT, RECORD), `${JSON.stringify(now, null, 2)}\n`);
  return '';
}

function currentBodies(): Promise<EventBodies> {
  // Topics are the same in every environment.
  const { topics } = new Shop(new App(), loadEnvironment('local'));
  return readEventBodies(
    Object.fromEntries(topics.map(({ name, messageTypes }) => [name, messageTypes])),
    PROTO,
  );
}

async function readRecord(): Promise<EventBodies> {
  return readJson(EVENT_BODIES, await readFile(join(ROOT, RECORD), 'utf8'), { name: RECORD });
}
