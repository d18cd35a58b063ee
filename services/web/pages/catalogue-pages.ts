import { ServiceError, serviceError } from '../../kit/errors/service-error.ts';
import type { Product } from '../../proto/gen/weft/product/v1/product.ts';
import type { PageHandlers } from '../http/page-handler.ts';
import { catalogueView } from '../views/catalogue-view.ts';
import { fieldProblem } from '../views/form-problem.ts';
import { productView } from '../views/product-view.ts';
import { stockLabel, stockLevel } from '../views/stock-label.ts';
import { mapEach } from './map-each.ts';
import type { PageSources } from './page-sources.ts';

/** Products of a page. Divisible by 2, 3 and 4 columns. */
const PAGE_SIZE = 24;

/** Returns the pages of the catalogue and of one product. */
export function cataloguePages({ clients: { product }, frame }: PageSources): PageHandlers {
  return {
    showCatalogue: {
      access: 'everyone',
      async answer(visit) {
        const { q = '', cursor = '' } = visit.query;
        const query = q.trim();
        const { context } = visit;
        try {
          const page = await product.listProducts({ query, cursor, limit: PAGE_SIZE }, { context });
          const { items: products, nextCursor } = page;
          const body = catalogueView(frame, visit, { products, query, nextCursor, isFirstPage: !cursor });
          return { kind: 'page', body, isShared: true };
        } catch (error) {
          if (!(error instanceof ServiceError) || error.code !== 'invalid-request') throw error;
          const isQuery = error.violations.some(({ field }) => field === 'query');
          const message = isQuery
            ? 'This search cannot be used. Use fewer words.'
            : 'This page does not exist.';
          const problem = fieldProblem('q', message);
          const empty = {
            products: [],
            query: isQuery ? query : '',
            nextCursor: '',
            isFirstPage: true,
            problem,
          };
          return { kind: 'page', status: 400, body: catalogueView(frame, visit, empty) };
        }
      },
    },
    showProduct: {
      access: 'everyone',
      async answer(visit) {
        const { id = '' } = visit.params;
        const { product: item } = await product.getProduct({ id }, { context: visit.context });
        return { kind: 'page', body: productView(frame, visit, existing(item)), isShared: true };
      },
    },
    followStock: {
      access: 'everyone',
      isResource: true,
      answer({ params: { id = '' }, context, formats }) {
        const source = mapEach(product.watchStock({ id }, { context }), ({ stock }) => ({
          level: stockLevel(stock),
          label: stockLabel(stock, formats),
        }));
        return { kind: 'events', event: 'stock', source };
      },
    },
  };
}

/** Returns a product. @throws ServiceError `not-found` if the service returned none */
export function existing(product: Product | undefined): Product {
  if (!product) throw serviceError('not-found', { metadata: { what: 'product' } });
  return product;
}
