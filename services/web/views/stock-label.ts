import type { Formats } from '../format/formats.ts';

/** Level of a stock, which selects its color. */
export type StockLevel = 'in-stock' | 'low' | 'sold-out';

/** A stock of up to this many units is low. */
const MAX_LOW_STOCK = 5;

/** Returns the level of a stock. */
export function stockLevel(stock: number): StockLevel {
  if (stock <= 0) return 'sold-out';
  return stock <= MAX_LOW_STOCK ? 'low' : 'in-stock';
}

/** Returns a stock in words: `Only 3 left`. */
export function stockLabel(stock: number, formats: Formats): string {
  const level = stockLevel(stock);
  if (level === 'sold-out') return 'Sold out';
  return level === 'low' ? `Only ${formats.number(stock)} left` : `In stock, ${formats.number(stock)} units`;
}
