#!/usr/bin/env node
import { App } from 'aws-cdk-lib';
import { FlightwatchStack } from '../lib/constructs/flightwatch-stack';
import { readSettings, SettingsError } from '../lib/constructs/settings';

try {
  const app = new App();
  const settings = readSettings(app.node);
  new FlightwatchStack(app, settings.stackName, settings);
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
