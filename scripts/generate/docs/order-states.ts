import { FIRST, STATES, STATUS, type State } from '../../../services/order/state-machine.ts';
import { between } from './table.ts';

/** Where they are shown. */
export const ORDERS_PAGE = 'docs/orders.md';
const BEGIN = '<!-- states: npm run docs -->';
const END = '<!-- end of states -->';

/**
 * `page` with the states of an order as services/order/state-machine.ts has them now: a diagram, and what each is.
 * @throws Error when the page has no place for them
 */
export function withOrderStates(page: string): string {
  return between(page, BEGIN, END, `${diagram()}\n\n${table()}\n`);
}

const names = Object.keys(STATES) as State[];

interface Transition {
  readonly from: State;
  readonly happening: string;
  readonly when: string;
  readonly to: string;
}

function transitionsOf(from: State): readonly Transition[] {
  return Object.entries(STATES[from].on).map(([happening, { when, to }]) => ({ from, happening, when, to }));
}

/** In Mermaid (https://mermaid.js.org/syntax/stateDiagram.html). */
function diagram(): string {
  const transitions = names.flatMap(transitionsOf);
  return [
    '```mermaid',
    'stateDiagram-v2',
    ...Object.entries(FIRST).map(([state, why]) => `  [*] --> ${state}: ${why}`),
    ...transitions.map(({ from, happening, to }) => `  ${from} --> ${to}: ${happening}`),
    ...names.filter((state) => transitionsOf(state).length === 0).map((state) => `  ${state} --> [*]`),
    '```',
  ].join('\n');
}

function table(): string {
  const heads = ['state', 'customer is told', 'calls', 'which compensates', 'event: guard → next state'];
  const rows = names.map((name) => {
    const {
      is,
      does = [],
      undoes = '',
    }: { is: string; does?: readonly string[]; undoes?: string } = STATES[name];
    const happens = transitionsOf(name).map(
      ({ happening, when, to }) => `\`${happening}\`: ${when} → \`${to}\``,
    );
    return [
      `\`${name}\`: ${is}`,
      STATUS[name],
      does.map((call) => `\`${call}\``).join(', then '),
      undoes,
      happens.join('<br>'),
    ];
  });
  return [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
