import { type App, Chart, Names, YamlOutputType } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { Dependencies, isObjectOf } from './dependencies.ts';
import type { Manifest } from './manifest.ts';
import { toJson } from './to-json.ts';

/**
 * The objects of an app, in the order and with the file names that `app.synth()` gives them; nothing is
 * written. Each construct is validated once and each object rendered once, however many charts there are.
 *
 * A chart without objects makes no manifest, where cdk8s writes an empty file that kubectl refuses.
 *
 * @throws Error when a construct's own validation fails, dependencies form a cycle, a value has no JSON, or
 * two charts would be written to one file.
 */
export function resolveManifests(app: App): readonly Manifest[] {
  if (app.yamlOutputType !== YamlOutputType.FILE_PER_CHART) {
    throw new Error(
      `yamlOutputType is ${YamlOutputType[app.yamlOutputType]}: only FILE_PER_CHART is known here`,
    );
  }
  const constructs = app.node.findAll();
  validate(constructs);
  const dependencies = new Dependencies(constructs);
  const charts = dependencies.sort(constructs).filter((construct) => Chart.isChart(construct));
  const files = fileNames(charts, dependencies.betweenCharts, app.outputFileExtension);
  return charts.flatMap((chart) =>
    dependencies
      .sort(chart.node.findAll())
      .filter((construct) => isObjectOf(construct, chart))
      .map((object) => ({
        path: object.node.path,
        file: files.get(chart) ?? '',
        object: toJson(object, app),
      })),
  );
}

function validate(constructs: readonly IConstruct[]): void {
  const errors = constructs.flatMap(({ node }) => node.validate().map((error) => `[${node.path}] ${error}`));
  if (errors.length > 0)
    throw new Error(`validation failed with the following errors:\n  ${errors.join('\n  ')}`);
}

function fileNames(charts: readonly Chart[], numbered: boolean, extension: string): Map<Chart, string> {
  const names = new Map<Chart, string>();
  const owners = new Map<string, Chart>();
  for (const [index, chart] of charts.entries()) {
    const prefix = numbered ? `${String(index).padStart(4, '0')}-` : '';
    const name = `${prefix}${Names.toDnsLabel(chart)}${extension}`;
    const owner = owners.get(name);
    if (owner) {
      throw new Error(
        `charts ${owner.node.path} and ${chart.node.path} would both be written to ${name}: rename one`,
      );
    }
    owners.set(name, chart);
    names.set(chart, name);
  }
  return names;
}
