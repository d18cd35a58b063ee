import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT, runTool } from '../../process/run-tool.ts';
import { DASHBOARDS_PAGE, withDashboards } from './dashboard-tables.ts';
import { PAGE, withDifferences } from './differences-table.ts';
import { GATEWAYS_PAGE, withGateways } from './gateways-table.ts';
import { GUARANTEES_PAGE, withGuarantees } from './guarantees-table.ts';
import { ORDERS_PAGE, withOrderStates } from './order-states.ts';
import { withSourceSnippets } from './source-snippets.ts';

/** Returns the text of a page, given its current text. */
type PageGenerator = (current: string) => string | Promise<string>;

const GENERATED: Readonly<Record<string, PageGenerator>> = {
  'README.md': withSourceSnippets,
  [PAGE]: withDifferences,
  [GUARANTEES_PAGE]: withGuarantees,
  [GATEWAYS_PAGE]: withGateways,
  [ORDERS_PAGE]: withOrderStates,
  [DASHBOARDS_PAGE]: withDashboards,
  'docs/shop.svg': graphPicture,
};

/**
 * Writes every page that is generated, in whole or in part, and is out of date.
 *
 * @param dryRun whether to write nothing. @default false
 * @returns the paths of these files
 */
export async function generateDocs(dryRun = false): Promise<readonly string[]> {
  const outdated: string[] = [];
  for (const [path, generate] of Object.entries(GENERATED)) {
    const file = join(ROOT, path);
    const current = await readFile(file, 'utf8').catch(() => '');
    const generated = await generate(current);
    if (generated === current) continue;
    outdated.push(path);
    if (!dryRun) await writeFile(file, generated);
  }
  return outdated;
}

/** Draws the service graph of the shop as SVG. */
async function graphPicture(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'weft-picture-'));
  try {
    const { code, output } = await runTool('node', ['charts/main.ts', '--env', 'local', '--out', folder]);
    if (code !== 0) throw new Error(output);
    return await readFile(join(folder, 'graph.svg'), 'utf8');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
