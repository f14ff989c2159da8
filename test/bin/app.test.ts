import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const APP = join(__dirname, '..', '..', 'dist', 'bin', 'app.js');

interface Result {
  readonly exitStatus: number;
  readonly stderr: string;
  readonly files: readonly string[];
}

/** Runs the CDK app as `cdk synth` does. */
function synthesise(flightwatch: object, overrides: object = {}): Promise<Result> {
  const CDK_OUTDIR = mkdtempSync(join(tmpdir(), 'flightwatch-app-'));
  const env = { PATH: process.env.PATH, CDK_OUTDIR, CDK_CONTEXT_JSON: JSON.stringify({ flightwatch, ...overrides }) };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [APP], { env }, (_, __, stderr) => {
      resolve({ exitStatus: child.exitCode ?? -1, stderr, files: readdirSync(CDK_OUTDIR) });
    });
  });
}

test('settings that can be used are synthesised', async () => {
  const { exitStatus, files } = await synthesise({ stackName: 'Other' });

  expect(exitStatus).toBe(0);
  expect(files).toContain('Other.template.json');
});

test('a mistyped name behind -c exits with 2, and the closest name comes first', async () => {
  const { exitStatus, stderr } = await synthesise({}, { 'flightwatch.timeoutMinute': 'CANARY' });

  expect(exitStatus).toBe(2);
  expect(stderr).toContain(
    'flightwatch.timeoutMinute: got a setting that does not exist, expected one of timeoutMinutes',
  );
  expect(stderr).not.toContain('CANARY');
});

test('settings that cannot be used exit with 2 and one line for each mistake; nothing is synthesised', async () => {
  const { exitStatus, stderr, files } = await synthesise({ timeoutMinutes: 0, notifyOn: 'never' });

  expect(exitStatus).toBe(2);
  expect(stderr.trim().split('\n')).toEqual([
    '2 settings cannot be used:',
    expect.stringContaining('flightwatch.notifyOn: got "never"'),
    expect.stringContaining('flightwatch.timeoutMinutes: got 0'),
  ]);
  expect(files.filter((file) => file.endsWith('.template.json'))).toEqual([]);
});
