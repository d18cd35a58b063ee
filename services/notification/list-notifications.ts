import type { Pool } from 'pg';
import { throwIfInvalid } from '../kit/errors/service-error.ts';
import { uuidViolations } from '../kit/fields/uuid.ts';
import { MAX_UUID, readPage } from '../kit/store/page.ts';
import {
  type ListNotificationsRequest,
  type ListNotificationsResponse,
  Notification,
} from '../proto/gen/weft/notification/v1/notification.ts';

const LIST = `
  SELECT id, order_id, text, at FROM notification
  WHERE customer_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3`;

interface NotificationRow {
  readonly id: string;
  readonly order_id: string;
  readonly text: string;
  readonly at: Date;
}

/**
 * Returns a page of a customer's notifications, newest first.
 * @throws ServiceError `invalid-request` for an invalid customer, limit or cursor
 */
export async function listNotifications(
  pool: Pool,
  request: ListNotificationsRequest,
): Promise<ListNotificationsResponse> {
  const { customerId } = request;
  throwIfInvalid(uuidViolations(customerId, 'customerId'));
  return readPage(request, MAX_UUID, {
    read: async ([before], limit) => {
      const values = [customerId, before, limit];
      return (await pool.query<NotificationRow>({ name: 'list-notifications', text: LIST, values })).rows;
    },
    toItem: ({ id, order_id: orderId, text, at }) => ({ id, orderId, text, at }),
    type: Notification,
  });
}
