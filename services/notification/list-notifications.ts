import type { Pool } from 'pg';
import { decodeCursor, encodeCursor } from '../kit/cursor.ts';
import { serviceError } from '../kit/errors.ts';
import { isUuid } from '../kit/uuidv7.ts';
import type {
  ListNotificationsRequest,
  ListNotificationsResponse,
} from '../proto/gen/weft/notification/v1/notification.ts';

const LAST = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

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
 * A page of what a customer was told, newest first.
 * @throws ServiceError `invalid-request` for a customer, limit or cursor that breaks its rule
 */
export async function listNotifications(
  pool: Pool,
  request: ListNotificationsRequest,
): Promise<ListNotificationsResponse> {
  const { customerId } = request;
  const limit = request.limit || 20;
  const before = decodeCursor(request.cursor, 1)?.[0] ?? LAST;
  if (!isUuid(customerId)) refuse('customerId', `'${customerId.slice(0, 100)}' is not a UUID`);
  if (limit < 1 || limit > 100) refuse('limit', `${limit} is out of range; give 1 to 100`);
  if (!isUuid(before)) refuse('cursor', 'is not a cursor of this list; take nextCursor of its last page');
  const { rows } = await pool.query<NotificationRow>({
    name: 'list-notifications',
    text: LIST,
    values: [customerId, before, limit + 1],
  });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map(({ id, order_id: orderId, text, at }) => ({ id, orderId, text, at })),
    nextCursor: rows.length > limit && last ? encodeCursor([last.id]) : '',
  };
}

function refuse(field: string, description: string): never {
  throw serviceError('invalid-request', { violations: [{ field, description }] });
}
