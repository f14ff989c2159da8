import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { DeploymentMonitor } from '../../lib/constructs/deployment-monitor';
import { METRICS } from '../../lib/contract/metrics';

interface Widget {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: {
    readonly title: string;
    readonly stacked?: boolean;
    readonly yAxis?: object;
    readonly metrics?: readonly (readonly {
      readonly expression: string;
      readonly label: string;
      readonly period: number;
    }[])[];
  };
}

interface Body {
  readonly widgets: readonly Widget[];
  readonly variables: readonly object[];
}

const stack = new Stack(new App(), 'Test', { env: { account: '123456789012', region: 'eu-west-1' } });
new DeploymentMonitor(stack, 'Monitor', { stateMachineName: 'flightwatch', dashboard: true });
const body = readBody(Template.fromStack(stack));

/** The body as CloudWatch gets it, with the logical ids of resources in place of what AWS puts there. */
function readBody(template: Template): Body {
  const [parts = []] = Object.values(template.findResources('AWS::CloudWatch::Dashboard')).map(
    ({ Properties }) => Properties.DashboardBody['Fn::Join'][1] as readonly (string | object)[],
  );
  return JSON.parse(parts.map((part) => (typeof part === 'string' ? part : nameOf(part))).join('')) as Body;
}

/** The state machine has its name from the settings; the others only have to be different. */
function nameOf(reference: object): string {
  const text = JSON.stringify(reference);
  return text.includes('WatchStateMachine') ? 'flightwatch' : text.replaceAll(/\W+/g, '-');
}

function widgetOf(title: string): Widget['properties'] {
  const widget = body.widgets.find(({ properties }) => properties.title === title);
  if (widget === undefined) throw new Error(`no widget "${title}"`);
  return widget.properties;
}

function linesOf(title: string) {
  return (widgetOf(title).metrics ?? []).flat().map(({ expression, label, period }) => ({ expression, label, period }));
}

/** CloudWatch puts the dimensions of each line there. */
const PAIR = `\${PROP('Dim.Environment')} \${PROP('Dim.Outcome')}`;
const WATCHES = '(MetricName="DeploymentSeconds" OR MetricName="WatchesWithoutDuration")';
const SELECTION = `{Flightwatch,service,Environment,Outcome} ${WATCHES} service="flightwatch"`;

test('deployments per day are the verdicts of a day, for each environment and outcome', () => {
  expect(linesOf('Deployments per day, by environment and outcome')).toEqual([
    {
      expression: `SEARCH('${SELECTION} (Outcome="SUCCEEDED" OR Outcome="FAILED" OR Outcome="CANCELLED")', 'SampleCount', 86400)`,
      label: PAIR,
      period: 86_400,
    },
  ]);
});

test('outcomes are all watches of an hour, and durations only those of watches that know them', () => {
  const durations = SELECTION.replace(WATCHES, '(MetricName="DeploymentSeconds")');

  expect(linesOf('Outcomes per environment')).toEqual([
    { expression: `SEARCH('${SELECTION}', 'SampleCount', 3600)`, label: PAIR, period: 3600 },
  ]);
  expect(linesOf('Duration of deployments, in seconds')).toEqual([
    { expression: `SEARCH('${durations}', 'Average', 3600)`, label: PAIR, period: 3600 },
  ]);
});

test('the success rate is successes out of successes and failures, of the chosen environment and of all but previews', () => {
  const rateOf = (environment: string) =>
    `100 * SUM(SEARCH('${SELECTION} ${environment} Outcome="SUCCEEDED"', 'SampleCount', 86400))` +
    ` / SUM(SEARCH('${SELECTION} ${environment} (Outcome="SUCCEEDED" OR Outcome="FAILED")', 'SampleCount', 86400))`;

  expect(linesOf('Success rate per day, in percent')).toEqual([
    { expression: rateOf('Environment="chosen-environment"'), label: 'chosen-environment', period: 86_400 },
    { expression: rateOf('NOT Environment="previews"'), label: 'all but preview environments', period: 86_400 },
  ]);
  expect(widgetOf('Success rate per day, in percent').yAxis).toEqual({ left: { min: 0, max: 100 } });
});

test('the reader chooses among the environments that have metrics; at first, it is the first of them', () => {
  expect(body.variables).toEqual([
    expect.objectContaining({
      type: 'pattern',
      pattern: 'chosen-environment',
      inputType: 'select',
      search: SELECTION,
      populateFrom: METRICS.environment,
      defaultValue: '__FIRST',
    }),
  ]);
});

test('the choice changes nothing but the success rate', () => {
  const affected = body.widgets.filter((widget) => JSON.stringify(widget).includes('chosen-environment'));

  expect(affected.map(({ properties }) => properties.title)).toEqual(['Success rate per day, in percent']);
});

test('every expression is within the limits of a search, and reads only metrics that are written', () => {
  const expressions = body.widgets.flatMap(({ properties }) => (properties.metrics ?? []).flat());
  const searches = expressions.flatMap(({ expression = '' }) => expression.match(/(?<=SEARCH\(')[^']+/g) ?? []);

  expect(searches.length).toBeGreaterThan(4);
  // Source: CloudWatch docs, Search expression syntax.
  expect(searches.filter((query) => query.length > 1024)).toEqual([]);
  const names = searches.flatMap((query) => [...query.matchAll(/MetricName="(\w+)"/g)].map(([, name]) => name));
  expect(new Set(names)).toEqual(new Set([METRICS.deploymentSeconds, METRICS.watchesWithoutDuration]));
});

test('the widgets fill the rows without an overlap', () => {
  const rows = Map.groupBy(body.widgets, ({ y }) => y);

  expect([...rows.values()].map((row) => row.map(({ x, width }) => [x, width]))).toEqual([
    [[0, 24]],
    [
      [0, 12],
      [12, 12],
    ],
    [
      [0, 12],
      [12, 12],
    ],
    [
      [0, 12],
      [12, 12],
    ],
  ]);
});
