import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Frame } from '../../../../scripts/operate/profile/frame.ts';
import { flattenFrames } from '../../../../scripts/operate/profile/page/flat-frame.ts';
import { cpuTree, heapTree, sharesByPart } from '../../../../scripts/operate/profile/profile-tree.ts';
import type { CpuProfile } from '../../../../scripts/operate/profile/record-profiles.ts';
import { propertyRuns } from '../../../property-runs.ts';

const ROOT = 'file:///app';

function node(
  id: number,
  functionName: string,
  url = '',
  children: number[] = [],
): CpuProfile['nodes'][number] {
  return { id, callFrame: { functionName, url, lineNumber: 9 }, children };
}

const PROFILE: CpuProfile = {
  nodes: [
    node(1, '(root)', '', [2, 5, 6, 7]),
    node(2, 'place', `${ROOT}/services/order/saga.ts`, [3, 4]),
    node(3, 'query', `${ROOT}/node_modules/pg/lib/client.js`),
    node(4, 'query', `${ROOT}/node_modules/pg/lib/client.js`, [8]),
    node(5, '(idle)'),
    node(6, '(garbage collector)'),
    node(7, 'attempt', `${ROOT}/services/kit/client/attempt.ts`),
    node(8, 'writev', ''),
  ],
  samples: [2, 3, 4, 5, 6, 7, 8],
  timeDeltas: [100, 20, 30, 9_999, 40, 50, 60],
};

test('a CPU profile is a tree of merged functions, without the idle time', () => {
  const root = cpuTree(PROFILE);
  expect(root.total).toBe(300);
  expect(root.children.map(({ name, place, self, total }) => ({ name, place, self, total }))).toEqual([
    { name: 'place', place: 'services/order/saga.ts:10', self: 100, total: 210 },
    { name: 'attempt', place: 'services/kit/client/attempt.ts:10', self: 50, total: 50 },
    { name: '(garbage collector)', place: '', self: 40, total: 40 },
  ]);
  expect(root.children[0]?.children).toMatchObject([{ name: 'query', self: 50, total: 110 }]);
});

test('the shares name packages, rooms of the kit, services, Node.js and V8', () => {
  expect(sharesByPart(cpuTree(PROFILE)).map(({ part, self }) => [part, self])).toEqual([
    ['services/order', 100],
    ['Node.js', 60],
    ['pg', 50],
    ['services/kit/client', 50],
    ['(garbage collector)', 40],
  ]);
});

test('a heap profile is a tree of the bytes in use', () => {
  const callFrame = (functionName: string, url: string) => ({ functionName, url, lineNumber: 0 });
  const leaf = {
    callFrame: callFrame('', `${ROOT}/node_modules/@scope/name/x.js`),
    selfSize: 7,
    children: [],
  };
  const head = { callFrame: callFrame('(root)', ''), selfSize: 0, children: [leaf, leaf] };
  expect(heapTree({ head }).children).toEqual([
    {
      ...{ name: '(anonymous)', place: 'node_modules/@scope/name/x.js:1', part: '@scope/name' },
      ...{ self: 14, total: 14, children: [] },
    },
  ]);
});

const FRAMES: fc.Arbitrary<Frame> = fc.letrec<{ frame: Frame }>((tie) => ({
  frame: fc
    .record({
      self: fc.integer({ min: 1, max: 1_000 }),
      children: fc.oneof(
        { maxDepth: 4 },
        fc.constant<readonly Frame[]>([]),
        fc.array(tie('frame'), { maxLength: 3 }).map((frames): readonly Frame[] => frames),
      ),
    })
    .map(({ self, children }) => {
      const total = children.reduce<number>((sum, child) => sum + child.total, self);
      return { name: 'f', place: '', part: 'p', self, total, children };
    }),
})).frame;

test('on the page, frames lie within their caller and beside each other', () => {
  fc.assert(
    fc.property(FRAMES, (root) => {
      const frames = flattenFrames(root);
      const ends = new Map<string, number>();
      for (const { depth, start, total, parent } of frames) {
        const caller = frames[parent];
        if (!caller) continue;
        expect(depth).toBe(caller.depth + 1);
        expect(start).toBeGreaterThanOrEqual(ends.get(String(depth)) ?? caller.start);
        expect(start + total).toBeLessThanOrEqual(caller.start + caller.total);
        ends.set(String(depth), start + total);
      }
    }),
    { numRuns: propertyRuns(500) },
  );
});
