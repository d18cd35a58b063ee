import type { Client } from '../../kit/client/client.ts';
import type { CallContext } from '../../kit/grpc/handlers.ts';
import type {
  Item,
  ProductServiceDefinition,
  QuoteCartRequest,
  QuoteCartResponse,
} from '../../proto/gen/weft/product/v1/product.ts';

/** Returns the current prices of items. */
export type Quote = (items: readonly Item[]) => Promise<QuoteCartResponse>;

/**
 * Prices carts over one bidirectional stream of the product service. A refused cart ends the stream, and the next cart
 * opens another.
 */
export class QuoteStream {
  readonly #product: Pick<Client<ProductServiceDefinition>, 'quoteCart'>;
  readonly #context: CallContext;
  #open: OpenStream | undefined;

  constructor(product: Pick<Client<ProductServiceDefinition>, 'quoteCart'>, context: CallContext) {
    this.#product = product;
    this.#context = context;
  }

  /** Returns the price of a cart. One call at a time. @throws ServiceError of QuoteCart */
  readonly quote: Quote = async (items) => {
    this.#open ??= openStream(this.#product, this.#context);
    const { send, answers } = this.#open;
    try {
      send({ items: [...items] });
      const next = await answers.next();
      if (next.done) throw new Error('the product service ended the stream of quotes');
      return next.value;
    } catch (error) {
      this.close();
      throw error;
    }
  };

  close(): void {
    this.#open?.end();
    this.#open = undefined;
  }
}

interface OpenStream {
  readonly send: (request: QuoteCartRequest) => void;
  readonly end: () => void;
  readonly answers: AsyncIterator<QuoteCartResponse>;
}

function openStream(
  product: Pick<Client<ProductServiceDefinition>, 'quoteCart'>,
  context: CallContext,
): OpenStream {
  let pending = Promise.withResolvers<QuoteCartRequest | undefined>();
  async function* requests() {
    for (;;) {
      const request = await pending.promise;
      if (!request) return;
      pending = Promise.withResolvers();
      yield request;
    }
  }
  return {
    send: (request) => pending.resolve(request),
    end: () => pending.resolve(undefined),
    answers: product.quoteCart(requests(), { context })[Symbol.asyncIterator](),
  };
}
