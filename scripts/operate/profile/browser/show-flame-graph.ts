import type { FlameGraphData, FlatFrame } from '../page/flat-frame.ts';

/** Height of a row, in CSS pixels. */
const ROW = 20;
/** Narrower frames are not drawn, in CSS pixels. */
const MIN_WIDTH = 1;
/** Narrower frames have no name, in CSS pixels. */
const MIN_NAMED_WIDTH = 24;

/** Draws a flame graph into its element, and redraws it when the reader enlarges a frame or the window changes. */
export function showFlameGraph({ id, unit, frames }: FlameGraphData): void {
  const flame = document.getElementById(id);
  const detail = document.querySelector(`[data-detail="${id}"]`);
  const search = document.querySelector<HTMLInputElement>(`[data-find="${id}"]`);
  const count = document.querySelector(`[data-found="${id}"]`);
  const [root] = frames;
  if (!flame || !detail || !search || !count || !root) return;
  let zoomed = 0;
  let text = '';
  const buttons = new Map<number, HTMLButtonElement>();

  const isHit = ({ name, place, part }: FlatFrame) =>
    text !== '' && `${name} ${place} ${part}`.toLowerCase().includes(text);
  const describe = ({ name, place, self, total }: FlatFrame) =>
    `${name}${place && ` (${place})`}: ${format(total, unit)} (${percent(total / root.total)}), self ${format(self, unit)}`;

  const draw = (focused?: number) => {
    const zoom = frames[zoomed] ?? root;
    const callers = callersOf(frames, zoomed);
    const scale = flame.clientWidth / zoom.total;
    buttons.clear();
    let rows = 0;
    const nodes: Node[] = [];
    for (const [index, frame] of frames.entries()) {
      const isCaller = callers.has(index);
      const x = isCaller ? 0 : (frame.start - zoom.start) * scale;
      const width = isCaller ? flame.clientWidth : frame.total * scale;
      const isInside =
        frame.start >= zoom.start && frame.start + frame.total <= zoom.start + zoom.total * 1.000_001;
      if (!isCaller && (frame.depth < zoom.depth || !isInside || width < MIN_WIDTH)) continue;
      rows = Math.max(rows, frame.depth + 1);
      const button = document.createElement('button');
      button.type = 'button';
      button.className = [
        kindOf(frame),
        ...(isHit(frame) ? ['hit'] : []),
        ...(isCaller ? ['above'] : []),
        ...(width < MIN_NAMED_WIDTH ? ['narrow'] : []),
      ].join(' ');
      button.setAttribute('role', 'treeitem');
      button.setAttribute('aria-level', String(frame.depth + 1));
      button.setAttribute('aria-label', describe(frame));
      button.title = describe(frame);
      button.tabIndex = index === (focused ?? zoomed) ? 0 : -1;
      button.style.cssText = `left: ${x}px; top: ${frame.depth * ROW}px; width: ${width}px`;
      if (width >= MIN_NAMED_WIDTH) button.textContent = frame.name;
      button.dataset.index = String(index);
      buttons.set(index, button);
      nodes.push(button);
    }
    flame.style.height = `${rows * ROW}px`;
    flame.replaceChildren(...nodes);
    if (focused !== undefined) buttons.get(focused)?.focus();
  };

  const zoomTo = (index: number) => {
    zoomed = index;
    draw(index);
  };
  const indexOf = (target: EventTarget | null) =>
    Number((target instanceof HTMLElement && target.closest('button')?.dataset.index) || 0);
  const moveTo = (index: number | undefined) => {
    const button = index === undefined ? undefined : buttons.get(index);
    if (!button) return;
    for (const other of buttons.values()) other.tabIndex = -1;
    button.tabIndex = 0;
    button.focus();
  };

  flame.addEventListener('click', ({ target }) => zoomTo(indexOf(target)));
  flame.addEventListener('focusin', ({ target }) => {
    const frame = frames[indexOf(target)];
    if (frame) detail.textContent = describe(frame);
  });
  flame.addEventListener('mouseover', ({ target }) => {
    const frame = frames[indexOf(target)];
    if (frame) detail.textContent = describe(frame);
  });
  flame.addEventListener('keydown', (event) => {
    const index = indexOf(event.target);
    const frame = frames[index];
    if (!frame) return;
    const visible = [...buttons.keys()];
    const siblings = visible.filter((one) => frames[one]?.depth === frame.depth);
    const position = siblings.indexOf(index);
    const moves: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => moveTo(siblings[position - 1]),
      ArrowRight: () => moveTo(siblings[position + 1]),
      ArrowUp: () => moveTo(frame.parent),
      ArrowDown: () => moveTo(visible.find((one) => frames[one]?.parent === index)),
      Home: () => moveTo(siblings[0]),
      End: () => moveTo(siblings.at(-1)),
      Escape: () => zoomTo(0),
    };
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    move();
  });
  search.addEventListener('input', () => {
    text = search.value.trim().toLowerCase();
    const hits = frames.filter(isHit);
    const own = hits.reduce((sum, { self }) => sum + self, 0);
    flame.classList.toggle('searched', text !== '');
    count.textContent =
      text === ''
        ? ''
        : `${hits.length} ${hits.length === 1 ? 'frame' : 'frames'}, self ${percent(own / root.total)}`;
    draw();
  });
  let drawnWidth = 0;
  new ResizeObserver(() => {
    // Drawing changes the height.
    if (flame.clientWidth !== drawnWidth) draw();
    drawnWidth = flame.clientWidth;
  }).observe(flame);
}

function callersOf(frames: readonly FlatFrame[], index: number): ReadonlySet<number> {
  const callers = new Set<number>();
  for (let one = frames[index]?.parent ?? -1; one >= 0; one = frames[one]?.parent ?? -1) callers.add(one);
  return callers;
}

function kindOf({ part }: FlatFrame): string {
  if (part.startsWith('(')) return 'v8';
  if (part === 'Node.js') return 'node';
  return /^(services|mesh)\//.test(part) ? 'own' : 'package';
}

function format(size: number, unit: 'us' | 'bytes'): string {
  return unit === 'us' ? `${(size / 1_000).toFixed(1)} ms` : `${(size / 2 ** 20).toFixed(3)} MiB`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
