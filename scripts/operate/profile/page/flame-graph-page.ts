import { fileURLToPath } from 'node:url';
import { bundleBrowser } from '../../../../mesh/run/dashboard/page/bundle-browser.ts';
import { escapeText } from '../../report/escape-text.ts';
import { reportPage } from '../../report/page.ts';
import { foldedTable, textTable } from '../../report/table.ts';
import { formatShare } from '../format-share.ts';
import type { Frame } from '../frame.ts';
import { sharesByPart } from '../profile-tree.ts';
import { type FlameGraphData, flattenFrames } from './flat-frame.ts';
import { STYLE } from './style.ts';

/** One flame graph of the page. */
export interface FlameGraph {
  readonly id: string;
  readonly title: string;
  /** One sentence: what the width of a frame means. */
  readonly description: string;
  readonly unit: 'us' | 'bytes';
  readonly root: Frame;
}

export interface FlameGraphPageOptions {
  readonly title: string;
  readonly createdAt: string;
  /** Facts about the recording, for the line below the title. */
  readonly provenance: readonly string[];
  readonly graphs: readonly FlameGraph[];
}

/** Renders flame graphs as a self-contained page. */
export async function flameGraphPage(options: FlameGraphPageOptions): Promise<string> {
  const { title, createdAt, provenance, graphs } = options;
  const { script } = await bundleBrowser(fileURLToPath(new URL('../browser/main.ts', import.meta.url)));
  const data: readonly FlameGraphData[] = graphs.map(({ id, unit, root }) => ({
    id,
    unit,
    frames: flattenFrames(root),
  }));
  return reportPage({
    title,
    createdAt,
    provenance,
    style: STYLE,
    body: `${LEGEND}
${graphs.map(section).join('\n')}
<script type="application/json" id="data">${JSON.stringify(data).replaceAll('<', '\\u003c')}</script>
<script>${script.replaceAll('</script', '<\\/script')}</script>`,
  });
}

/** The colors of frames, by kind. The first words are the classes of the style sheet. */
const KINDS = [
  ['own', 'sources of Weft'],
  ['package', 'packages'],
  ['node', 'Node.js'],
  ['v8', 'V8: garbage collector, compiler, native code'],
];
const LEGEND = `<p>The top row is the whole profile. Each frame is below the function that called it. Select a frame to enlarge it.
In a graph, the arrow keys move between frames, Enter enlarges, and Escape shows the whole profile.</p>
<ul class="legend" aria-label="Colors">${KINDS.map(([kind, text]) => `<li class="${kind}">${text}</li>`).join('')}</ul>`;

function section({ id, title, description, unit, root }: FlameGraph): string {
  const rows = sharesByPart(root).map(({ part, self, share }) => [part, ...formatShare(self, share, unit)]);
  return `<section aria-labelledby="${id}-title">
<h2 id="${id}-title">${escapeText(title)}</h2>
<p>${escapeText(description)}</p>
<p class="find"><label>Find <input type="search" data-find="${id}" placeholder="function or file"></label> <output data-found="${id}"></output></p>
<div class="flame" id="${id}" role="tree" aria-label="${escapeText(title)}"></div>
<p class="note detail" data-detail="${id}">&nbsp;</p>
${foldedTable(`${title}: self ${unit === 'us' ? 'time' : 'size'} by part`, textTable(['part', 'share', 'self'], rows))}
</section>`;
}
