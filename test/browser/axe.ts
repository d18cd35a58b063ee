import type { Page } from 'playwright-core';

interface AxeViolation {
  readonly id: string;
  readonly nodes: readonly { readonly target: unknown; readonly failureSummary?: string }[];
}

/** Returns a line for each problem that axe-core finds on a page. @param script the source of axe-core */
export async function violationsOf(page: Page, script: string): Promise<readonly string[]> {
  await page.evaluate(script);
  const { violations } = (await page.evaluate('axe.run()')) as { violations: readonly AxeViolation[] };
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${String(target)}: ${failureSummary}`),
  );
}
