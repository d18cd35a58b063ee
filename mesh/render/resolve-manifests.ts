import { type App, Chart, Names, YamlOutputType } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { Dependencies, isObjectOf } from './dependencies.ts';
import type { Manifest } from './manifest.ts';
import { toJson } from './to-json.ts';

/**
 * Returns the objects of an app in the order and with the file names of `app.synth()`, without writing them. Each
 * construct is validated once and each object is rendered once, regardless of the number of charts.
 *
 * A chart without objects has no manifest. cdk8s writes an empty file for it, which kubectl refuses.
 *
 * @throws Error if the validation of a construct fails, dependencies form a cycle, a value cannot be written as JSON,
 *   or two charts would be written to the same file
 */
export function resolveManifests(app: App): readonly Manifest[] {
  if (app.yamlOutputType !== YamlOutputType.FILE_PER_CHART) {
    throw new Error(
      `yamlOutputType is ${YamlOutputType[app.yamlOutputType]}: use FILE_PER_CHART, the only supported type`,
    );
  }
  const constructs = app.node.findAll();
  validate(constructs);
  const dependencies = new Dependencies(constructs);
  const charts = dependencies.sort(constructs).filter((construct) => Chart.isChart(construct));
  const files = fileNames(charts, dependencies.hasChartDependencies, app.outputFileExtension);
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

function fileNames(charts: readonly Chart[], isNumbered: boolean, extension: string): Map<Chart, string> {
  const names = new Map<Chart, string>();
  const owners = new Map<string, Chart>();
  for (const [index, chart] of charts.entries()) {
    const prefix = isNumbered ? `${String(index).padStart(4, '0')}-` : '';
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
