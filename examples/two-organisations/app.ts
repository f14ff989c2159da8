import { App } from 'aws-cdk-lib';
import { OrganisationStack } from './organisation-stack.ts';

const app = new App();
new OrganisationStack(app, 'Flightwatch-Acme', {
  organisation: 'acme',
  email: 'deployments@acme.example',
  buildRoleName: 'your-codebuild-role-of-acme',
});
new OrganisationStack(app, 'Flightwatch-Globex', {
  organisation: 'globex',
  email: 'deployments@globex.example',
  buildRoleName: 'your-codebuild-role-of-globex',
});
