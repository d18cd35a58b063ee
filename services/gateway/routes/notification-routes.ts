import { subjectOf } from '../../kit/edge/bearer.ts';
import type { Clients } from '../clients.ts';
import { defineRoute } from '../http/define-route.ts';
import type { HttpRoute } from '../http/route.ts';
import { notificationPage } from '../schemas/notification.ts';
import { pageQuery } from '../schemas/page.ts';
import { nextCursor, present } from './present.ts';

/** Returns the routes for a customer's notifications. */
export function notificationRoutes({ notification }: Pick<Clients, 'notification'>): readonly HttpRoute[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/notifications',
      tag: 'Orders',
      summary: 'List your notifications',
      needsBearer: true,
      query: pageQuery,
      answer: {
        status: 200,
        kind: 'json',
        description: 'A page of notifications, newest first.',
        schema: notificationPage,
      },
      async handle({ bearer, query, context }) {
        const page = await notification.listNotifications(
          { customerId: subjectOf(bearer), ...query },
          { context },
        );
        const items = page.items.map(({ id, orderId, text, at }) => ({
          id,
          orderId,
          text,
          at: present(at, 'the time').toISOString(),
        }));
        return { body: { items, nextCursor: nextCursor(page.nextCursor) } };
      },
    }),
  ];
}
