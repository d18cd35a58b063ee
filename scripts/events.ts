import { resolve } from 'node:path';
import { App } from 'cdk8s';
import { loadEnvironment } from '../charts/environments.ts';
import { Shop } from '../charts/shop.ts';
import type { Databases } from './operate/events/databases.ts';
import { formatDeadLetter, readDeadLetters, requestReplay } from './operate/events/dead-letters.ts';
import { kindDatabases } from './operate/events/kind-databases.ts';
import { localDatabases } from './operate/events/local-databases.ts';
import { parseWords } from './process/parse-options.ts';
import { ROOT } from './process/run-tool.ts';
import { runVerb } from './process/run-verb.ts';
import { UsageError } from './process/usage-error.ts';

const HELP = `npm run events -- dead [options]
npm run events -- replay ID... [options]
npm run events -- replay --all [options]

dead lists dead letters: events that consumers failed to apply, each with its reason. replay requests another attempt,
once the cause is fixed. Each event is applied once, or dead-lettered again with its new reason. A replayed event is
delivered after events with the same key that were published later.

  --env NAME   where the shop runs: local (npm start) or kind (npm run kind:up); default: local
  --data DIR   data folder of the local run; default: .weft
  --all        replay all events
  --json       print one line of JSON per dead letter or replayed id
  --help       print this help
`;

const { values, words } = parseWords(HELP, {
  env: { type: 'string', default: 'local' },
  data: { type: 'string', default: resolve(ROOT, '.weft') },
  all: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
});
const [verb, ...ids] = words;

await runVerb(async () => {
  if (verb === 'dead' && ids.length === 0 && !values.all) return printDeadLetters();
  if (verb === 'replay' && (values.all ? ids.length === 0 : ids.length > 0)) return replay();
  throw new UsageError(
    `unknown command '${words.join(' ')}': use dead, replay ID... or replay --all; see --help`,
  );
});

async function printDeadLetters(): Promise<void> {
  let count = 0;
  for await (const page of readDeadLetters(databases(), consumers())) {
    for (const letter of page) {
      if (values.json) process.stdout.write(line(letter));
      else process.stdout.write(`${count > 0 ? '\n' : ''}${formatDeadLetter(letter)}\n`);
      count += 1;
    }
  }
  if (count === 0 && !values.json) process.stdout.write('no dead letters\n');
}

async function replay(): Promise<void> {
  const replayed = await requestReplay(databases(), consumers(), values.all ? undefined : ids);
  if (values.json) process.stdout.write(replayed.map((id) => line({ id })).join(''));
  else
    process.stdout.write(
      `dead letters to be replayed within 5 s: ${replayed.length}; to list new failures, run npm run events -- dead\n`,
    );
}

function databases(): Databases {
  if (values.env === 'local') return localDatabases(resolve(values.data));
  if (values.env === 'kind') return kindDatabases;
  throw new Error(`cannot reach the databases of environment '${values.env}': use local or kind`);
}

/** Returns the databases of the services that consume a topic. */
function consumers(): readonly string[] {
  const { topics } = new Shop(new App(), loadEnvironment(values.env));
  return [...new Set(topics.flatMap((topic) => [...topic.consumers]))].map(({ name }) => name);
}

function line(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}
