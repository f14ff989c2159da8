import { readdirSync } from 'node:fs';
import { join, parse } from 'node:path';
import { FUNCTIONS } from '../../lib/contract/functions';

test('the functions in the contract are the files in lambda, each of which becomes a bundle', () => {
  const files = readdirSync(join(__dirname, '..', '..', 'lambda')).map((file) => parse(file).name);

  expect(Object.values(FUNCTIONS).toSorted()).toEqual(files.toSorted());
});
