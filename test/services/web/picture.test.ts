import { describe, expect, test } from '@jest/globals';
import { uuidv7 } from '../../../services/kit/fields/uuid.ts';
import { DRAWINGS } from '../../../services/web/pictures/drawings.ts';
import { PALETTES } from '../../../services/web/pictures/palettes.ts';
import { drawPicture, picturePath } from '../../../services/web/pictures/picture.ts';

const ID = '01900000-0000-7000-8000-000000000001';

describe('the picture of a product', () => {
  test('depends on its id and name only', () => {
    const path = picturePath({ id: ID, name: 'Espresso Cup, Set of 4' });
    expect(path).toBe(picturePath({ id: ID.toUpperCase(), name: 'Espresso Cup, Set of 4' }));
    expect(path).toMatch(/^\/pictures\/cups-\d-1\.svg$/);
  });

  test.each([
    ['Linen Kitchen Towel, Pair', 'towel'],
    ['Plant Pot 18 cm', 'plant'],
    ['Enamel Pot 4 l', 'pot'],
    ['Water Bottle 0.75 l', 'bottle'],
    ['Watering Can 1.5 l', 'wateringCan'],
    ['Bicycle Light, Front', 'bikeLight'],
    ['Kitchen Scale 5 kg', 'scale'],
    ['Ink 50 ml, Blue-black', 'ink'],
  ])('shows what %s is', (name, drawing) => {
    expect(picturePath({ id: ID, name })).toContain(`/${drawing}-`);
  });

  test('exists for any product, and is small', () => {
    for (let round = 0; round < 50; round++) {
      const svg = drawPicture(
        picturePath({ id: uuidv7(), name: `Thing ${round}` }).replace('/pictures/', ''),
      );
      expect(svg).toMatch(/^<svg xmlns=/);
    }
    for (const name of Object.keys(DRAWINGS)) {
      const svg = drawPicture(`${name}-${PALETTES.length - 1}-1.svg`) ?? '';
      expect(svg.length).toBeLessThan(6_000);
      expect(svg.match(/<[a-z]/gi)?.length).toBeGreaterThan(8);
      expect(svg).not.toMatch(/undefined|NaN|<script|style=/);
    }
  });

  test.each(['cups-9-1.svg', 'cups-0-2.svg', 'constructor-0-1.svg', 'cups.svg', '', '../x-0-1.svg'])(
    'does not exist under the name %j',
    (name) => {
      expect(drawPicture(name)).toBeUndefined();
    },
  );
});
