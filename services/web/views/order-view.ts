import { type Html, html } from '../../kit/edge/html.ts';
import type { Order } from '../../proto/gen/weft/order/v1/order.ts';
import type { Formats } from '../format/formats.ts';
import type { Visitor } from '../http/visit.ts';
import { picturePath } from '../pictures/picture.ts';
import { statusText } from './order-status.ts';
import type { PageFrame } from './page-frame.ts';
import { timeElement } from './time-element.ts';

/** Returns the page of an order, whose status stays current. */
export function orderView(frame: PageFrame, visitor: Visitor, order: Order): Html {
  const { id, status, total, items, placedAt } = order;
  const { formats } = visitor;
  const { title, detail } = statusText(order);
  const isOpen = status === 'pending';
  return frame(
    {
      title: 'Your order',
      scripts: ['order.js', 'times.js'],
      main: html`<nav class="crumbs" aria-label="Breadcrumb"><ol><li><a href="/orders">Orders</a></li><li aria-current="page">${shortId(id)}</li></ol></nav>
<h1>Order ${shortId(id)}</h1>
<section class="status ${status}" aria-live="polite" aria-label="Status"${isOpen && html` data-order="/orders/${id}/events"`}>
<p class="status-title"><span class="dot" aria-hidden="true"></span><strong data-title>${title}</strong></p>
<p data-detail>${detail}</p>
</section>
${isOpen && html`<noscript><p><a href="/orders/${id}">Show the current status</a></p></noscript>`}
<div class="two-columns">
<section aria-label="Products of the order"><ul class="lines">${items.map((item) => orderLine(item, formats))}</ul></section>
<section class="summary" aria-label="Summary">
<dl>
<div><dt>Total</dt><dd class="total">${formats.money(total)}</dd></div>
<div><dt>Placed</dt><dd>${timeElement(placedAt, formats)}</dd></div>
<div><dt>Number</dt><dd class="mono">${id}</dd></div>
</dl>
<form action="/orders/${id}/cart" method="post"><button class="button secondary wide" type="submit">Order again</button></form>
</section>
</div>`,
    },
    visitor,
  );
}

/** Returns the list of a customer's orders. */
export function ordersView(
  frame: PageFrame,
  visitor: Visitor,
  { orders, nextCursor }: { readonly orders: readonly Order[]; readonly nextCursor: string },
): Html {
  const { formats } = visitor;
  return frame(
    {
      title: 'Your orders',
      scripts: ['times.js'],
      main: html`<h1>Your orders</h1>
${
  orders.length === 0
    ? html`<div class="empty"><p>You have no orders yet.</p><p><a class="button" href="/">Browse products</a></p></div>`
    : html`<ul class="rows">${orders.map(
        (order) => html`<li><a class="row" href="/orders/${order.id}">
<span class="row-main"><strong>Order ${shortId(order.id)}</strong><span class="hint">${order.items.map(({ name }) => name).join(', ')}</span></span>
<span class="hint">${timeElement(order.placedAt, formats)}</span>
<span class="badge ${order.status}">${statusText(order).title}</span>
<span class="row-sum">${formats.money(order.total)}</span>
</a></li>`,
      )}</ul>`
}
${nextCursor && html`<nav class="pager" aria-label="Pages"><a class="button secondary" rel="next" href="/orders?cursor=${nextCursor}">Older orders</a></nav>`}`,
    },
    visitor,
  );
}

function orderLine({ productId, name, quantity, unitPrice }: Order['items'][number], formats: Formats): Html {
  const sum = unitPrice && { ...unitPrice, amount: unitPrice.amount * quantity };
  return html`<li class="line">
<img src="${picturePath({ id: productId, name })}" width="120" height="90" alt="">
<div class="line-text"><p class="line-name"><a href="/products/${productId}">${name}</a></p>
<p class="hint">${formats.number(quantity)} × ${formats.money(unitPrice)}</p></div>
<p class="line-sum">${formats.money(sum)}</p>
</li>`;
}

/** Returns the last characters of an id, which differ between orders of the same time. */
export function shortId(id: string): string {
  return id.slice(-8).toUpperCase();
}
