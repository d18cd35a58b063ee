import { GATEWAY_NAMES, type GatewayName } from './lab/gateways/differences.ts';
import { type GatewayResult, runGatewayProbes } from './lab/gateways/run-probes.ts';
import { createCustomer } from './operate/load/create-customer.ts';
import { parseOptions } from './process/parse-options.ts';
import { runVerb } from './process/run-verb.ts';
import { UsageError } from './process/usage-error.ts';

const HELP = `npm run gateways -- --gateway NAME --url URL [--json]

Sends requests to the gateway of a running shop and compares each answer with the contract of the edge, and with the
differences listed in scripts/lab/gateways/differences.ts. Creates one customer. Exits with code 1 if an answer is
neither that of the contract nor that of a listed difference.

  --gateway  what answers at the URL: ${GATEWAY_NAMES.join(', ')}
  --url      such as http://127.0.0.1:8080
  --json     print a line of JSON for each request
`;

const SETUP_TIMEOUT_MS = 30_000;

const options = parseOptions(HELP, {
  gateway: { type: 'string' },
  url: { type: 'string' },
  json: { type: 'boolean', default: false },
});

await runVerb(main, { failureCode: 2 });

async function main(): Promise<number> {
  const gateway = GATEWAY_NAMES.find((name) => name === options.gateway);
  if (!gateway) {
    throw new UsageError(
      `gateway '${options.gateway ?? ''}' is unknown; use one of ${GATEWAY_NAMES.join(', ')}`,
    );
  }
  if (!options.url || !URL.canParse(options.url)) {
    throw new UsageError(`url '${options.url ?? ''}' is not a URL; use one such as http://127.0.0.1:8080`);
  }
  return run(gateway, new URL(options.url));
}

/** Returns the exit code. */
async function run(gateway: GatewayName, url: URL): Promise<number> {
  const token = await createCustomer(url.origin, AbortSignal.timeout(SETUP_TIMEOUT_MS));
  let count = 0;
  let contradictions = 0;
  for await (const result of runGatewayProbes(gateway, { url, token })) {
    count += 1;
    if (!result.holds) contradictions += 1;
    process.stdout.write(options.json ? `${JSON.stringify(result)}\n` : formatResult(result));
  }
  if (!options.json) {
    process.stdout.write(
      `\n${count} requests, ${contradictions} contradict the contract and its differences\n`,
    );
  }
  return contradictions > 0 ? 1 : 0;
}

function formatResult({ probe, contract, answer, holds, difference }: GatewayResult): string {
  const expected = difference?.answer ?? contract;
  const comparison = answer === contract ? answer : `${answer} (contract: ${contract})`;
  const listed = holds || !difference ? '' : ` (listed: ${expected})`;
  return `${holds ? ' ' : '!'} ${probe.padEnd(60)} ${comparison}${listed}\n`;
}
