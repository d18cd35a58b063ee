import { z } from 'zod';
import { identifier } from './identifier.ts';
import { pageOf } from './page.ts';

export const notification = z
  .strictObject({ id: identifier, orderId: identifier, text: z.string(), at: z.iso.datetime() })
  .meta({ id: 'Notification' });

export const notificationPage = pageOf('NotificationPage', notification);
