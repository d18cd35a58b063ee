import type { Html } from '../../kit/edge/html.ts';
import type { EncodedFile } from './encoded-file.ts';

/** Response to a visit. */
export type PageAnswer = {
  /** Values of `Set-Cookie`. */
  readonly cookies?: readonly string[];
} & (
  | {
      readonly kind: 'page';
      /** @default 200 */
      readonly status?: number;
      readonly body: Html;
      /** Whether all visitors without cookies see the same page. @default false */
      readonly isShared?: boolean;
    }
  /** Sends the browser to another page of this site with GET (303). */
  | { readonly kind: 'redirect'; readonly to: string }
  /** A file whose path changes with its content. */
  | { readonly kind: 'file'; readonly file: EncodedFile }
  | { readonly kind: 'json'; readonly status: number; readonly body: unknown }
  /** Server-sent events. */
  | { readonly kind: 'events'; readonly event: string; readonly source: AsyncIterable<unknown> }
);

/** Visitors that may use a page: everyone, a signed-in customer, or an admin. */
export type PageAccess = 'everyone' | 'account' | 'admin';

/** Returns the redirect to a page of this site. */
export function redirectTo(to: string, cookies: readonly string[] = []): PageAnswer {
  return { kind: 'redirect', to, cookies };
}
