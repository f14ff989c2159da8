import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Template } from '../lib/local/template';

/** The template of the stack with these settings, as the built app makes it. */
export function synthesise(settings: object): Template {
  const folder = mkdtempSync(join(tmpdir(), 'flightwatch-bench-'));
  try {
    const context = JSON.stringify({ flightwatch: settings });
    execFileSync(process.execPath, ['dist/bin/app.js'], {
      env: { ...process.env, CDK_OUTDIR: folder, CDK_CONTEXT_JSON: context },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    return JSON.parse(readFileSync(join(folder, 'Flightwatch.template.json'), 'utf8')) as Template;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
