/** Returns the page for a browser that has no valid token. */
export function refusalHtml(problem: 'missing' | 'wrong'): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Token required · Weft</title>
<style>body { font: 16px/1.5 system-ui, sans-serif; max-width: 36rem; margin: 15vh auto; padding: 0 1rem; }</style>
</head>
<body>
<main>
<h1>The token is ${problem}</h1>
<p>Open the address that <code>npm start</code> printed. It ends in <code>?token=</code> and the token of this run.</p>
<p>Programs send the token in the header <code>x-api-key</code>.</p>
</main>
</body>
</html>
`;
}
