import { figure } from '../../operate/report/figures.ts';
import type { Advice } from './advise-call.ts';
import { LAYERS } from './candidate.ts';
import { type Cite, listLosses, reasonsAgainst, SIDECAR_SECURITY } from './reasons.ts';

type Cells = readonly [call: string, layer: string, current: string, cost: string, policy: string];

const HEAD: Cells = ['call', 'recommended', 'current', 'CPU ms', 'policy'];
const COST = HEAD.indexOf('CPU ms');

/**
 * Formats advice as a table. Below each call are the losses of the recommended layer and the reasons against the others.
 * Footnotes explain approximate and unsupported fields.
 */
export function adviceText(all: readonly Advice[]): string {
  const footnotes: string[] = [];
  const cite: Cite = (why) => {
    if (!footnotes.includes(why)) footnotes.push(why);
    return ` [${footnotes.indexOf(why) + 1}]`;
  };
  const rows = [HEAD, ...all.map(cells)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.flatMap((row, index) => {
    const line = row.map((cell, column) =>
      column === COST ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
    );
    const advice = all[index - 1];
    return [line.join('  ').trimEnd(), ...(advice ? detailLines(advice, cite) : [])];
  });
  const cited = footnotes.map((why, index) => `[${index + 1}] ${why}`);
  return `${[...lines, '', ...cited, '', ...notes(all)].join('\n')}\n`;
}

function cells({ call, recommended, now, asks, layers }: Advice): Cells {
  const cost = layers.find(({ layer }) => layer === recommended)?.cost;
  return [call, recommended ?? '-', now, figure(cost), policyParts(asks)];
}

/** Returns the parts of a policy without their details, such as `retries, least-request`. */
function policyParts(asks: Advice['asks']): string {
  const parts = asks.map((field) => {
    const [part = field, kind = part] = field.split('.');
    return part === 'balance' ? kind : part;
  });
  return [...new Set(parts)].join(', ');
}

function detailLines(advice: Advice, cite: Cite): readonly string[] {
  const losses = listLosses(advice, cite).join('; ') || 'nothing';
  return [
    ...(advice.recommended ? [`loses ${losses}`] : []),
    ...(advice.needsAccept ? ["needs approximation: 'accept' in its policy"] : []),
    ...[...reasonsAgainst(advice, cite)].map(([layer, reason]) => `not ${layer}: ${reason}`),
  ].map((text) => `    ${text}`);
}

function notes(all: readonly Advice[]): readonly string[] {
  const unmeasured = LAYERS.filter((layer) =>
    all.some(({ layers }) => layers.some((one) => one.layer === layer && one.cost === undefined)),
  );
  return [
    'CPU ms: CPU time of application and proxies for 1,000 requests without faults, with the whole shop under that layer.',
    'app and proxyless save the cost of sidecars only if you remove the sidecars, and with them',
    `${SIDECAR_SECURITY}.`,
    ...(unmeasured.length > 0
      ? [
          `not measured: ${unmeasured.join(', ')}; measure all layers with npm run contrast -- --layers ${LAYERS.join()}`,
        ]
      : []),
  ];
}
