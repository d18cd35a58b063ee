import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { deadLetterPoison } from '../../../../../services/kit/events/dead-letter.ts';
import { recordedLog } from '../../recorded-log.ts';
import type { ConsumerProcessOptions } from './consumer-process.ts';
import type { Probe } from './probe.ts';
import { numbers, type Stage } from './stage.ts';

const PROGRAM = fileURLToPath(new URL('consumer-process.ts', import.meta.url));
/** More often than any broker delivers an event anew. */
const DEATHS = 23;

type Service = Awaited<ReturnType<Stage['service']>>;

const joins = ({ lines }: Service) => lines.filter(({ message }) => message === 'joined the group').length;

/** Whether two members are seen at work at once, on events of many keys. */
export const membersShare: Probe = async (stage) => {
  const [one, two] = [await stage.service(), await stage.service()];
  const store = await stage.store();
  const both = Promise.withResolvers<true>();
  const busy = new Set<Service>();
  for (const member of [one, two]) {
    stage.consume(member.events, store, async () => {
      busy.add(member);
      if (busy.size === 2) both.resolve(true);
      await Promise.race([both.promise, tired]);
    });
    await stage.until(() => joins(member) > 0);
  }
  const tired = delay(8_000, false);
  await one.broker.publish(numbers(40).map((n) => stage.event(n, `key-${n}`)));
  const effects = await Promise.race([both.promise, tired]);
  await stage.until(async () => (await stage.count(store, 'effect')) >= 40);
  return effects ? 'exact' : 'unsupported';
};

/** A member that comes and goes, and whether the one that works has to join again for it. */
export const membersUndisturbed: Probe = async (stage) => {
  const [one, guest] = [await stage.service(), await stage.service()];
  const store = await stage.store();
  stage.consume(one.events, store);
  await stage.until(() => joins(one) > 0);
  const before = joins(one);
  const coming = stage.consume(guest.events, store);
  await stage.until(() => joins(guest) > 0);
  await coming.stop();
  await one.broker.publish(numbers(40).map((n) => stage.event(n, `key-${n}`)));
  await stage.until(async () => (await stage.count(store, 'effect')) >= 40);
  return joins(one) === before ? 'exact' : 'unsupported';
};

export const killedOnce: Probe = async (stage) => {
  const { events, broker } = await stage.service();
  const store = await stage.store();
  const victim = consumerProcess(stage, store.connectionString, 'dies');
  await broker.publish(numbers(3).map((n) => stage.event(n)));
  await once(victim, 'exit');
  const [effects] = [await stage.effects(store)];
  stage.consume(events, store);
  await stage.until(async () => (await stage.effects(store)).includes(2));
  const isOnce = effects.join() === '0' && (await stage.effects(store)).join() === '0,1,2';
  return isOnce && victim.signalCode === 'SIGKILL' ? 'exact' : 'unsupported';
};

/** The consumer of the first event never finishes it. */
export const killerSetAside: Probe = async (stage) => {
  const { broker } = await stage.service();
  const store = await stage.store();
  await broker.publish([stage.event(1), stage.event(2)]);
  const { log } = recordedLog();
  const effects: number[] = [];
  for (let deaths = 0; deaths < DEATHS && !effects.includes(2); deaths++) {
    const before = effects.length;
    const member = broker.subscribe({
      topic: stage.topic,
      group: stage.group,
      pool: store,
      deliver: async ({ data }, signal) => {
        effects.push((data as { n: number }).n);
        if (effects.at(-1) === 2) return;
        await once(signal, 'abort');
        throw new Error('ended');
      },
      deadLetterUnreadable: async () => {},
      deadLetterPoison: (event, deliveries) => deadLetterPoison(store, stage.group, event, deliveries, log),
    });
    stage.run(member);
    await stage.until(() => effects.length > before);
    await member.stop();
  }
  if (!effects.includes(2)) return 'unsupported';
  // A consumer that dead-letters the event after one crash loses it.
  if (effects.length < 5) throw new Error(`lost after ${effects.length - 1} deliveries`);
  return (await stage.count(store, 'dead_letter')) === 1 ? 'exact' : 'approximate';
};

const PADDING = 'x'.repeat(8_192);

/** A process that is at its first event for ever, while many times what it may hold comes in behind. */
export const consumerSlow: Probe = async (stage) => {
  const { broker } = await stage.service();
  const store = await stage.store();
  const child = consumerProcess(stage, store.connectionString, 'is slow');
  await broker.publish([stage.event(0)]);
  await once(child, 'message');
  const before = await memory(child);
  const chunks = 20;
  for (const chunk of numbers(chunks)) {
    await broker.publish(numbers(400).map((n) => stage.event(n, `key-${chunk}-${n}`, PADDING)));
  }
  const grown = (await memory(child)) - before;
  return grown < (chunks * 400 * PADDING.length) / 2 ? 'exact' : 'unsupported';
};

async function memory(child: ChildProcess): Promise<number> {
  child.send('memory');
  const [answer] = await once(child, 'message');
  return answer.bytes;
}

function consumerProcess(
  stage: Stage,
  connectionString: string,
  mode: ConsumerProcessOptions['mode'],
): ChildProcess {
  const { config, group, topic } = stage;
  const { password } = stage.rig;
  const options: ConsumerProcessOptions = { events: config, password, connectionString, topic, group, mode };
  const env = { ...process.env, WEFT_PROBE: JSON.stringify(options) };
  const child = fork(PROGRAM, { env, execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  stage.onClose(async () => child.kill('SIGKILL'));
  return child;
}
