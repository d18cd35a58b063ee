import type { FlameGraphData } from '../page/flat-frame.ts';
import { showFlameGraph } from './show-flame-graph.ts';

const graphs = JSON.parse(document.getElementById('data')?.textContent ?? '[]') as readonly FlameGraphData[];
for (const graph of graphs) showFlameGraph(graph);
