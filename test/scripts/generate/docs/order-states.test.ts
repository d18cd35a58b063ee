import { expect, test } from '@jest/globals';
import { withOrderStates } from '../../../../scripts/generate/docs/order-states.ts';
import { STATES } from '../../../../services/order/state-machine.ts';

const PLACE = '<!-- states: npm run docs -->\noutdated text\n<!-- end of states -->';

test('writes every state with its calls, compensations and guards', () => {
  const page = withOrderStates(`# Orders\n\n${PLACE}\n`);
  for (const [name, { description, transitions }] of Object.entries(STATES)) {
    expect(page).toContain(`| \`${name}\`: ${description} |`);
    for (const [event, { condition, to }] of Object.entries(transitions)) {
      expect(page).toContain(`  ${name} --> ${to}: ${event}\n`);
      expect(page).toContain(`\`${event}\`: ${condition} → \`${to}\``);
    }
  }
  expect(page).not.toContain('outdated text');
  expect(withOrderStates(page)).toBe(page);
});

test('rejects a page without markers', () => {
  expect(() => withOrderStates('# Orders')).toThrow("has no '<!-- states");
});
