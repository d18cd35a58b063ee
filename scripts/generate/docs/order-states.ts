import { INITIAL_STATES, STATES, STATUS, type State } from '../../../services/order/state-machine.ts';
import { replaceBetween } from './table.ts';

/** Page with the states. */
export const ORDERS_PAGE = 'docs/orders.md';
const BEGIN = '<!-- states: npm run docs -->';
const END = '<!-- end of states -->';

/**
 * Returns `page` with the current diagram and table of order states of services/order/state-machine.ts.
 * @throws Error if the page has no markers for the states
 */
export function withOrderStates(page: string): string {
  return replaceBetween(page, BEGIN, END, `${diagram()}\n\n${table()}\n`);
}

const names = Object.keys(STATES) as State[];

interface Transition {
  readonly from: State;
  readonly event: string;
  readonly condition: string;
  readonly to: string;
}

function transitionsOf(from: State): readonly Transition[] {
  return Object.entries(STATES[from].transitions).map(([event, { condition, to }]) => ({
    from,
    event,
    condition,
    to,
  }));
}

/** Returns the diagram in Mermaid (https://mermaid.js.org/syntax/stateDiagram.html). */
function diagram(): string {
  const transitions = names.flatMap(transitionsOf);
  return [
    '```mermaid',
    'stateDiagram-v2',
    ...Object.entries(INITIAL_STATES).map(([state, condition]) => `  [*] --> ${state}: ${condition}`),
    ...transitions.map(({ from, event, to }) => `  ${from} --> ${to}: ${event}`),
    ...names.filter((state) => transitionsOf(state).length === 0).map((state) => `  ${state} --> [*]`),
    '```',
  ].join('\n');
}

function table(): string {
  const heads = [
    'state',
    'status shown to the customer',
    'calls',
    'compensates',
    'event: guard → next state',
  ];
  const rows = names.map((name) => {
    const {
      description,
      calls = [],
      compensates = '',
    }: { description: string; calls?: readonly string[]; compensates?: string } = STATES[name];
    const transitions = transitionsOf(name).map(
      ({ event, condition, to }) => `\`${event}\`: ${condition} → \`${to}\``,
    );
    return [
      `\`${name}\`: ${description}`,
      STATUS[name],
      calls.map((call) => `\`${call}\``).join(', then '),
      compensates,
      transitions.join('<br>'),
    ];
  });
  return [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
