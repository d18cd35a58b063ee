import type { OpenApiDocument, Operation } from './openapi-document.ts';

/** Returns a curl command for `operation` with an example body. */
export function curl(method: string, path: string, operation: Operation, document: OpenApiDocument): string {
  const [content] = Object.entries(operation.requestBody?.content ?? {});
  const streamed = Object.keys(operation.responses['200']?.content ?? {}).some((type) =>
    /event|ndjson/.test(type),
  );
  const parts = [
    `curl${streamed ? ' -N' : ''}${method === 'get' ? '' : ` -X ${method.toUpperCase()}`} $WEFT${path}`,
    ...(operation.security.length > 0 ? ['-H "Authorization: Bearer $TOKEN"'] : []),
    ...operation.parameters
      .filter(({ in: place }) => place === 'header')
      .map(({ name }) => `-H '${name}: 0f9c2d8e'`),
  ];
  if (content) {
    const [type, media] = content;
    const name = (media['x-item-schema'] ?? media.schema).$ref?.split('/').at(-1) ?? '';
    const example = document.components.schemas[name]?.examples?.[0];
    parts.push(`-H 'Content-Type: ${type}'`, `--data-binary '${JSON.stringify(example)}'`);
  }
  return parts.join(' \\\n  ');
}
