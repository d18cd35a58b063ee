import { type Html, html } from '../../kit/edge/html.ts';
import type { Product } from '../../proto/gen/weft/product/v1/product.ts';
import { MAX_QUANTITY } from '../../proto/limits.ts';
import type { Visitor } from '../http/visit.ts';
import { picturePath } from '../pictures/picture.ts';
import { type FormProblem, problemNotice } from './form-problem.ts';
import type { PageFrame } from './page-frame.ts';
import { stockLabel, stockLevel } from './stock-label.ts';

/** Returns the page of a product, with its stock. */
export function productView(
  frame: PageFrame,
  visitor: Visitor,
  product: Product,
  problem?: FormProblem,
): Html {
  const { id, name, description, price, stock } = product;
  const { formats } = visitor;
  const isSoldOut = stock <= 0;
  return frame(
    {
      title: name,
      description: description.slice(0, 200),
      scripts: ['stock.js'],
      main: html`<nav class="crumbs" aria-label="Breadcrumb"><ol><li><a href="/">All products</a></li><li aria-current="page">${name}</li></ol></nav>
${problemNotice(problem)}
<article class="product">
<img class="product-picture" src="${picturePath(product)}" width="800" height="600" alt="">
<div class="product-text">
<h1>${name}</h1>
<p class="product-price">${formats.money(price)}</p>
<p class="stock ${stockLevel(stock)}" data-stock="/products/${id}/stock/events" aria-live="polite">${stockLabel(stock, formats)}</p>
<form class="add" action="/cart/items" method="post">
<input type="hidden" name="product" value="${id}">
<div class="field quantity">
<label for="quantity">Quantity</label>
<input id="quantity" name="quantity" type="number" value="1" min="1" max="${MAX_QUANTITY}" inputmode="numeric" required autocomplete="off">
</div>
<button class="button" type="submit"${isSoldOut && html` disabled`}>Add to cart</button>
</form>
<div class="product-description">${paragraphs(description)}</div>
<ul class="promises">
<li>Pay with a test card; nothing is charged for real</li>
<li>The price is confirmed again before you pay</li>
</ul>
</div>
</article>`,
    },
    visitor,
  );
}

/** Returns text of several lines as paragraphs. */
function paragraphs(text: string): Html {
  const parts = text.split(/\n\s*\n/).filter((part) => part.trim() !== '');
  return html`${parts.map((part) => html`<p>${part}</p>`)}`;
}
