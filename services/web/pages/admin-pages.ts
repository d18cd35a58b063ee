import { readLines } from '../../kit/edge/line-body.ts';
import { CURRENCIES, MAX_STOCK } from '../../proto/limits.ts';
import { parseAmount } from '../format/parse-amount.ts';
import { parseWholeNumber } from '../format/whole-number.ts';
import { type PageAnswer, redirectTo } from '../http/page-answer.ts';
import type { PageHandlers } from '../http/page-handler.ts';
import type { Visit } from '../http/visit.ts';
import { type AdminContent, adminView } from '../views/admin-view.ts';
import { fieldProblem, formProblemOf } from '../views/form-problem.ts';
import { importErrorText, importedProduct, importProducts, linesOf } from './import-products.ts';
import type { PageSources } from './page-sources.ts';

const PAGE_SIZE = 50;

const LABELS = {
  name: 'The name',
  description: 'The description',
  amount: 'The price',
  stock: 'The stock',
} as const;

/** Returns the pages with which an admin manages the catalogue. */
export function adminPages({ clients: { product }, frame, limits }: PageSources): PageHandlers {
  const showProducts = async (visit: Visit, content: Partial<AdminContent> = {}): Promise<PageAnswer> => {
    const { q: query = '', cursor = '' } = visit.query;
    const page = await product.listProducts({ query, cursor, limit: PAGE_SIZE }, { context: visit.context });
    const { items: products, nextCursor } = page;
    const body = adminView(frame, visit, { products, query, nextCursor, ...content });
    return { kind: 'page', status: content.problem ? 422 : 200, body };
  };
  return {
    showProducts: {
      access: 'admin',
      answer(visit) {
        const units = visit.formats.number(parseWholeNumber(visit.query.imported, 0, MAX_STOCK) ?? 0);
        const message = visit.query.imported === undefined ? undefined : `${units} products were imported.`;
        return showProducts(visit, { message });
      },
    },
    createProduct: {
      access: 'admin',
      returnPath: '/admin',
      async answer(visit) {
        const { name = '', description = '', currency = '', amount: price = '' } = visit.form;
        const refuse = (field: string, message: string) =>
          showProducts(visit, {
            problem: { form: 'create', problem: fieldProblem(field, message) },
            fields: visit.form,
          });
        if (!CURRENCIES.some((code) => code === currency)) return refuse('currency', 'Choose a currency.');
        const amount = parseAmount(price, currency);
        const stock = parseWholeNumber(visit.form.stock, 0, MAX_STOCK);
        if (amount === undefined) return refuse('amount', `Write the price like 12.50, in ${currency}.`);
        if (stock === undefined) return refuse('stock', `Use a whole number of units, up to ${MAX_STOCK}.`);
        try {
          const text = description.replaceAll('\r\n', '\n');
          const newProduct = { name, description: text, price: { amount, currency }, stock };
          const response = await product.createProduct({ product: newProduct }, { context: visit.context });
          return redirectTo(`/products/${response.product?.id}`);
        } catch (error) {
          const problem = { form: 'create', problem: formProblemOf(error, LABELS) } as const;
          return showProducts(visit, { problem, fields: visit.form });
        }
      },
    },
    setStock: {
      access: 'admin',
      returnPath: '/admin',
      async answer(visit) {
        const { id = '' } = visit.params;
        const quantity = parseWholeNumber(visit.form.quantity, 0, MAX_STOCK);
        if (quantity === undefined) {
          const problem = fieldProblem('quantity', `Use a whole number of units, up to ${MAX_STOCK}.`);
          return showProducts(visit, { problem: { form: 'stock', problem } });
        }
        await product.setStock({ id, quantity }, { context: visit.context });
        return redirectTo('/admin');
      },
    },
    importForm: {
      access: 'admin',
      returnPath: '/admin',
      async answer(visit) {
        try {
          const lines = linesOf(visit.form.products ?? '');
          const imported = await importProducts(product, lines, visit.context);
          return redirectTo(`/admin?imported=${imported}`);
        } catch (error) {
          const problem = fieldProblem('products', importErrorText(error));
          return showProducts(visit, { problem: { form: 'import', problem }, fields: visit.form });
        }
      },
    },
    importLines: {
      access: 'admin',
      returnPath: '/admin',
      isResource: true,
      async answer({ request, rule, context }) {
        if (!rule.body) throw new Error('the route of the import has no body');
        try {
          const lines = readLines(request, importedProduct, rule.body, limits);
          return {
            kind: 'json',
            status: 201,
            body: { imported: await importProducts(product, lines, context) },
          };
        } catch (error) {
          return { kind: 'json', status: 422, body: { message: importErrorText(error) } };
        }
      },
    },
  };
}
