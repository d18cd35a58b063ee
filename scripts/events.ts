import { resolve } from 'node:path';
import { App } from 'cdk8s';
import { loadEnvironment } from '../charts/environments.ts';
import { Shop } from '../charts/shop.ts';
import type { Databases } from './operate/events/databases.ts';
import { deadLetters, replay } from './operate/events/dead-letters.ts';
import { deadLetterText } from './operate/events/dead-letters-text.ts';
import { kindDatabases } from './operate/events/kind-databases.ts';
import { localDatabases } from './operate/events/local-databases.ts';
import { parseWords } from './process/parse-options.ts';
import { ROOT } from './process/run-tool.ts';
import { runVerb } from './process/run-verb.ts';
import { UsageError } from './process/usage-error.ts';

const HELP = `npm run events -- dead [options]
npm run events -- replay ID... [options]
npm run events -- replay --all [options]

dead lists the events that consumers could not apply and have put aside, each with its reason. replay asks the consumers
to try them again, once the reason is mended: each is applied once, or put aside again with its new reason. An event
that is replayed comes behind those of its key that were published after it.

  --env NAME   where the shop runs: local (npm start) or kind (npm run kind:up); default: local
  --data DIR   folder of the local run; default: .weft
  --all        all that are events
  --json       one line of JSON for each dead letter, or for each id that is tried again
  --help
`;

const { values, words } = parseWords(HELP, {
  env: { type: 'string', default: 'local' },
  data: { type: 'string', default: resolve(ROOT, '.weft') },
  all: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
});
const [verb, ...ids] = words;

await runVerb(async () => {
  if (verb === 'dead' && ids.length === 0 && !values.all) return list();
  if (verb === 'replay' && (values.all ? ids.length === 0 : ids.length > 0)) return tryAgain();
  throw new UsageError(`say dead, replay ID... or replay --all, not '${words.join(' ')}': --help shows more`);
});

async function list(): Promise<void> {
  let count = 0;
  for await (const page of deadLetters(databases(), consumers())) {
    for (const letter of page) {
      if (values.json) process.stdout.write(line(letter));
      else process.stdout.write(`${count > 0 ? '\n' : ''}${deadLetterText(letter)}\n`);
      count += 1;
    }
  }
  if (count === 0 && !values.json) process.stdout.write('no dead letters\n');
}

async function tryAgain(): Promise<void> {
  const tried = await replay(databases(), consumers(), values.all ? undefined : ids);
  if (values.json) process.stdout.write(tried.map((id) => line({ id })).join(''));
  else
    process.stdout.write(
      `${tried.length} tried again within 5 seconds; npm run events -- dead shows which failed again\n`,
    );
}

function databases(): Databases {
  if (values.env === 'local') return localDatabases(resolve(values.data));
  if (values.env === 'kind') return kindDatabases;
  throw new Error(`the databases of '${values.env}' cannot be reached from here: use local or kind`);
}

/** Databases of the services that consume a topic. */
function consumers(): readonly string[] {
  const { topics } = new Shop(new App(), loadEnvironment(values.env));
  return [...new Set(topics.flatMap((topic) => [...topic.consumers]))].map(({ name }) => name);
}

function line(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}
