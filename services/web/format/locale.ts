/** Language, and optionally a region. Longer tags select formats, such as Arabic digits, that the English text lacks. */
const TAG = /^([a-z]{2,3})(?:-([a-z]{2}|\d{3}))?(?![a-z\d])/i;

/** Locale of the formats when the browser names none. */
export const DEFAULT_LOCALE = 'en';

/** Maximum number of languages of a header that are considered. */
const MAX_TAGS = 10;

/**
 * Returns the locale of prices and dates: the first of the header's languages, by preference, that Node has formats for.
 *
 * @param header value of `Accept-Language` (RFC 9110, 12.5.4)
 */
export function localeOf(header: string | undefined): string {
  const tags = (header ?? '')
    .split(',')
    .slice(0, MAX_TAGS)
    .map((part) => {
      const [tag = '', ...parameters] = part.split(';').map((text) => text.trim());
      const quality = parameters.find((text) => text.startsWith('q='))?.slice(2);
      return { locale: canonicalTag(tag), quality: quality === undefined ? 1 : Number(quality) };
    })
    .filter(({ locale, quality }) => locale !== undefined && quality > 0)
    .toSorted((a, b) => b.quality - a.quality);
  return tags[0]?.locale ?? DEFAULT_LOCALE;
}

function canonicalTag(tag: string): string | undefined {
  const [, language, region] = TAG.exec(tag) ?? [];
  if (!language) return undefined;
  const locale = region ? `${language.toLowerCase()}-${region.toUpperCase()}` : language.toLowerCase();
  return Intl.NumberFormat.supportedLocalesOf([locale])[0];
}
