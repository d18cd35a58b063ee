import { afterEach, expect, test } from '@jest/globals';
import { availableStack } from '../../../../scripts/operate/cluster/observability.ts';
import { type StandIn, standIn } from '../../../stand-in.ts';

let programs: StandIn | undefined;
afterEach(() => programs?.remove());

const NO_IMAGE = [
  { when: 'images', stdout: '' },
  { when: 'pull', stderr: 'no route to host', code: 1 },
];
const IMAGE = [{ when: 'images', stdout: '0123' }];

test.each([
  ['leaves Grafana out if its image cannot be pulled', NO_IMAGE, ['grafana'], 1],
  ['keeps Grafana if its image exists', IMAGE, [], 0],
])('%s', async (_, docker, without, messages) => {
  programs = await standIn({ docker });
  const notes: string[] = [];
  const stack = await availableStack({ without: [] }, (text) => notes.push(text), programs.options);
  expect(stack).toEqual({ without });
  expect(notes).toHaveLength(messages);
});

test('needs no image without the stack, and without Grafana', async () => {
  programs = await standIn({ docker: [{ code: 64 }] });
  expect(await availableStack(undefined, () => {}, programs.options)).toBeUndefined();
  expect(await availableStack('none', () => {}, programs.options)).toBeUndefined();
  expect(await availableStack({ without: ['grafana'] }, () => {}, programs.options)).toEqual({
    without: ['grafana'],
  });
});
