import { App } from 'cdk8s';
import { loadEnvironment } from '../charts/environments.ts';
import { Shop } from '../charts/shop.ts';
import { adviceText } from './lab/advise/advice-text.ts';
import { type Advice, adviseCall } from './lab/advise/advise-call.ts';
import { citeInFull, listLosses } from './lab/advise/reasons.ts';
import { readReport } from './lab/contrast/read-report.ts';
import { parseOptions } from './process/parse-options.ts';
import { runVerb } from './process/run-verb.ts';

const HELP = `npm run advise -- [options]

Recommends a layer for the policy of each call of the shop, from the measurements of npm run contrast: the cheapest layer
that enforces every field of the policy and was not clearly worse than another in the scenarios that concern the policy.
See docs/mesh-or-app.md for the rules.

  --report PATH  report of npm run contrast; default: dist/contrast/report.json
  --env NAME     environment of the policies; default: kind
  --json         print one line of JSON for each call
  --help         print this help

Exits with code 2 when the report is missing or invalid.
`;

const values = parseOptions(HELP, {
  report: { type: 'string', default: 'dist/contrast/report.json' },
  env: { type: 'string', default: 'kind' },
  json: { type: 'boolean', default: false },
});

await runVerb(run, { failureCode: 2 });

async function run(): Promise<void> {
  const report = await readReport(values.report);
  const { calls, environment } = new Shop(new App(), loadEnvironment(values.env));
  const advice = calls.map((call) => adviseCall(call, report, environment.hasIstio));
  process.stdout.write(values.json ? advice.map(toJsonLine).join('') : adviceText(advice));
}

function toJsonLine(advice: Advice): string {
  return `${JSON.stringify({ ...advice, loses: listLosses(advice, citeInFull) })}\n`;
}
