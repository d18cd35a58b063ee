/** Errors of the service product. Codes are stable: clients compare them. */
export const PRODUCT_ERRORS = {
  'out-of-stock': {
    grpc: 'FAILED_PRECONDITION',
    http: 409,
    title: 'Out of stock',
    message: 'there is not enough stock of product {product}; order less of it',
  },
  'unknown-product': {
    grpc: 'FAILED_PRECONDITION',
    http: 422,
    title: 'Unknown product',
    message: 'there is no product {product}; take it out of the order',
  },
  'currency-mismatch': {
    grpc: 'FAILED_PRECONDITION',
    http: 422,
    title: 'Currencies differ',
    message: 'the items are priced in {currencies}; order those of one currency',
  },
} as const;
