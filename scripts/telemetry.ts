import { randomUUID } from 'node:crypto';
import { join, resolve } from 'node:path';
import { openArchive } from '../mesh/run/dashboard/dashboard.ts';
import { downloadExport } from './operate/telemetry/download-export.ts';
import { findDashboard } from './operate/telemetry/find-dashboard.ts';
import { parseWholeNumber } from './process/option-values.ts';
import { parseWords } from './process/parse-options.ts';
import { ROOT } from './process/run-tool.ts';
import { runVerb } from './process/run-verb.ts';
import { listenForStopSignals } from './process/stop-signals.ts';
import { UsageError } from './process/usage-error.ts';

const HELP = `npm run telemetry -- export [options]
npm run telemetry -- open FILE [options]

export  writes the telemetry of the shop that npm start runs to a file
open    shows an exported file as the live page, until Ctrl-C. Needs no shop

  --out FILE   file to write; default: telemetry.ndjson.gz
  --trace ID   export only this trace with its logs
  --data DIR   data folder of npm start; default: .weft
  --port N     port of the page; default: a free one
  --json       print the result as one line of JSON
  --help       print this help
`;

const { values, words } = parseWords(HELP, {
  out: { type: 'string', default: 'telemetry.ndjson.gz' },
  trace: { type: 'string' },
  data: { type: 'string' },
  port: { type: 'string', default: '0' },
  json: { type: 'boolean', default: false },
});

await runVerb(main);

async function main(): Promise<void> {
  const [command, file, ...rest] = words;
  if (command === 'export' && file === undefined) return exportTelemetry();
  if (command === 'open' && file !== undefined && rest.length === 0) return showFile(file);
  throw new UsageError(
    command === 'open'
      ? 'open needs one file: npm run telemetry -- open telemetry.ndjson.gz'
      : `'${words.join(' ')}' is not a command; use export, or open FILE`,
  );
}

async function exportTelemetry(): Promise<void> {
  const { trace } = values;
  if (trace !== undefined && !/^[\da-f]{32}$/i.test(trace))
    throw new UsageError(`--trace '${trace}' must be 32 hexadecimal digits`);
  const dashboard = await findDashboard(resolve(values.data ?? join(ROOT, '.weft')));
  await downloadExport(dashboard, values.out, { traceId: trace });
  if (values.json) process.stdout.write(`${JSON.stringify({ file: values.out })}\n`);
  else
    process.stdout.write(
      `telemetry is in ${values.out}\nto open it: npm run telemetry -- open ${values.out}\n`,
    );
}

async function showFile(file: string): Promise<void> {
  const port = parseWholeNumber('port', values.port, 0, 65_535);
  const { received } = listenForStopSignals();
  const token = randomUUID();
  const onProblem = (text: string) => process.stderr.write(`${text}\n`);
  const page = await openArchive(file, { token, port, onProblem });
  const { source, createdAt } = page.header;
  if (values.json)
    process.stdout.write(
      `${JSON.stringify({ dashboard: page.url, dashboardToken: token, source, createdAt })}\n`,
    );
  else
    process.stdout.write(`${source} of ${createdAt}: ${page.url}/?token=${token}\nPress Ctrl-C to stop.\n`);
  await received;
  await page.close();
}
