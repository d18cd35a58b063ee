import type { Pool } from 'pg';
import { type Implementation, implement } from '../kit/server/implement.ts';
import { NotificationServiceDefinition } from '../proto/gen/weft/notification/v1/notification.ts';
import { listNotifications } from './list-notifications.ts';

/** Implements the notification service over the database of `pool`. */
export function notificationService(pool: Pool): Implementation {
  return implement(NotificationServiceDefinition, {
    listNotifications: (request) => listNotifications(pool, request),
  });
}
