import type { PageHandlers } from '../http/page-handler.ts';
import { accountPages } from './account-pages.ts';
import { adminPages } from './admin-pages.ts';
import { cartPages } from './cart-pages.ts';
import { cataloguePages } from './catalogue-pages.ts';
import { checkoutPages } from './checkout-pages.ts';
import { filePages } from './file-pages.ts';
import { orderPages } from './order-pages.ts';
import type { PageSources } from './page-sources.ts';

/** Returns the handlers of all pages. */
export function pageHandlers(sources: PageSources): PageHandlers {
  return {
    ...cataloguePages(sources),
    ...filePages(sources),
    ...accountPages(sources),
    ...cartPages(sources),
    ...checkoutPages(sources),
    ...orderPages(sources),
    ...adminPages(sources),
  };
}
