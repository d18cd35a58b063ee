import { type Html, html } from '../../kit/edge/html.ts';
import { MAX_QUANTITY } from '../../proto/limits.ts';
import type { CartLine, CartProblem, PricedCart } from '../carts/price-cart.ts';
import type { Formats } from '../format/formats.ts';
import type { Visitor } from '../http/visit.ts';
import { picturePath } from '../pictures/picture.ts';
import { type FormProblem, notice, problemNotice } from './form-problem.ts';
import type { PageFrame } from './page-frame.ts';

/** Advice about a cart that cannot be ordered as it is. */
const PROBLEMS: Readonly<Record<CartProblem, string>> = {
  unavailable: 'A product is no longer available. Remove it to continue.',
  short: 'Some products have fewer units in stock than you want. Reduce the quantity to continue.',
  'mixed-currencies': 'The products are priced in different currencies. Order them separately.',
  unpriceable: 'This cart cannot be ordered. Remove some products, or reduce their quantities.',
};

/** Returns the problem of a cart in words; an empty text if there is none. */
export function cartProblemText({ problem }: PricedCart): string {
  return problem ? PROBLEMS[problem] : '';
}

/** Returns a note about a line; an empty text if there is nothing to say. */
export function lineNote({ unitPrice, isShort }: CartLine): string {
  if (!unitPrice) return 'No longer available';
  return isShort ? 'Fewer in stock than you want' : '';
}

/** Returns the price of all units of a line. */
export function lineSum({ unitPrice, quantity }: CartLine, formats: Formats): string {
  return unitPrice ? formats.money({ ...unitPrice, amount: unitPrice.amount * quantity }) : '–';
}

/** Returns the cart with its current prices. */
export function cartView(frame: PageFrame, visitor: Visitor, cart: PricedCart, problem?: FormProblem): Html {
  const { lines, total } = cart;
  const { formats } = visitor;
  const text = cartProblemText(cart);
  const main =
    lines.length === 0
      ? html`<h1>Your cart</h1>${problemNotice(problem)}<div class="empty"><p>Your cart is empty.</p><p><a class="button" href="/">Browse products</a></p></div>`
      : html`<h1>Your cart</h1>
${problemNotice(problem)}
<div class="two-columns" data-cart="/cart/events">
<section aria-label="Products in your cart"><ul class="lines">${lines.map((line) => cartLine(line, formats))}</ul></section>
<section class="summary" aria-label="Summary">
<dl><div><dt>Total</dt><dd class="total" data-total>${formats.money(total)}</dd></div></dl>
<p class="hint">Prices and stock are current. They are reserved when you pay.</p>
<div data-problem${text === '' && html` hidden`}>${notice('problem', text)}</div>
<a class="button wide" href="/checkout" data-checkout${text !== '' && html` aria-disabled="true"`}>Check out</a>
<p class="visually-hidden" aria-live="polite" data-announce></p>
</section>
</div>`;
  return frame({ title: 'Your cart', scripts: ['cart.js'], main }, visitor);
}

function cartLine(line: CartLine, formats: Formats): Html {
  const { productId, name, quantity, unitPrice } = line;
  const note = lineNote(line);
  return html`<li class="line" data-line="${productId}">
<img src="${picturePath({ id: productId, name })}" width="120" height="90" alt="">
<div class="line-text">
<p class="line-name">${unitPrice ? html`<a href="/products/${productId}">${name}</a>` : name}</p>
<p class="hint"><span data-price>${formats.money(unitPrice)}</span> each</p>
<p class="line-note" data-note${note === '' && html` hidden`}>${note}</p>
</div>
<form class="line-form" action="/cart/items/${productId}" method="post">
${
  unitPrice &&
  html`<label class="visually-hidden" for="quantity-${productId}">Quantity of ${name}</label>
<input id="quantity-${productId}" name="quantity" type="number" value="${quantity}" min="1" max="${MAX_QUANTITY}" inputmode="numeric" required autocomplete="off">
<button class="link" type="submit" name="action" value="update">Update<span class="visually-hidden"> quantity of ${name}</span></button>`
}
<button class="link" type="submit" name="action" value="remove" formnovalidate>Remove<span class="visually-hidden"> ${name}</span></button>
</form>
<p class="line-sum" data-sum>${lineSum(line, formats)}</p>
</li>`;
}
