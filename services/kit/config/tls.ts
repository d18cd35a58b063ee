import { z } from 'zod';
import { type AppTls, TLS_MODES } from '../../../mesh/policy/tls.ts';

const path = z
  .string('use the path of a file, relative to the folder WEFT_TLS')
  .min(1, 'use the path of a file, relative to the folder WEFT_TLS');
const clientCertificate = z.strictObject({ certificate: path, key: path }).exactOptional();
const ignoredBy = (mode: string) =>
  z.never(`mode '${mode}' ignores it; omit it, or use mode 'verify-full'`).exactOptional();

/** TLS of connections to a server in app.json. A mode rejects the fields that it would ignore. */
export const appTls = z.discriminatedUnion(
  'mode',
  [
    z.strictObject({ mode: z.literal('verify-full'), ca: path.exactOptional(), clientCertificate }),
    z.strictObject({ mode: z.literal('verify-ca'), ca: path, clientCertificate }),
    z.strictObject({ mode: z.literal('require'), ca: ignoredBy('require'), clientCertificate }),
    z.strictObject({
      mode: z.literal('disable'),
      ca: ignoredBy('disable'),
      clientCertificate: ignoredBy('disable'),
    }),
  ],
  { error: ({ code }) => (code === 'invalid_union' ? `use one of ${TLS_MODES.join(', ')}` : undefined) },
) satisfies z.ZodType<AppTls>;
