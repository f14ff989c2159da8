import { App } from 'aws-cdk-lib';
import { OrganisationStack } from './organisation-stack.ts';

const app = new App();
new OrganisationStack(app, 'Flightwatch-Acme', { organisation: 'acme', email: 'deployments@acme.example' });
new OrganisationStack(app, 'Flightwatch-Globex', { organisation: 'globex', email: 'deployments@globex.example' });
