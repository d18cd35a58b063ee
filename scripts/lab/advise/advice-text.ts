import { figure } from '../contrast/page/figures.ts';
import type { Advice } from './advise-call.ts';
import { LAYERS } from './candidate.ts';
import { type Cite, losesOf, NO_SIDECAR, reasonsAgainst } from './words.ts';

type Cells = readonly [call: string, layer: string, now: string, cost: string, asks: string];

const HEAD: Cells = ['call', 'recommended', 'now', 'CPU ms', 'asks for'];
const COST = HEAD.indexOf('CPU ms');

/**
 * Advice as a table. Below the line of a call stands what it loses by the recommendation, and what speaks against each
 * other layer; below the table, why layers do fields less than exactly.
 */
export function adviceText(all: readonly Advice[]): string {
  const whys: string[] = [];
  const cite: Cite = (why) => {
    if (!whys.includes(why)) whys.push(why);
    return ` [${whys.indexOf(why) + 1}]`;
  };
  const rows = [HEAD, ...all.map(cells)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.flatMap((row, index) => {
    const line = row.map((cell, column) =>
      column === COST ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
    );
    const advice = all[index - 1];
    return [line.join('  ').trimEnd(), ...(advice ? below(advice, cite) : [])];
  });
  const cited = whys.map((why, index) => `[${index + 1}] ${why}`);
  return `${[...lines, '', ...cited, '', ...notes(all)].join('\n')}\n`;
}

function cells({ call, recommended, now, asks, layers }: Advice): Cells {
  const cost = layers.find(({ layer }) => layer === recommended)?.cost;
  return [call, recommended ?? 'none', now, figure(cost), asksFor(asks)];
}

/** The parts of a policy, without their details. */
function asksFor(asks: Advice['asks']): string {
  const parts = asks.map((field) => {
    const [part = field, kind = part] = field.split('.');
    return part === 'balance' ? kind : part;
  });
  return [...new Set(parts)].join(', ');
}

function below(advice: Advice, cite: Cite): readonly string[] {
  const loses = losesOf(advice, cite).join('; ') || 'nothing';
  return [
    ...(advice.recommended ? [`loses ${loses}`] : []),
    ...(advice.needsAccept ? ["needs approximation: 'accept' in its policy"] : []),
    ...[...reasonsAgainst(advice, cite)].map(([layer, reason]) => `not ${layer}: ${reason}`),
  ].map((text) => `    ${text}`);
}

function notes(all: readonly Advice[]): readonly string[] {
  const unmeasured = LAYERS.filter((layer) =>
    all.some(({ layers }) => layers.some((one) => one.layer === layer && one.cost === undefined)),
  );
  return [
    'CPU ms: of application and proxies for 1,000 requests where nothing goes wrong, the whole shop under that layer.',
    'app and proxyless spare the cost of sidecars where those are taken away, which loses',
    `${NO_SIDECAR}; who keeps them keeps both, and pays for them.`,
    ...(unmeasured.length > 0
      ? [
          `not measured: ${unmeasured.join(', ')}; npm run contrast -- --layers ${LAYERS.join()} measures all.`,
        ]
      : []),
  ];
}
