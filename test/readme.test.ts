import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readDefinition, readShippedTemplate } from '../lib/local/definition';
import { drawStateMachine } from './support/diagram';

const README = join(__dirname, '..', 'README.md');
const BETWEEN_MARKS = /(<!-- state-machine:begin -->\n)([\s\S]*?)(<!-- state-machine:end -->)/;

/** `npm run diagram` writes it anew. */
test('the picture in the README is the state machine that is deployed', () => {
  const diagram = `${drawStateMachine(readDefinition(readShippedTemplate()) as never)}\n`;
  const readme = readFileSync(README, 'utf8');
  if (process.env.UPDATE_DIAGRAM) {
    writeFileSync(
      README,
      readme.replace(BETWEEN_MARKS, (_, begin: string, __, end: string) => begin + diagram + end),
    );
  }

  expect(BETWEEN_MARKS.exec(readFileSync(README, 'utf8'))?.[2]).toBe(diagram);
});
