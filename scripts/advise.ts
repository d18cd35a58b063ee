import { App } from 'cdk8s';
import { loadEnvironment } from '../charts/environments.ts';
import { Shop } from '../charts/shop.ts';
import { adviceText } from './lab/advise/advice-text.ts';
import { type Advice, adviseCall } from './lab/advise/advise-call.ts';
import { inFull, losesOf } from './lab/advise/words.ts';
import { readReport } from './lab/contrast/read-report.ts';
import { parseOptions } from './process/parse-options.ts';
import { runVerb } from './process/run-verb.ts';

const HELP = `npm run advise -- [options]

Says of each call of the shop which layer should enforce its policy, by what npm run contrast measured: the cheapest one
that does every field of the policy, and was not clearly worse than another in the scenarios that concern the policy.
docs/mesh-or-app.md has the rules.

  --report PATH  default: dist/contrast/report.json
  --env NAME     whose policies; default: kind
  --json         one line of JSON for each call
  --help

Ends with code 2 when there is no report, or it is none.
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
  process.stdout.write(values.json ? advice.map(json).join('') : adviceText(advice));
}

function json(advice: Advice): string {
  return `${JSON.stringify({ ...advice, loses: losesOf(advice, inFull) })}\n`;
}
