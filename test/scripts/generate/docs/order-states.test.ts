import { expect, test } from '@jest/globals';
import { withOrderStates } from '../../../../scripts/generate/docs/order-states.ts';
import { STATES } from '../../../../services/order/state-machine.ts';

const PLACE = '<!-- states: npm run docs -->\nwhat was here before\n<!-- end of states -->';

test('the page has every state, with what is done, what that takes back, and each guard', () => {
  const page = withOrderStates(`# Orders\n\n${PLACE}\n`);
  for (const [name, { description, transitions }] of Object.entries(STATES)) {
    expect(page).toContain(`| \`${name}\`: ${description} |`);
    for (const [event, { condition, to }] of Object.entries(transitions)) {
      expect(page).toContain(`  ${name} --> ${to}: ${event}\n`);
      expect(page).toContain(`\`${event}\`: ${condition} → \`${to}\``);
    }
  }
  expect(page).not.toContain('what was here before');
  expect(withOrderStates(page)).toBe(page);
});

test('a page without a place for them is told', () => {
  expect(() => withOrderStates('# Orders')).toThrow("has no '<!-- states");
});
