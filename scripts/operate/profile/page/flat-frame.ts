import type { Frame } from '../frame.ts';

/** A frame with its position, so that the page needs no tree. */
export interface FlatFrame {
  readonly name: string;
  readonly place: string;
  readonly part: string;
  readonly self: number;
  readonly total: number;
  /** Distance from the root, in frames. */
  readonly depth: number;
  /** Sum of the totals of the frames to the left, in the same unit. */
  readonly start: number;
  /** Index of the caller; -1 for the root. */
  readonly parent: number;
}

/** Narrower frames cannot be seen even in a frame enlarged tenfold; they are left out. */
const MIN_SHARE = 0.000_2;

/** Returns the frames of a profile, callers before their callees. */
export function flattenFrames(root: Frame): readonly FlatFrame[] {
  const frames: FlatFrame[] = [];
  const add = ({ children, ...own }: Frame, depth: number, start: number, parent: number) => {
    const index = frames.length;
    frames.push({ ...own, depth, start, parent });
    let childStart = start;
    for (const child of children) {
      if (child.total >= root.total * MIN_SHARE) add(child, depth + 1, childStart, index);
      childStart += child.total;
    }
  };
  add(root, 0, 0, -1);
  return frames;
}

/** A flame graph as its script reads it. */
export interface FlameGraphData {
  readonly id: string;
  readonly unit: 'us' | 'bytes';
  readonly frames: readonly FlatFrame[];
}
