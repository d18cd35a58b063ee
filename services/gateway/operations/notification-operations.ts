import { subjectOf } from '../../kit/edge/bearer.ts';
import type { Clients } from '../clients.ts';
import { defineOperation } from '../http/define-operation.ts';
import type { HttpOperations } from '../http/route.ts';
import { notificationPage } from '../schemas/notification.ts';
import { pageQuery } from '../schemas/page.ts';
import { nextCursor, present } from './present.ts';

/** Returns the operations for a customer's notifications. */
export function notificationOperations({ notification }: Pick<Clients, 'notification'>): HttpOperations {
  return {
    listNotifications: defineOperation({
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
  };
}
