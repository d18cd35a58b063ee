import { type Html, html } from '../../kit/edge/html.ts';
import type { PricedCart } from '../carts/price-cart.ts';
import type { Visitor } from '../http/visit.ts';
import { lineSum } from './cart-view.ts';
import { type FormProblem, problemNotice } from './form-problem.ts';
import type { PageFrame } from './page-frame.ts';

/** Cards of the test provider, by their payment tokens. */
const CARDS: readonly (readonly [token: string, label: string, hint: string])[] = [
  ['tok_ok', 'Test card ending in 4242', 'is accepted'],
  ['tok_declined', 'Test card ending in 0002', 'is declined'],
  ['tok_slow', 'Test card ending in 3220', 'is accepted after a delay'],
];

export interface CheckoutContent {
  readonly cart: PricedCart;
  /** Idempotency key of the order. */
  readonly key: string;
  /** @default the first card */
  readonly token?: string;
  readonly problem?: FormProblem | undefined;
}

/**
 * Returns the last page before an order. Its form has the idempotency key and the displayed total, so that a reload
 * places one order, and a changed price is asked about.
 */
export function checkoutView(
  frame: PageFrame,
  visitor: Visitor,
  { cart, key, token = 'tok_ok', problem }: CheckoutContent,
): Html {
  const { lines, total } = cart;
  const { formats } = visitor;
  return frame(
    {
      title: 'Check out',
      main: html`<h1>Check out</h1>
${problemNotice(problem)}
<form class="two-columns" action="/checkout" method="post" data-once>
<div>
<fieldset class="cards">
<legend>Pay with</legend>
${CARDS.map(
  ([value, label, hint]) =>
    html`<label class="choice"><input type="radio" name="token" value="${value}"${value === token && html` checked`} required> <span><strong>${label}</strong> <span class="hint">${hint}</span></span></label>`,
)}
</fieldset>
</div>
<section class="summary" aria-label="Your order">
<ul class="summary-lines">${lines.map(
        (line) =>
          html`<li><span>${formats.number(line.quantity)} × ${line.name}</span> <span>${lineSum(line, formats)}</span></li>`,
      )}</ul>
<dl><div><dt>Total</dt><dd class="total">${formats.money(total)}</dd></div></dl>
<input type="hidden" name="key" value="${key}">
<input type="hidden" name="amount" value="${total?.amount ?? ''}">
<input type="hidden" name="currency" value="${total?.currency ?? ''}">
<button class="button wide" type="submit">Pay ${formats.money(total)}</button>
<p class="hint">You pay this total or nothing. If a price changes, we ask you first.</p>
<p><a href="/cart">Change the cart</a></p>
</section>
</form>`,
    },
    visitor,
  );
}
