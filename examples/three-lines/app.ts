import { App } from 'aws-cdk-lib';
import { OperationsStack } from './operations-stack.ts';

const app = new App();
new OperationsStack(app, 'Operations');
