import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTool } from '../process/run-tool.ts';

const PICTURE = 'docs/shop.svg';

/** Resolves with what is wrong when the README's picture is not the one that the graph gives now; else with nothing. */
export async function pictureIsFresh(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'weft-picture-'));
  try {
    const { code, output } = await runTool('node', ['charts/main.ts', '--env', 'local', '--out', folder]);
    if (code !== 0) return output;
    const [drawn, kept] = await Promise.all([
      readFile(join(folder, 'graph.svg'), 'utf8'),
      readFile(PICTURE, 'utf8').catch(() => ''),
    ]);
    return drawn === kept ? '' : `${PICTURE} is stale: npm run synth, then copy dist/local/graph.svg to it`;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
