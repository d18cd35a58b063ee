import type { Frame } from './frame.ts';
import type { CpuProfile, HeapNode, HeapProfile } from './record-profiles.ts';

/** Names of V8 for time in which no function ran. */
const IDLE = '(idle)';

interface Sampled {
  readonly callFrame: HeapNode['callFrame'];
  readonly self: number;
  readonly children: readonly Sampled[];
}

/** Returns the stacks of a CPU profile, in microseconds, without the idle time. */
export function cpuTree({ nodes, samples, timeDeltas }: CpuProfile): Frame {
  const selfTimes = new Map<number, number>();
  for (const [index, id] of samples.entries())
    selfTimes.set(id, (selfTimes.get(id) ?? 0) + Math.max(0, timeDeltas[index] ?? 0));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const sampled = (node: CpuProfile['nodes'][number]): Sampled => ({
    callFrame: node.callFrame,
    self: node.callFrame.functionName === IDLE ? 0 : (selfTimes.get(node.id) ?? 0),
    children: node.children.flatMap((id) => {
      const child = byId.get(id);
      return child ? [sampled(child)] : [];
    }),
  });
  return frameOf(nodes[0] ? sampled(nodes[0]) : EMPTY);
}

/** Returns the share of one core that the process used, from 0 to 1. */
export function busyShare(profile: CpuProfile): number {
  const duration = profile.timeDeltas.reduce((sum, delta) => sum + Math.max(0, delta), 0);
  return duration > 0 ? cpuTree(profile).total / duration : 0;
}

const EMPTY: Sampled = {
  callFrame: { functionName: '(root)', url: '', lineNumber: -1 },
  self: 0,
  children: [],
};

/** Returns the stacks of a heap profile, in allocated bytes. */
export function heapTree({ head }: HeapProfile): Frame {
  const sampled = ({ callFrame, selfSize, children }: HeapNode): Sampled => ({
    callFrame,
    self: selfSize,
    children: children.map(sampled),
  });
  return frameOf(sampled(head));
}

/** Merges the calls of the same function from the same stack. */
function frameOf({ callFrame, self, children }: Sampled): Frame {
  const byFunction = Map.groupBy(children, ({ callFrame: { functionName, url, lineNumber } }) =>
    [functionName, url, lineNumber].join('\0'),
  );
  const frames = [...byFunction.values()]
    .map((group) =>
      frameOf({
        callFrame: group[0]?.callFrame ?? callFrame,
        self: group.reduce((sum, one) => sum + one.self, 0),
        children: group.flatMap((one) => one.children),
      }),
    )
    .filter(({ total }) => total > 0)
    .toSorted((a, b) => b.total - a.total);
  const { functionName, url, lineNumber } = callFrame;
  const path = pathOf(url);
  return {
    name: functionName || '(anonymous)',
    place: path && lineNumber >= 0 && !path.startsWith('node:') ? `${path}:${lineNumber + 1}` : path,
    part: partOf(path, functionName),
    self,
    total: self + frames.reduce((sum, frame) => sum + frame.total, 0),
    children: frames,
  };
}

/** Returns the path of a module from the root of the checkout or image, or `node:` and the name of a module of Node.js. */
function pathOf(url: string): string {
  const root = url.includes('/node_modules/') ? /^.*?\/(?=node_modules\/)/ : /^.*\/(?=(?:services|mesh)\/)/;
  return url.replace(root, '').replace(/^file:\/\//, '');
}

const PACKAGE = /^.*node_modules\/((?:@[^/]+\/)?[^/]+)/;
const SOURCES = /^((?:services|mesh)\/[^/]+(?:\/[^/]+(?=\/))?)/;

/** Returns `pg`, `services/kit/client`, `Node.js`, or the name of V8: `(garbage collector)`. */
function partOf(path: string, functionName: string): string {
  if (path.startsWith('node:')) return 'Node.js';
  return PACKAGE.exec(path)?.[1] ?? SOURCES.exec(path)?.[1] ?? (path || nativePart(functionName));
}

/** Functions without a place are implemented in C++, such as `writev`. V8 puts the names of its own work in parentheses. */
function nativePart(functionName: string): string {
  return functionName.startsWith('(') ? functionName : 'Node.js';
}

/** Share of a part in the total of a profile. */
export interface PartShare {
  readonly part: string;
  /** Microseconds or bytes of its functions alone. */
  readonly self: number;
  /** From 0 to 1. */
  readonly share: number;
}

/** Returns the parts of a profile, largest first. */
export function sharesByPart(root: Frame): readonly PartShare[] {
  const sums = new Map<string, number>();
  const add = ({ part, self, children }: Frame) => {
    if (self > 0) sums.set(part, (sums.get(part) ?? 0) + self);
    for (const child of children) add(child);
  };
  add(root);
  return [...sums]
    .map(([part, self]) => ({ part, self, share: self / root.total }))
    .toSorted((a, b) => b.self - a.self);
}
