import { type Html, html } from '../../kit/edge/html.ts';
import type { Notification } from '../../proto/gen/weft/notification/v1/notification.ts';
import type { Visitor } from '../http/visit.ts';
import type { PageFrame } from './page-frame.ts';
import { timeElement } from './time-element.ts';

/** Returns the list of a customer's notifications. */
export function notificationsView(
  frame: PageFrame,
  visitor: Visitor,
  {
    notifications,
    nextCursor,
  }: { readonly notifications: readonly Notification[]; readonly nextCursor: string },
): Html {
  return frame(
    {
      title: 'Notifications',
      scripts: ['times.js'],
      main: html`<h1>Notifications</h1>
${
  notifications.length === 0
    ? html`<div class="empty"><p>There are no notifications yet.</p></div>`
    : html`<ul class="rows">${notifications.map(
        ({ orderId, text, at }) =>
          html`<li><a class="row" href="/orders/${orderId}"><span class="row-main">${text}</span><span class="hint">${timeElement(at, visitor.formats)}</span></a></li>`,
      )}</ul>`
}
${nextCursor && html`<nav class="pager" aria-label="Pages"><a class="button secondary" rel="next" href="/notifications?cursor=${nextCursor}">Older notifications</a></nav>`}`,
    },
    visitor,
  );
}
