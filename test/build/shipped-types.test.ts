import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const PEERS = ['aws-cdk-lib', 'constructs'];

const STACK = `
import { App, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { DeploymentMonitor, type DeploymentMonitorProps, type NotificationRecord, type PacingProps } from 'flightwatch';
import type { NotifyOn, SlackProps } from 'flightwatch';

const notifyOn: NotifyOn = 'problems';
const slack: SlackProps = { workspaceId: 'T0123ABCD', channelId: 'C0123ABCD' };
const pacing: PacingProps = { building: Duration.seconds(30) };
const stack = new Stack(new App(), 'Watch');
const props: DeploymentMonitorProps = {
  topic: new Topic(stack, 'Deployments'),
  notifyEmails: ['you@example.com'],
  notifyOn,
  slack,
  alarms: true,
  alarmTopic: new Topic(stack, 'Alarms'),
  dashboard: false,
  removalPolicy: RemovalPolicy.RETAIN,
  logRetention: RetentionDays.ONE_WEEK,
  vpc: new Vpc(stack, 'Vpc'),
  vpcSubnets: { subnetGroupName: 'Private' },
  timeout: Duration.minutes(45),
  pacing,
};
const monitor = new DeploymentMonitor(stack, 'Flightwatch', props);
monitor.grantStart(new Role(stack, 'Pipeline', { assumedBy: new ServicePrincipal('codebuild.amazonaws.com') }));

export const failed = ({ outcome, reason }: NotificationRecord): string | undefined =>
  outcome === 'FAILED' ? reason : undefined;
// @ts-expect-error: the types are there, and are not any.
monitor.grantStart('arn:aws:iam::123456789012:role/pipeline');
`;

const project = mkdtempSync(join(tmpdir(), 'flightwatch-types-'));
const installed = join(project, 'node_modules', 'flightwatch');

beforeAll(() => {
  mkdirSync(installed, { recursive: true });
  for (const peer of PEERS) symlinkSync(join(ROOT, 'node_modules', peer), join(project, 'node_modules', peer));
  copyFileSync(join(ROOT, 'package.json'), join(installed, 'package.json'));
  writeFileSync(join(project, 'stack.ts'), STACK);

  // As `npm pack` does.
  expect(compile('--project', join(ROOT, 'tsconfig.types.json'), '--outDir', join(installed, 'dist'))).toBe('');
});

afterAll(() => rmSync(project, { recursive: true }));

test.each([
  ['nodenext', 'nodenext'],
  ['preserve', 'bundler'],
])("the shipped types compile in a user's stack with module %s and moduleResolution %s", (module, moduleResolution) => {
  // aws-cdk-lib's own types need `Disposable`.
  const language = { target: 'es2022', lib: ['es2022', 'esnext.disposable'], types: [], module, moduleResolution };
  const config = { compilerOptions: { ...language, strict: true, skipLibCheck: false, noEmit: true } };
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify(config));

  const errors = compile('--project', 'tsconfig.json');

  expect(errors).toBe('');
});

test('the types that a user reaches import each other and the peer dependencies, nothing else', () => {
  const files = reachFrom(join(installed, 'dist', 'lib', 'index.d.ts'));

  const imported = [...files].flatMap(importsOf);

  expect([...files].map((file) => basename(file))).toContain('deployment-monitor-props.d.ts');
  expect(imported.filter((name) => !name.startsWith('.') && !PEERS.includes(name.split('/')[0] ?? ''))).toEqual([]);
});

/** The declarations that a program gets to see which imports this one. */
function reachFrom(file: string, reached = new Set<string>()): Set<string> {
  if (reached.has(file)) return reached;
  reached.add(file);
  const own = importsOf(file).filter((name) => name.startsWith('.'));
  for (const name of own) reachFrom(join(dirname(file), `${name}.d.ts`), reached);
  return reached;
}

function importsOf(file: string): string[] {
  return listImports(readFileSync(file, 'utf8'));
}

/** What the compiler has to say. */
function compile(...args: string[]): string {
  const { stdout, stderr, error } = spawnSync(join(ROOT, 'node_modules', '.bin', 'tsc'), args, {
    cwd: project,
    encoding: 'utf8',
  });
  if (error) throw error;
  return stdout + stderr;
}

function listImports(declarations: string): string[] {
  const imports = /(?:\bfrom |\bimport |\bimport\(|\brequire\(|<reference types=)['"]([^'"]+)['"]/g;
  return [...declarations.matchAll(imports)].map(([, name = '']) => name);
}
