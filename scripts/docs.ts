import { generateDocs } from './generate/docs/generated-docs.ts';
import { parseOptions } from './process/parse-options.ts';
import { runVerb } from './process/run-verb.ts';

const { check, json } = parseOptions(
  `npm run docs -- [--check] [--json]

Writes the generated parts of README.md and docs/: code of the service graph, the tables of differences, gateways and guarantees,
the states of an order, the tables of dashboards, alerts and metrics, and the picture of the service graph. Prints the files that changed.

  --check  write nothing; exit with code 1 if a file is out of date
  --json   print {"outdated": [...]}
`,
  { check: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
);

await runVerb(async () => {
  const outdated = await generateDocs(check);
  if (json) process.stdout.write(`${JSON.stringify({ outdated })}\n`);
  else
    for (const path of outdated)
      console.log(check ? `${path} is out of date: run npm run docs` : `wrote ${path}`);
  return check && outdated.length > 0 ? 1 : 0;
});
