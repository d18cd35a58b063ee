import { expect, test } from '@jest/globals';
import { withOrderStates } from '../../../../scripts/generate/docs/order-states.ts';
import { STATES } from '../../../../services/order/state-machine.ts';

const PLACE = '<!-- states: npm run docs -->\nwhat was here before\n<!-- end of states -->';

test('the page has every state, with what is done, what that takes back, and each guard', () => {
  const page = withOrderStates(`# Orders\n\n${PLACE}\n`);
  for (const [name, { is, on }] of Object.entries(STATES)) {
    expect(page).toContain(`| \`${name}\`: ${is} |`);
    for (const [happening, { when, to }] of Object.entries(on)) {
      expect(page).toContain(`  ${name} --> ${to}: ${happening}\n`);
      expect(page).toContain(`\`${happening}\`: ${when} → \`${to}\``);
    }
  }
  expect(page).not.toContain('what was here before');
  expect(withOrderStates(page)).toBe(page);
});

test('a page without a place for them is told', () => {
  expect(() => withOrderStates('# Orders')).toThrow("has no '<!-- states");
});
