import type { Pool } from 'pg';

/** Name, description, price in euro cents, units in stock. The ids are fixed, so a repeat creates nothing twice. */
const PRODUCTS: readonly (readonly [name: string, description: string, cents: number, stock: number])[] = [
  [
    'Espresso Cup, Set of 4',
    'Stoneware, 80 ml each, glazed inside. Stackable, safe for the dishwasher.',
    2490,
    140,
  ],
  ['Pour-over Coffee Dripper', 'Porcelain cone for filters of size 02, with spiral ribs.', 2190, 85],
  ['Hand Coffee Grinder', 'Steel conical burrs, 30 steps, 25 g of beans. Folds for travel.', 6900, 42],
  [
    'Gooseneck Kettle 1.0 l',
    'Stainless steel, with a thermometer in the lid. For gas and induction.',
    5490,
    37,
  ],
  [
    'Filter Coffee Beans, Ethiopia 500 g',
    'Washed Yirgacheffe, light roast: bergamot, apricot, black tea.',
    1490,
    320,
  ],
  ['Espresso Beans, Brazil 1 kg', 'Natural Cerrado, medium roast: hazelnut, cocoa, low acidity.', 2290, 260],
  ['Linen Kitchen Towel, Pair', 'Washed European linen, 50 by 70 cm, with a loop to hang.', 1890, 210],
  ["Chef's Knife 20 cm", 'Forged high-carbon steel, 58 HRC, oak handle.', 8900, 28],
  ['Bread Knife 24 cm', 'Serrated stainless steel with a full tang.', 4590, 51],
  ['Chopping Board, Walnut', 'End grain, 40 by 28 by 3 cm, oiled. Made of offcuts.', 6490, 33],
  ['Cast Iron Pan 26 cm', 'Seasoned with linseed oil, ready to use. 2.4 kg.', 5990, 64],
  ['Enamel Pot 4 l', 'Steel with two coats of enamel and a glass lid, for all hobs.', 4790, 48],
  ['Sourdough Proofing Basket', 'Rattan, 25 cm, with a linen cover. For loaves of 1 kg.', 1990, 97],
  ['Kitchen Scale 5 kg', 'Steps of 1 g, timer, charged by USB-C.', 2990, 120],
  ['Beeswax Wraps, Set of 3', 'Organic cotton in three sizes. Lasts about a year.', 1690, 180],
  ['Reading Lamp', 'Dimmable LED, 2,700 to 4,000 K, arm with two joints, brass.', 12900, 19],
  ['Wool Blanket 130 by 180 cm', 'Undyed merino from Portugal, woven in a herringbone.', 11900, 24],
  ['Down Pillow 40 by 80 cm', 'Filled with recycled down, cover of cotton percale.', 7490, 40],
  [
    'Cotton Bed Linen, Double',
    'Percale with 200 threads per square inch, 200 by 200 cm, two pillow cases.',
    9900,
    36,
  ],
  ['Bath Towel 70 by 140 cm', 'Terry of organic cotton, 500 g per square metre.', 2790, 150],
  ['Plant Pot 18 cm', 'Terracotta with a saucer, thrown by hand, frost proof.', 1790, 88],
  ['Watering Can 1.5 l', 'Powder-coated steel with a long spout, for indoor plants.', 3290, 45],
  ['Notebook A5, Dotted', '160 pages of 100 g paper, thread-bound, lies flat.', 1590, 400],
  ['Fountain Pen, Fine Nib', 'Aluminium body, steel nib, converter included.', 3900, 72],
  ['Ink 50 ml, Blue-black', 'Iron gall ink for documents. Rinse the pen once a month.', 1290, 110],
  ['Backpack 22 l', 'Waxed cotton with a sleeve for a 15 inch laptop.', 13900, 30],
  ['Water Bottle 0.75 l', 'Insulated steel, keeps cold for 24 hours and hot for 12.', 2990, 230],
  ['Bicycle Bell', 'Solid brass, for bars of 22 to 32 mm. Rings for six seconds.', 2290, 66],
  ['Bicycle Light, Front', 'StVZO approved, 70 lux, charged by USB-C, 6 hours at full light.', 5990, 55],
  ['Repair Kit for Tubes', 'Six patches, vulcanizing solution, two levers, in a tin.', 890, 3],
];

const SEED = `
  INSERT INTO product (id, name, description, price_amount, price_currency, stock)
  SELECT seed.id, seed.name, seed.description, seed.cents, 'EUR', seed.stock
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[], $5::int[])
    AS seed (id, name, description, cents, stock)
  WHERE NOT EXISTS (SELECT FROM product)
  ON CONFLICT (id) DO NOTHING`;

/** Returns the id of the seeded product at `index`, counted from 0. It is the same in every shop. */
export function seedId(index: number): string {
  return `01900000-0000-7000-8000-${String(index + 1).padStart(12, '0')}`;
}

/** Inserts 30 products into an empty catalogue. Does nothing if there are products. */
export async function seed(pool: Pool): Promise<number> {
  const { rowCount } = await pool.query(SEED, [
    PRODUCTS.map((_, index) => seedId(index)),
    PRODUCTS.map(([name]) => name),
    PRODUCTS.map(([, description]) => description),
    PRODUCTS.map(([, , cents]) => cents),
    PRODUCTS.map(([, , , stock]) => stock),
  ]);
  return rowCount ?? 0;
}
