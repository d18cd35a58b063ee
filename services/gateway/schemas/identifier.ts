import { z } from 'zod';

export const identifier = z.guid();

export const byId = z.strictObject({ id: identifier });
